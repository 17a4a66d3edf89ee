"""prompt: a session is back within 30 s of the press."""

from holdfast.history.events import Asked
from holdfast.history.record import History
from holdfast.model.path import Action
from holdfast.promises.finding import Finding, Unproven, broken, held
from holdfast.promises.placed import Placed
from holdfast.promises.reading import Reading

MEANING = "the session answers within 30 s of the press"
BOUND = 30.0
"""Seconds from the beginning of the press to the answer."""


def check(history: History, role: str) -> Finding | None:
    """Applies where the role was started, resumed or restored. Other roles are asked one after the other: what that
    took is not the session's time, but neither does it show that the session was back."""
    reading = Reading(history)
    reading.own(role)
    if reading.stopped(role) or not reading.brought_back(role):
        return None
    presses = [p.event for p in reading.presses_of(role) if p.event.action is not Action.STOPS]
    if not presses:
        return None
    final = reading.final(role)
    asked = final.event
    if asked.session is None:
        return broken("none", f"{role} did not answer: {asked.why or 'no reason was recorded'}")
    took = asked.at - presses[-1].began
    if took <= BOUND:
        return held(f"{role} answered {took:.1f} s after the press of {presses[-1].path} began")
    others = _others(reading, final, presses[-1].began)
    if took - others <= BOUND:
        raise Unproven(
            f"{role} answered {took:.1f} s after the press, but it was asked late: the others took {others:.1f} s"
        )
    return broken(
        "late",
        f"{role} answered {took:.1f} s after the press of {presses[-1].path} began; at most {BOUND:.0f} s are allowed",
    )


def _others(reading: Reading, final: Placed[Asked], since: float) -> float:
    """Seconds that went by between the press and the role's final asking while other roles were asked."""
    asked = [a.event for a in reading.placed(Asked) if a.index < final.index and a.event.role != final.event.role]
    return sum(max(0.0, a.at - max(a.began, since)) for a in asked)
