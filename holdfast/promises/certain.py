"""How far a history can be believed: up to where it failed, a fault did not bite or a press did not come to its end."""

from dataclasses import dataclass

from holdfast.history.events import Asked, Closed, Event, Failed, Faulted, Outcome, Pressed
from holdfast.history.record import History


@dataclass(frozen=True)
class Doubt:
    """What can still be broken for certain is broken in `certain`; everything else is unproven, with `why`. `whole` is
    False where the history stops early, so that what does not apply in it might have done so later."""

    certain: History
    why: str
    whole: bool


def doubt(history: History) -> Doubt | None:
    """The first reason not to believe all of `history`, or None if it came to its end as planned."""
    events = history.events
    for index, event in enumerate(events):
        if (found := _reason(event)) is not None:
            whole = isinstance(events[-1], Closed)
            return Doubt(History(events[: _cut(events, index)]), found, whole)
    if not events or not isinstance(events[-1], Closed):
        return Doubt(history, "the history stops before its end: was the run ended? Run the cell again", False)
    return None


def _reason(event: Event) -> str | None:
    match event:
        case Failed(why=why):
            return why
        case Faulted(bit=False, fault=fault, proof=proof):
            return f"the fault did not bite: {fault}: {proof or 'no proof was recorded'}"
        case Pressed(outcome=Outcome.HUNG, path=path, output=output):
            return f"the press of {path} hung: {output or 'it did not end within its bound'}"
        case Pressed(outcome=Outcome.IMPOSSIBLE, path=path, output=output):
            return f"the press of {path} could not be made: {output or 'no reason was recorded'}"
    return None


def _cut(events: tuple[Event, ...], index: int) -> int:
    """Up to where the witnesses can be believed. A press that hung may have ended a session all the same: what they saw
    until the last asking counts."""
    event = events[index]
    if not isinstance(event, Pressed) or event.outcome is not Outcome.HUNG:
        return index
    asked = (i for i, e in enumerate(events) if i > index and isinstance(e, Asked | Failed))
    return next(asked, len(events))
