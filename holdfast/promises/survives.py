"""survives: a live session keeps its process, its tmux server and its children, whatever is pressed."""

from dataclasses import replace

from holdfast.history.record import History
from holdfast.model.path import Action, PressKind
from holdfast.model.seen import Process, ProcessId
from holdfast.promises import kinship, launches
from holdfast.promises.finding import Finding, Subject, Unproven, broken, held
from holdfast.promises.kills import killer
from holdfast.promises.kinship import Standing
from holdfast.promises.placed import Span
from holdfast.promises.reading import Reading

MEANING = "a live session keeps its process, its tmux server and its children, whatever is pressed"


def check(history: History, role: str) -> Finding | None:
    """Every span between two looks is judged in which the role was alive and nothing took it away by itself. None where
    no press and no fault met a session that had to outlive it."""
    reading = Reading(history)
    own = reading.own(role)
    if kinship.standing(reading.baseline, own) is None:
        raise Unproven(
            f"no witness saw a live process of {role} {reading.baseline.event.moment!r}, though it had just answered"
        )
    first: Subject | None = None
    met = 0
    stopping = False
    ending: Span | None = None
    for span in reading.spans:
        stopping = _stopping(span, role, stopping)
        whole = span if ending is None else ending.joined(span)
        ending = None
        stood = kinship.standing(whole.before, own)
        if stood is None or stopping or _taken_away(whole, role):
            continue
        found = _loss(reading, role, whole, stood)
        if found is not None:
            return found
        if kinship.standing(whole.next, own) is None:
            # It has left its registry and still runs: an agent that is told to end does so in this order.
            ending = whole
        met += _events(span)
        first = first or _subject(span, stood)
    if met > 0:
        return held(f"{role} kept its process, tmux server and task through {met} presses and faults", first)
    return _came_late(reading, role) if _due(reading, role) else None


def _due(reading: Reading, role: str) -> bool:
    """Whether the role had to be alive when something was pressed or went wrong: it was never lost, or was brought back
    before. Told by what was done and traced, not by what was seen: a session that is still starting is seen in one run
    and not in the next."""
    due, stopping = True, False
    for span in reading.spans:
        stopping = _stopping(span, role, stopping)
        taken = _taken_away(span, role)
        if due and not stopping and not taken and _events(span):
            return True
        back = any(p.role in (role, None) and p.action is not Action.STOPS for p in span.pressed)
        started = launches.touching(span.launches, role, None, reading.own(role)) is not None
        due = (due and not taken and not stopping) or back or started
    return False


def _events(span: Span) -> int:
    """How many presses and faults a session had to outlive. A boot that is pressed is no event of its own: it is the
    boot of the fault before it, and what it restores may be there or not when it is looked at."""
    return len(span.faulted) + sum(press.kind is not PressKind.BOOT for press in span.pressed)


def _came_late(reading: Reading, role: str) -> Finding:
    """Nothing is lost that was not there yet; but it must be there at the end."""
    if not kinship.alive(reading.end, reading.own(role)):
        raise Unproven(
            f"{role} was to be back, but no witness saw a live process of it: nothing shows that it survives"
        )
    return held(f"{role} was still coming back when something else was pressed, and lives at the end")


def _stopping(span: Span, role: str, before: bool) -> bool:
    """Whether the role is the target of a stop that no later press has undone: a stop may take effect late."""
    for press in span.pressed:
        if press.role in (role, None):
            before = press.action is Action.STOPS
    return before


def _taken_away(span: Span, role: str) -> bool:
    """Whether the fault names the role, or the press is a stop of it or a boot."""
    rebooted = span.before.event.seen.boot_id != span.next.event.seen.boot_id
    return any(role in fault.lost for fault in span.faulted) or any(
        (press.action is Action.STOPS and press.role in (role, None)) or (press.kind is PressKind.BOOT and rebooted)
        for press in span.pressed
    )


def _subject(span: Span, stood: Standing) -> Subject:
    return Subject(span.before.index, stood.agent, stood.server, stood.pane)


def _loss(reading: Reading, role: str, span: Span, stood: Standing) -> Finding | None:
    """What of the session is gone at the span's end: the server first, because its end takes the others along."""
    rebooted = span.before.event.seen.boot_id != span.next.event.seen.boot_id
    left = frozenset() if rebooted else kinship.running(span.next)
    child = reading.child(role, span.next.index)
    parts: list[tuple[str, ProcessId | None]] = [
        ("tmux server", stood.server),
        ("agent", stood.agent),
        ("task", child if child in kinship.running(span.before) else None),
        *(("watcher", one) for one in reading.watchers(role, span.next.index) if one in kinship.running(span.before)),
    ]
    gone = [(name, part) for name, part in parts if part is not None and part not in left]
    if not gone:
        return None
    lost = [p for p in kinship.processes(span.before) if p.id not in left and p.id in {part for _, part in gone}]
    subject = replace(_subject(span, stood), server_died=gone[0][1] == stood.server)
    killed = killer(span.launches, span.before.event.seen.panes or (), stood.pane, lost, stood.chain)
    named = ", ".join(f"{name} {part}" for name, part in gone)
    what = f"{role} lost its {named} between {span.before.event.moment!r} and {span.next.event.moment!r}"
    if killed is not None:
        command = " ".join(killed.event.launch.argv)
        return broken("killed by command", f"{what}: `{command}` ended it", replace(subject, killer=killed.index))
    if lost and _unit_stopped(span, lost[0]):
        return broken("unit stopped", f"{what}: its unit {lost[0].cgroup} was stopped", subject)
    return broken("died", what, subject)


def _unit_stopped(span: Span, lost: Process) -> bool:
    """Whether the control group that the process lived in is gone, or was made again."""
    if lost.cgroup == "/":
        return False
    now = [p for p in kinship.processes(span.next) if p.cgroup == lost.cgroup]
    made_again = lost.cgroup_born is not None and any(p.cgroup_born not in (None, lost.cgroup_born) for p in now)
    return made_again or not now
