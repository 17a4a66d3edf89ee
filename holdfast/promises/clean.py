"""clean: no other session, process or file is touched, and nothing is left behind.

What a press does to its own role is for the other promises. Here each role that nobody pressed keeps its transcript,
a role that was stopped is really stopped, and the machine is left as it was: that part is judged once, for the role
that was pressed. It errs on the launcher's side: whatever may belong to a role, a fault or the launcher's own unit is
let be."""

from collections.abc import Iterator

from holdfast.history.events import Pressed
from holdfast.history.record import History
from holdfast.model.seen import ProcessId, Transcript
from holdfast.promises import kinship
from holdfast.promises.answers import path_of
from holdfast.promises.finding import Finding, broken, held
from holdfast.promises.kinship import Look
from holdfast.promises.reading import Reading

MEANING = "no other session, process or file is touched, nothing is left behind"


def check(history: History, role: str) -> Finding | None:
    """Applies to every role."""
    reading = Reading(history)
    reading.own(role)
    found = _still_running(reading, role) or _own_transcript(reading, role)
    if found is None and role == _answering(reading):
        found = _foreign_transcripts(reading) or _left_behind(reading) or _bystanders(reading)
    return found or held("no other session, transcript or process was touched, and nothing was left behind")


def _answering(reading: Reading) -> str:
    """The role for which the machine as a whole is judged: the one that was pressed last, else the first that was
    planned."""
    pressed = [p.event.role for p in reading.presses if p.event.role is not None]
    return pressed[-1] if pressed else reading.planned.roles[0]


def _still_running(reading: Reading, role: str) -> Finding | None:
    """A stop of a live role leaves none of its agents alive."""
    if not reading.stopped(role):
        return None
    alive = [agent.id for agent in kinship.agents(reading.end) if agent.session == reading.own(role)]
    if not alive:
        return None
    return broken("still running", f"{role} was stopped, but its agent {alive[0]} lives at the end")


def _undisturbed(reading: Reading) -> Iterator[tuple[Look, Look, tuple[Pressed, ...]]]:
    """The spans in which no fault wrote to the disk."""
    for span in reading.spans:
        if not span.faulted:
            yield span.before, span.next, span.pressed


def _own_transcript(reading: Reading, role: str) -> Finding | None:
    """A role's transcript only ever grows while something else is pressed."""
    own, path = reading.own(role), path_of(reading, role)
    for before, after, pressed in _undisturbed(reading):
        if any(press.role in (role, None) for press in pressed):
            continue
        then, now = kinship.transcript(before, own, path), kinship.transcript(after, own, path)
        if then is not None and not _grown(then, now):
            return broken("changed", f"the transcript of {role}, {then.path}, was {_done(now)} {after.event.moment!r}")
    return None


def _grown(then: Transcript, now: Transcript | None) -> bool:
    """Whether the later transcript begins with all that the earlier one had."""
    if now is None or now.size < then.size:
        return False
    return [t.uuid for t in now.turns[: len(then.turns)]] == [t.uuid for t in then.turns]


def _done(now: Transcript | None) -> str:
    return "gone" if now is None else "rewritten"


def _foreign_transcripts(reading: Reading) -> Finding | None:
    """Conversations of no role: unchanged, or grown where an agent of theirs lives."""
    for before, after, _ in _undisturbed(reading):
        later = {t.path: t for t in kinship.transcripts(after)}
        for then in kinship.transcripts(before):
            now = later.get(then.path)
            if then.session in reading.owners:
                continue
            spoken = kinship.alive(before, then.session) or kinship.alive(after, then.session)
            if now is None or (now.digest != then.digest and not (spoken and _grown(then, now))):
                why = f"{then.path}, a conversation of no role, was {_done(now)} {after.event.moment!r}"
                return broken("changed", why)
    return None


def _left_behind(reading: Reading) -> Finding | None:
    """Tmux servers and agents of no role that came after the steady state; none are looked for after a reboot, when
    whatever starts at boot is new. One that a role leads to is not left behind but in its place: `mapped` judges it."""
    start, end = reading.baseline, reading.end
    if start.event.seen.boot_id != end.event.seen.boot_id:
        return None
    answered = (reading.final(role).event.session for role in reading.planned.roles)
    owners = frozenset(reading.owners) | {session for session in answered if session is not None}
    known = {
        agent.id for look in reading.looks[:-1] if look.index < _first_press(reading) for agent in kinship.agents(look)
    }
    agents = [a for a in kinship.agents(end) if a.session not in owners and a.id not in known]
    if agents:
        return broken(
            "left behind", f"agent {agents[0].id} of conversation {agents[0].session}, no role's, was left running"
        )
    units = {p.cgroup for p in kinship.processes(start)} - {"/"}
    homes = kinship.homes(end, owners)
    for server in kinship.servers(end):
        if (
            server not in kinship.servers(start)
            and server not in homes
            and kinship.process_of(end, server).cgroup not in units
        ):
            return broken("left behind", f"tmux server {server}, which holds no role's session, was left running")
    return None


def _first_press(reading: Reading) -> int:
    return reading.presses[0].index if reading.presses else reading.baseline.index + 1


def _bystanders(reading: Reading) -> Finding | None:
    """Tmux servers, agents and panes of no role that stood there before still do, and their servers can still be
    reached, unless a fault took them."""
    start, end = reading.baseline, reading.end
    if start.event.seen.boot_id != end.event.seen.boot_id:
        return None
    owners = frozenset(reading.owners)
    left = kinship.running(end)
    taken = {victim for span in reading.spans for fault in span.faulted for victim in fault.victims}
    roles_servers = kinship.homes(start, owners)
    others: list[tuple[str, ProcessId]] = [("tmux server", s) for s in kinship.servers(start) if s not in roles_servers]
    others += [("agent", a.id) for a in kinship.agents(start) if a.session not in owners]
    for name, process in others:
        if process not in left and not taken & set(kinship.chain(start, process)):
            return broken("bystander gone", f"{name} {process}, which belongs to no role, was ended")
    there = {(pane.server, pane.pane, pane.pid) for pane in kinship.panes(end)}
    for pane in kinship.panes(start):
        gone = (pane.server, pane.pane, pane.pid) not in there
        if pane.server not in roles_servers | taken and gone:
            return broken("bystander gone", f"pane {pane.pane} of tmux server {pane.server}, no role's, was closed")
    return None
