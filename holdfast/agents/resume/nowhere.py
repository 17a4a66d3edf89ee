"""The causes of an id under which no message is on disk, wherever it was searched; and who holds it."""

import datetime
from collections.abc import Iterator

from holdfast.agents.resume import command
from holdfast.agents.resume.causes import Cause, Finding, Proof
from holdfast.agents.resume.facts import Facts, Found, Mention, Trace

DAY = 86400.0
_AGAIN = "   (a new conversation: nothing of the old one is on disk)"


def nowhere(facts: Facts) -> Iterator[Finding]:
    """Where messages are found elsewhere, only a holder is told: the rest would explain what isn't so."""
    yield from _held(facts)
    if any(found.linked or found.linked is None for found in facts.found):
        return
    told = False
    for found in facts.found:
        told = True
        yield _empty(facts, found) if found.size == 0 else _decoy(facts, found)
    for mention in facts.mentions:
        if mention.field is not None and not mention.of_leaf:
            told = True
            yield _transient(facts, mention)
    if not facts.found:
        yield from _unwritten(facts, told)


def _held(facts: Facts) -> Iterator[Finding]:
    for holder in facts.holders:
        at = f" in {holder.cwd}" if holder.cwd else ""
        because = f"{holder.process} has it{at}, by {holder.path}"
        next_ = f"ps -o tty=,args= -p {holder.process.pid}   (go to its terminal; resume when it has ended)"
        yield Finding(Cause.HELD, Proof.SEEN, because, next_, holder.path)


def _empty(facts: Facts, found: Found) -> Finding:
    because = f"its file, last written {day(found.written)}, has 0 bytes"
    begin = f"{command.prefix(facts, str(facts.question.config))}claude --session-id {facts.question.session}"
    return Finding(Cause.EMPTY, Proof.SEEN, because, f"rm {command.word(found.path)} && {begin}{_AGAIN}", found.path)


def _decoy(facts: Facts, found: Found) -> Finding:
    """A summary or a queue-operation alone: 1.0.128 leaves such a file at each resume in print mode."""
    because = f"its file has {found.size} bytes and not one message: what an agent leaves under an id for one start"
    real = next((mention for mention in facts.mentions if mention.of_leaf), None)
    if real is None:
        return Finding(Cause.TRANSIENT, Proof.SEEN, because, _RIGHT_ID, found.path)
    because += f"; the message that it points to is session {real.session}'s, in {real.path}"
    return Finding(Cause.TRANSIENT, Proof.SEEN, because, _other_session(facts, real), found.path)


def _transient(facts: Facts, mention: Mention) -> Finding:
    because = f"it is the {mention.field} of a record of session {mention.session}"
    return Finding(Cause.TRANSIENT, Proof.SEEN, because, _other_session(facts, mention), mention.path)


_RIGHT_ID = "take session_id from the result of a turn that succeeded, or the transcript's name without .jsonl"


def _other_session(facts: Facts, mention: Mention) -> str:
    """Without its folder where its records name none. It is not known whether it would be resumed: ask again."""
    there = f" --cwd {command.word(mention.cwd)}" if mention.cwd else ""
    config = f" --config-dir {command.word(str(facts.question.config))}"
    return f"holdfast doctor --session {command.word(mention.session)}{there}{config}   (the session that it stands in)"


def _unwritten(facts: Facts, told: bool) -> Iterator[Finding]:
    """No file bears the id. `told`: another cause is seen."""
    fresh, aged = _last_signs(facts)
    if aged is not None:
        days = aged.place.keep_days
        because = f"{aged.what}: {_when(aged)}, longer ago than the {days:g} days for which transcripts are kept"
        settings = command.word(f"{aged.place.config}/settings.json")
        next_ = f"restore it from a backup, without its old time; then set cleanupPeriodDays higher in {settings}"
        yield Finding(Cause.AGED, Proof.INFERRED, because, next_, aged.path)
    barred = "".join(f"; {one.path} {one.what}" for one in facts.obstacles)
    if fresh is not None:
        because = f"{fresh.what}: {_when(fresh)}, too soon for age, and no file bears the id{barred}"
        yield Finding(Cause.NEVER_WRITTEN, Proof.INFERRED, because, _mended(facts), fresh.path)
    elif facts.holders:
        because = (
            f"{facts.holders[0].process} has it, and no file bears it: not prompted yet, or it can't write{barred}"
        )
        yield Finding(Cause.NEVER_WRITTEN, Proof.INFERRED, because, _mended(facts))
    elif facts.obstacles:
        because = f"no file bears it, and none can be written{barred}"
        yield Finding(Cause.NEVER_WRITTEN, Proof.INFERRED, because, _mended(facts))
    elif aged is None and not told:
        because = f"no file bears it in {len(facts.places)} config dirs, and nothing else there knows it"
        next_ = f"name the other config dirs and volumes (--also DIR); if it came from a message, {_RIGHT_ID}"
        yield Finding(Cause.NEVER_WRITTEN, Proof.LEFT, because, next_)


def _mended(facts: Facts) -> str:
    """What stands in the way first; then a new start under the same id."""
    ways = [f"make {command.word(one.path)} writable for the agent" for one in facts.obstacles[:1]]
    begin = f"{command.prefix(facts, str(facts.question.config))}claude --session-id {facts.question.session}{_AGAIN}"
    if facts.holders:
        begin = f"prompt it in its terminal: ps -o tty=,args= -p {facts.holders[0].process.pid}"
    return "; then ".join([*ways, begin])


def _last_signs(facts: Facts) -> tuple[Trace | None, Trace | None]:
    """The last sign of life if it is too fresh for age, else as what was cleaned. Of none that has a time, one."""
    timed = [trace for trace in facts.traces if trace.when is not None]
    if not timed:
        return next(iter(facts.traces), None), None
    last = max(timed, key=lambda trace: trace.when or 0.0)
    old = facts.now - (last.when or 0.0) > last.place.keep_days * DAY
    return (None, last) if old else (last, None)


def _when(trace: Trace) -> str:
    return "at a time that it doesn't tell" if trace.when is None else f"on {day(trace.when)}"


def day(when: float) -> str:
    """A time as a person reads it, in UTC. One that no calendar has is told as it is."""
    try:
        return f"{datetime.datetime.fromtimestamp(when, datetime.UTC):%Y-%m-%d %H:%M} UTC"
    except (OverflowError, ValueError, OSError):
        return f"{when:g} s"
