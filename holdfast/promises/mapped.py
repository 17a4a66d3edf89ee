"""mapped: each role leads a person to its own conversation and to no other."""

from holdfast.history.record import History
from holdfast.promises.answers import Whose, answer
from holdfast.promises.finding import Finding, Unproven, broken, held
from holdfast.promises.reading import Reading

MEANING = "each role leads a person to its own conversation and to no other"


def check(history: History, role: str) -> Finding | None:
    """Applies to every role: one that was stopped, or lost and never brought back, must lead to no conversation. Only
    an attach that has ended shows that: one that still stands may have led to an agent that had no time to answer."""
    reading = Reading(history)
    found = answer(reading, role)
    if found.whose is Whose.OWN:
        return held(found.why)
    stopped = reading.stopped(role)
    if found.whose is not Whose.NONE or not (stopped or not reading.brought_back(role)):
        return broken(found.whose, found.why)
    if found.asked.event.code is None:
        raise Unproven(f"{role} was to lead nowhere, and its attach had not ended: {found.why}")
    was = "was stopped, and" if stopped else "was lost, nothing was pressed to bring it back, and it"
    return held(f"{role} {was} leads to no conversation")
