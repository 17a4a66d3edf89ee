"""What Claude Code makes of a transcript that is damaged: after a power cut, a full disk, a copy that was cut short."""

import json
import os
import time
from datetime import datetime, timedelta

from holdfast import Subject, Unlike, contract


def damaged(agent: Subject, change: str) -> str:
    """What a resume knows of `alpha beta` when the file was changed so, and of a word that is said after."""
    session = agent.born("alpha", "beta")
    file = agent.transcript(session)
    data = file.read_bytes()
    lines = data.split(b"\n")[:-1]
    answer = next(i for i, line in enumerate(lines) if b'"type":"assistant"' in line)
    file.write_bytes(
        {
            "torn last line": data[:-40],
            "no last newline": data[:-1],
            "NULs at the end": data + bytes(512),
            "bad line, 4 s apart": bad_line(lines, answer, 4.0),
            "bad line, 6 s apart": bad_line(lines, answer, 6.0),
            "last half lost": b"\n".join([*lines[: answer + 1], b""]),
        }[change]
    )
    first = agent.known("--resume", session)
    agent.planted.append("gamma")
    agent.ask("remember gamma", "--resume", session)
    return f"{first}; then {agent.known('--resume', session)}"


def bad_line(lines: list[bytes], answer: int, apart: float) -> bytes:
    """The lines without the first answer, the turn after it dated so many seconds behind the one before."""
    turns = [json.loads(line) for line in lines]
    first = datetime.fromisoformat(next(str(record["timestamp"]) for record in turns if "timestamp" in record))
    for index, record in enumerate(turns):
        if "timestamp" in record:
            then = first + timedelta(seconds=apart if index > answer else 0.0)
            record["timestamp"] = then.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    dated = [json.dumps(record, separators=(",", ":")).encode() for record in turns]
    return b"\n".join([*dated[:answer], dated[answer][:40], *dated[answer + 1 :], b""])


@contract("claude", {"1.0.128": "alpha beta; then gamma", "2.1.197": "alpha beta; then alpha beta gamma"})
def a_torn_last_line_is_passed_over(agent: Subject) -> str:
    """A kill in the middle of a write."""
    return damaged(agent, "torn last line")


@contract("claude", {"1.0.128": "alpha beta; then gamma", "2.1.197": "alpha beta; then alpha beta gamma"})
def a_missing_last_newline_is_no_matter(agent: Subject) -> str:
    """An editor, or a copy that was cut at a line's end."""
    return damaged(agent, "no last newline")


@contract("claude", {"1.0.128": "alpha beta; then gamma", "2.1.197": "alpha beta; then alpha beta gamma"})
def trailing_nuls_are_passed_over(agent: Subject) -> str:
    """What ext4 leaves of an append whose bytes were not written when the power failed."""
    return damaged(agent, "NULs at the end")


@contract("claude", {"1.0.128": "beta; then beta gamma", "2.1.197": "alpha beta; then alpha beta gamma"})
def a_bad_line_in_the_middle_drops_that_record(agent: Subject) -> str:
    """Without an error: what was said within 5 s before it is found again by its time."""
    return damaged(agent, "bad line, 4 s apart")


@contract("claude", "beta; then beta gamma")
def a_bad_line_between_turns_that_are_apart_drops_all_before_it(agent: Subject) -> str:
    """Without an error, too: of a conversation of days the last turns are left."""
    return damaged(agent, "bad line, 6 s apart")


@contract("claude", "alpha; then alpha gamma")
def a_file_that_lost_its_end_is_a_shorter_conversation(agent: Subject) -> str:
    """Silently: nothing in the file says that there was more."""
    return damaged(agent, "last half lost")


@contract(
    "claude", "deleted", unlike=Unlike("kept", "a turn of the stand-in is over long before the clean-up would begin")
)
def a_transcript_of_an_old_time_is_deleted(agent: Subject) -> str:
    """Over 30 days by its mtime, some seconds after the start of print mode: a restored backup is at risk."""
    return cleaned(agent)


@contract("claude", "kept")
def a_long_cleanup_period_keeps_it(agent: Subject) -> str:
    """cleanupPeriodDays in the settings."""
    agent.settings(cleanupPeriodDays=100000)
    return cleaned(agent)


def cleaned(agent: Subject) -> str:
    """Whether an old transcript outlives a turn that a hook draws out; some 6 s are enough."""
    file = agent.transcript(agent.born("alpha"))
    old = time.time() - 31 * 24 * 3600
    os.utime(file, (old, old))
    agent.settings(hooks={"Stop": [{"hooks": [{"type": "command", "command": "exec sleep 60"}]}]})
    with agent.start("-p", "remember beta"):
        try:
            agent.wait("the clean-up", lambda: not file.exists(), within=20.0)
        except TimeoutError:
            return "kept"
    return "deleted"
