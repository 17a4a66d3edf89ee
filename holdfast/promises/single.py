"""single: one live process a conversation, one session a role."""

from holdfast.history.record import History
from holdfast.model.path import Action
from holdfast.model.seen import ProcessId
from holdfast.promises import kinship
from holdfast.promises.finding import Finding, broken, held
from holdfast.promises.reading import Reading

MEANING = "one live process a conversation, one session a role"


def check(history: History, role: str) -> Finding | None:
    """Every look since the first press is judged. No live process at all is not for this promise to judge."""
    reading = Reading(history)
    own = reading.own(role)
    first = reading.presses[0].index if reading.presses else reading.began
    for look in reading.looks:
        if look.index < first:
            continue
        mine = [agent for agent in kinship.agents(look) if agent.session == own]
        if len(mine) > 1:
            named = " and ".join(str(agent.id) for agent in mine)
            return broken("two at once", f"the conversation of {role} lived twice {look.event.moment!r}: {named}")
    return _strays(reading, role) or held(_summary(reading, own, role))


def _summary(reading: Reading, own: str, role: str) -> str:
    if kinship.alive(reading.end, own):
        return f"one process held the conversation of {role}"
    return f"no process held the conversation of {role} at the end: never two"


def _strays(reading: Reading, role: str) -> Finding | None:
    """Sessions of no role that came with a press, beside those of the roles that were pressed. A single one in the
    place of a dead conversation is one session for its role: whether it is the right one, `mapped` says."""
    pressed = [p for p in reading.presses if p.event.action is not Action.STOPS]
    for place, press in enumerate(pressed):
        answering = reading.planned.roles if press.event.role is None else (press.event.role,)
        if role != answering[0]:
            continue
        before = _known(reading, press.index)
        following = pressed[place + 1].index if place + 1 < len(pressed) else reading.end.index + 1
        came = _known(reading, following) - before
        owners = reading.owners
        strays = {a.session for a in kinship.agents(reading.end) if a.session not in owners and a.id in came}
        living = {a.session for a in kinship.agents(reading.end) if owners.get(a.session) in answering}
        if strays and len(strays | living) > len(answering):
            named = ", ".join(sorted(strays))
            return broken(
                "two at once", f"the press of {press.event.path} left more sessions than roles: {named} besides"
            )
    return None


def _known(reading: Reading, until: int) -> frozenset[ProcessId]:
    """The live agents seen before a place of the history: at a press, bystanders and what faults put there."""
    return frozenset(a.id for look in reading.looks if look.index < until for a in kinship.agents(look))
