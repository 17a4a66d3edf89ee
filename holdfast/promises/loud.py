"""loud: where continuing is impossible the person is told; no silent fresh start, nothing destroyed.

A press tells by its exit code or status. One that a person makes on a screen, by a click or by keys, tells by what then
came onto that screen as well: of a key binding nothing else is known, because tmux keeps the exit codes of its jobs to
itself, and writes `'command' returned 1` instead."""

import re

from holdfast.history.events import Asked, Pressed
from holdfast.history.record import History
from holdfast.model.path import PressKind
from holdfast.promises.answers import Whose, answer, path_of
from holdfast.promises.finding import Finding, broken, held
from holdfast.promises.kinship import transcript
from holdfast.promises.reading import Reading

MEANING = "where continuing is impossible the person is told; no silent fresh start, nothing destroyed"

# What a person reads as failure on the screen of an attach that doesn't end by itself.
_TOLD = re.compile(
    r"\b(error|fail(ed|ure|s)?|can ?not|can't|could(n't| not)|unable|not found|no (such|conversation|session)|lost)\b",
    re.IGNORECASE,
)


_RETURNED = re.compile(r"' returned [1-9]\d*\b")
"""What tmux shows of a job that failed (cmd-run-shell.c)."""
_SEEN = (PressKind.BROWSER, PressKind.KEYS)
"""Presses whose output is what came onto a person's screen."""


def check(history: History, role: str) -> Finding | None:
    """Applies where something other than a stop was pressed for the role."""
    reading = Reading(history)
    own = reading.own(role)
    presses = reading.presses_of(role)
    if not presses or reading.stopped(role) or not reading.brought_back(role):
        return None
    found = answer(reading, role)
    if found.whose is Whose.OWN:
        return held(found.why)
    destroyed = _destroyed(reading, role, own)
    if destroyed is not None:
        return broken("destroyed", destroyed)
    press = presses[-1].event
    if press.refused or _shown(press):
        return held(f"{role} is not back, and the press of {press.path} said so: {_said(press)}")
    if found.whose is Whose.NEW:
        return broken("silent fresh start", f"{found.why}, and the press of {press.path} told of no failure")
    if found.whose is Whose.NONE and _told(found.asked.event):
        return held(f"{role} is not back, and the attach said so: {_last_line(found.asked.event)}")
    return broken("silence", f"{found.why}, and the press of {press.path} told of no failure")


def _shown(press: Pressed) -> bool:
    """Whether failure stood on the screen in front of which the person pressed."""
    return press.kind in _SEEN and (_TOLD.search(press.output) or _RETURNED.search(press.output)) is not None


def _told(asked: Asked) -> bool:
    """Whether the attach failed with an exit code, or told of failure on the screen (`why` quotes it too)."""
    return (asked.code is not None and asked.code != 0) or _TOLD.search(f"{asked.screen}\n{asked.why}") is not None


def _said(press: Pressed) -> str:
    output = press.output.strip()
    return f"{output[-200:]!r} (code {press.code})" if output else f"code {press.code}"


def _last_line(asked: Asked) -> str:
    lines = [line.strip() for line in (asked.screen or asked.why).splitlines() if line.strip()]
    return f"{lines[-1]!r} (code {asked.code})" if lines else f"code {asked.code}"


def _destroyed(reading: Reading, role: str, own: str) -> str | None:
    """What was lost of the role's transcript since the last look before the press: the file, or turns in it."""
    press = reading.presses_of(role)[-1].index
    path = path_of(reading, role)
    earlier = [look for look in reading.looks if look.index < press]
    then = transcript(earlier[-1], own, path) if earlier else None
    if then is None:
        return None
    now = transcript(reading.end, own, path)
    if now is None:
        return f"the transcript of {role}, {then.path}, was there {earlier[-1].event.moment!r} and is gone at the end"
    if [t.uuid for t in now.turns[: len(then.turns)]] != [t.uuid for t in then.turns] or now.size < then.size:
        return f"the transcript of {role}, {then.path}, was rewritten: {then.size} bytes before, {now.size} at the end"
    return None
