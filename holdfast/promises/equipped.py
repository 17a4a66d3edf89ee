"""equipped: windows, panes, folder, environment, watchers and the declared state file of the session are back."""

from collections import Counter
from collections.abc import Callable, Sequence

from holdfast.history.events import Equipped, Inspected
from holdfast.history.record import History
from holdfast.history.words import command
from holdfast.model.working_set import WorkingSet
from holdfast.promises.finding import Finding, Unproven, broken, held
from holdfast.promises.reading import Reading

MEANING = "windows, panes, folder, environment, watchers and the declared state file of the session are back"

Part = Callable[[Equipped, WorkingSet], Finding | None]


def check(history: History, role: str) -> Finding | None:
    """Applies to a role that was equipped, lost and to be brought back; of what it had, to what is declared as carried.
    What a launcher had not written down yet, and need not have by its own max_age, is unproven if it is lost."""
    reading = Reading(history)
    reading.own(role)
    lost = reading.lost_at(role)
    equipped = [p.event for p in reading.placed(Equipped) if p.event.role == role and (lost is None or p.index < lost)]
    if lost is None or not equipped or not reading.brought_back(role) or reading.stopped(role):
        return None
    then, now = equipped[-1], _seen_at_end(reading, role, lost)
    found = _no_session(now) if now.seen is None else _first(then, now.seen)
    if found is None:
        return held(f"{role} has {', '.join(then.carries)} back as they were")
    if not then.chance:
        raise Unproven(f"{found.why}; but {then.waited}, so that the launcher had no chance to save it")
    return found


def _seen_at_end(reading: Reading, role: str, lost: int) -> Inspected:
    seen = [p.event for p in reading.placed(Inspected) if p.event.role == role and p.index > lost]
    if not seen:
        raise Unproven(f"the working set of {role} was not looked at after it was lost")
    if seen[-1].seen is None and not seen[-1].gone:
        raise Unproven(f"the working set of {role} could not be observed: {seen[-1].why}")
    return seen[-1]


def _no_session(now: Inspected) -> Finding:
    return broken("session lost", f"nothing of {now.role}'s working set is back: {now.why}")


def _first(then: Equipped, now: WorkingSet) -> Finding | None:
    """The first declared part that is not back, in the order in which a person would miss them."""
    parts: tuple[tuple[str, Part], ...] = (
        ("folder", _folder),
        ("environment", _environment),
        ("watchers", _watchers),
        ("watchers", _windows),
        ("state", _state),
    )
    findings = (look(then, now) for name, look in parts if name in then.carries)
    return next((found for found in findings if found is not None), None)


def _folder(then: Equipped, now: WorkingSet) -> Finding | None:
    if now.folder == then.seen.folder:
        return None
    return broken("folder lost", f"{then.role}'s agent ran in {then.seen.folder}, and now in {now.folder or 'none'}")


def _environment(then: Equipped, now: WorkingSet) -> Finding | None:
    """Values are compared by their digests."""
    values = dict(now.environment)
    unset = [name for name, _ in then.seen.environment if name not in values]
    other = [name for name, digest in then.seen.environment if name in values and values[name] != digest]
    if not unset and not other:
        return None
    said = [f"{', '.join(unset)} not set"] if unset else []
    said += [f"{', '.join(other)} set to another value"] if other else []
    return broken("environment lost", f"{then.role}'s tmux session {now.session} has {' and '.join(said)}")


def _watchers(then: Equipped, now: WorkingSet) -> Finding | None:
    had, runs = Counter(one.identity for one in then.watchers), Counter(one.identity for one in now.programs)
    for argv, cwd in had:
        if runs[argv, cwd] < had[argv, cwd]:
            elsewhere = [place for other, place in runs if other == argv]
            where = f", but in {', '.join(elsewhere)}" if elsewhere else ""
            line = f"`{command(argv)}` in {cwd}"
            return broken("watchers lost", f"{then.role} had {line}; no pane of its session runs that{where}")
    for argv, cwd in had:
        if (number := runs[argv, cwd]) > had[argv, cwd]:
            line = f"`{command(argv)}` in {cwd}"
            return broken("watchers doubled", f"{then.role} had {line} once; {number} run in the panes of its session")
    return None


def _windows(then: Equipped, now: WorkingSet) -> Finding | None:
    if now.has_windows_of(then.seen):
        return None
    why = f"{then.role} had {_counted(then.seen.panes)}, and has {_counted(now.panes)}"
    return broken("windows lost", why)


def _counted(panes: Sequence[int]) -> str:
    return f"{len(panes)} windows with {', '.join(map(str, panes)) or 'no'} panes"


def _state(then: Equipped, now: WorkingSet) -> Finding | None:
    """There, a JSON object, and with every top-level key that it had."""
    state, before = now.state, then.seen.state
    if state is None or state.digest is None:
        why = f"the state file of {then.role}, {before.path if before is not None else 'declared'}, is not there"
        return broken("state lost", f"{why}: {state.why}" if state is not None and state.why else why)
    if state.keys is None:
        return broken("state unreadable", f"the state file of {then.role}, {state.path}, {state.why}")
    gone = sorted(set((before.keys if before is not None else None) or ()) - set(state.keys))
    if gone:
        return broken("state lost", f"the state file of {then.role}, {state.path}, has no {', '.join(gone)} any more")
    return None
