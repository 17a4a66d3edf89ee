"""fresh: what recovery will trust is on disk, readable and recent, and if not, the launcher's alarm is raised."""

from holdfast.history.events import Trusted
from holdfast.history.record import History
from holdfast.history.words import alarm
from holdfast.promises.finding import Finding, Unproven, broken, held
from holdfast.promises.reading import Reading

MEANING = "what recovery will trust is on disk, readable and recent, and if not, the launcher's alarm is raised"


def check(history: History, role: str) -> Finding | None:
    """Applies to every role of a history in which somebody looked at what recovery trusts. An alarm that is raised over
    sound saves is broken too: one that always sounds tells nothing when it should."""
    reading = Reading(history)
    reading.own(role)
    looks = [placed.event for placed in reading.placed(Trusted)]
    if not looks:
        return None
    unsure: str | None = None
    for look in looks:
        found = _judge(look)
        if isinstance(found, Finding):
            return found
        unsure = unsure or found
    if unsure is not None:
        raise Unproven(unsure)
    return held("; ".join(_told(look) for look in looks))


def _judge(look: Trusted) -> Finding | str | None:
    """What is broken, or why it can't be told; None for what is as it should be."""
    stale = _stale(look)
    raised = None if look.alarm is None else look.alarm.raised
    if stale is None:
        if look.spoiled or not raised:
            return None
        return broken("false alarm", f"all that recovery trusts was sound and recent {look.moment}, yet {_alarm(look)}")
    if raised:
        return None
    if look.alarm is not None and raised is None:
        return f"{stale} {look.moment}, and {_alarm(look)}"
    if not look.spoiled and look.since < look.max_age:
        return (
            f"{stale} {look.moment}, {look.since:.0f} s after the first session was opened: the launcher allows itself "
            f"{look.max_age:.0f} s, longer than was waited. Declare a shorter max_age where it is verified"
        )
    return broken("stale, no alarm", f"{stale} {look.moment}, and {_alarm(look)}")


def _stale(look: Trusted) -> str | None:
    return "; ".join(why for save in look.saves if (why := save.stale(look.max_age)) is not None) or None


def _alarm(look: Trusted) -> str:
    return alarm(look.alarm)


def _told(look: Trusted) -> str:
    stale = _stale(look)
    if stale is None:
        return f"all that recovery trusts was sound and recent {look.moment}"
    return f"{stale} {look.moment}, and {_alarm(look)}"
