"""A history in words: one sentence an event, for people. Pure; every report says the same thing of the same event."""

import re
import shlex
from collections.abc import Mapping
from functools import cache, singledispatch

from holdfast.history.events import (
    Asked,
    Booted,
    Closed,
    Equipped,
    Event,
    Failed,
    Faulted,
    Held,
    Inspected,
    Launched,
    Observed,
    Outcome,
    Planned,
    Planted,
    Pressed,
    Stepped,
    Trusted,
)
from holdfast.model.launch import Confidence, LaunchVerb
from holdfast.model.save import Alarm
from holdfast.model.working_set import WorkingSet

ARGV_SHOWN = 200
"""Characters of a command line that are shown; an agent's argv can hold a whole prompt."""

# Controls, bidirectional overrides and lone surrogates: a screen must not steer the reader's terminal, turn the page's
# text around (CVE-2021-42574) or make a file that XML 1.0 or UTF-8 refuses. Newline and tab stay.
_UNPRINTABLE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]"
)

_VERBS = {
    LaunchVerb.START: "launched",
    LaunchVerb.SERVE: "the agent started as",
    LaunchVerb.ATTACH: "attached",
    LaunchVerb.KILL: "killed by",
    LaunchVerb.SIGNAL: "signalled by",
    LaunchVerb.UNIT: "asked systemd",
    LaunchVerb.OTHER: "ran",
}

_KNOWN_BY = {
    Confidence.HOOK: "language's hook",
    Confidence.UNIT: "unit",
    Confidence.ARGV: "command line",
    Confidence.NONE: "press alone",
}


def plain(text: str) -> str:
    """`text` with every character that isn't text made visible: `␛` for an escape, `�` where Unicode has no picture."""
    return _UNPRINTABLE.sub(lambda found: _picture(ord(found.group())), text)


@cache  # the same few hundred in each of thousands of looks
def command(argv: tuple[str, ...]) -> str:
    """`argv` as one would type it, cut to a line."""
    line = plain(shlex.join(argv)).replace("\n", "␊")
    return line if len(line) <= ARGV_SHOWN else line[: ARGV_SHOWN - 1] + "…"


def sentence(event: Event, places: Mapping[str, str] | None = None) -> str:
    """`event` in one line. `places` maps site ids to `file:line`; a site that isn't in it is named by its id."""
    if isinstance(event, Launched):
        return _launched(event, places or {})
    return plain(_say(event)).replace("\n", "␊")


def _picture(code: int) -> str:
    if code < 0x20:
        return chr(0x2400 + code)
    return "␡" if code == 0x7F else "�"


def _launched(event: Launched, places: Mapping[str, str]) -> str:
    launch = event.launch
    if launch.site is None:
        origin = "from no known call site"
    else:
        origin = f"from {plain(places.get(launch.site, launch.site))} (known by the {_KNOWN_BY[launch.confidence]})"
    return f"{_VERBS[launch.verb]} {command(launch.argv)}, {origin}"


@singledispatch
def _say(event: Event) -> str:
    raise TypeError(f"no words for a {type(event).__name__}: give it a sentence in holdfast/history/words.py")


@_say.register
def _(event: Planned) -> str:
    return f"planned: {', '.join(event.roles)} must show {', '.join(event.promises)}"


@_say.register
def _(event: Booted) -> str:
    return f"the machine booted (boot id {event.boot_id})"


@_say.register
def _(event: Pressed) -> str:
    who = f"for {event.role}" if event.role is not None else "for every role"
    press = f"pressed {event.path} ({event.action}, by {event.kind}) {who}"
    if event.outcome is Outcome.HUNG:
        return f"{press}: it hung, and was given up after {event.at - event.began:.1f} s"
    if event.outcome is Outcome.IMPOSSIBLE:
        return f"{press}: it could not be made"
    answer = "done" if event.code is None else f"code {event.code}"
    return f"{press}: {answer}{', it told of failure' if event.refused else ''}"


@_say.register
def _(event: Faulted) -> str:
    lost = f"; it takes the process of {', '.join(event.lost)}" if event.lost else ""
    ended = f"; ended {', '.join(map(str, event.victims))}" if event.victims else ""
    proof = f"it bit: {event.proof}" if event.bit else f"no proof that it bit: {event.proof}"
    return f"fault: {event.fault}{lost}{ended}; {proof}"


@_say.register
def _(event: Observed) -> str:
    return f"looked {event.moment}"


@_say.register
def _(event: Planted) -> str:
    return f"said the word {event.word} to {event.role}; session {event.session} took it"


@_say.register
def _(event: Asked) -> str:
    what = f"asked {event.role} for proof {event.challenge}{', the one that is judged' if event.final else ''}"
    if event.session is None:
        return f"{what}: no answer: {event.why}"
    return f"{what}: session {event.session} answered {event.proof} within {event.at - event.began:.2f} s"


@_say.register
def _(event: Held) -> str:
    return f"{event.role} is mid-task, its child is {event.child}"


@_say.register
def _(event: Equipped) -> str:
    watchers = " and ".join(command(watcher.argv) for watcher in event.watchers)
    return f"{event.role} was equipped: {working_set(event.seen)}; watchers {watchers}; {event.waited}"


@_say.register
def _(event: Inspected) -> str:
    return f"inspected {event.role}: {event.why if event.seen is None else working_set(event.seen)}"


@_say.register
def _(event: Trusted) -> str:
    stale = [why for save in event.saves if (why := save.stale(event.max_age)) is not None]
    what = "; ".join(stale) or f"sound and recent: {', '.join(save.file or save.path for save in event.saves)}"
    return f"what recovery trusts {event.moment}: {what}; {alarm(event.alarm)}"


def alarm(seen: Alarm | None) -> str:
    """What is known of the launcher's alarm."""
    if seen is None:
        return "no alarm is declared"
    if seen.raised is None:
        return f"the alarm could not be asked ({seen.asked}): {seen.said}"
    return f"the alarm is {'raised' if seen.raised else 'silent'} ({seen.asked}: {seen.said})"


def working_set(seen: WorkingSet) -> str:
    """What a session has, in short."""
    windows = ", ".join(f"{window.name or window.index} with {window.panes}" for window in seen.windows)
    names = ", ".join(name for name, _ in seen.environment) or "nothing"
    state = "" if seen.state is None else f", {seen.state.path} {seen.state.why or 'is JSON'}"
    return (
        f"session {seen.session} in {seen.folder}, panes by window: {windows}; "
        f"{len(seen.programs)} programs, {names} set{state}"
    )


@_say.register
def _(event: Stepped) -> str:
    return event.text


@_say.register
def _(event: Failed) -> str:
    return f"could not go on: {event.why}"


@_say.register
def _(_event: Closed) -> str:
    return "the scenario came to its end"
