"""prompt: a session is back within 30 s of the press."""

from holdfast.history.events import Asked, Planted, Pressed
from holdfast.history.record import History
from holdfast.model.path import Action
from holdfast.promises.finding import Finding, Unproven, broken, held
from holdfast.promises.placed import Placed
from holdfast.promises.reading import Reading

MEANING = "the session answers within 30 s of the press"
BOUND = 30.0
"""Seconds from the beginning of the press to the answer."""


def check(history: History, role: str) -> Finding | None:
    """Applies where the role was started, resumed or restored. A dispatch that its own conversation answered was back
    with that. Other roles are pressed and asked one after the other: what that took is not the session's time, but
    neither does it show that the session was back."""
    reading = Reading(history)
    own = reading.own(role)
    if reading.stopped(role) or not reading.brought_back(role):
        return None
    placed = [p for p in reading.presses_of(role) if p.event.action is not Action.STOPS]
    if not placed:
        return None
    presses = [p.event for p in placed]
    for noted in reading.placed(Planted):
        # Right behind its press: what a dispatch said, and its answer.
        if noted.index == placed[-1].index + 1 and noted.event.session == own:
            took = noted.event.at - presses[-1].began
            return _within(took, f"{role} answered the dispatch by {presses[-1].path} {took:.1f} s after it began")
    final = reading.final(role)
    asked = final.event
    if asked.session is None:
        return broken("none", f"{role} did not answer: {asked.why or 'no reason was recorded'}")
    took = asked.at - presses[-1].began
    found = _within(took, f"{role} answered {took:.1f} s after the press of {presses[-1].path} began")
    if took <= BOUND:
        return found
    others = _others(reading, final, presses[-1].began)
    if took - others <= BOUND:
        raise Unproven(
            f"{role} answered {took:.1f} s after the press, but it was asked late: the others took {others:.1f} s"
        )
    return found


def _within(took: float, why: str) -> Finding:
    return held(why) if took <= BOUND else broken("late", f"{why}; at most {BOUND:.0f} s are allowed")


def _others(reading: Reading, final: Placed[Asked], since: float) -> float:
    """Seconds that went by between the press and the role's final asking while other roles were pressed or asked."""
    placed: list[Placed[Asked] | Placed[Pressed]] = [*reading.placed(Asked), *reading.presses]
    before = [one.event for one in placed if one.index < final.index]
    others = [event for event in before if event.role not in (final.event.role, None)]
    return sum(max(0.0, event.at - max(event.began, since)) for event in others)
