"""The witness of working sets: what one tmux session has around its agent, read from outside."""

import hashlib
import json
from pathlib import Path, PurePosixPath

from holdfast.model.seen import Pane, Process, ProcessId
from holdfast.model.working_set import Program, StateFile, Window, WorkingSet
from holdfast.witnesses import processes, tmux
from holdfast.witnesses.places import real

_SEPARATOR = "\x1f"
_FORMAT = _SEPARATOR.join(("#{window_index}", "#{window_name}", "#{pane_pid}"))


def read(root: Path, agent: ProcessId, pane: Pane, names: tuple[str, ...], state: str | None) -> WorkingSet:
    """The working set of the session that `pane` belongs to, in which `agent` runs: of its environment the variables
    `names`, of its folder the file `state`. TmuxSilent or OSError where it can't be seen."""
    seen, _ = processes.read(root)
    rows = [line.split(_SEPARATOR) for line in _ask(root, pane, "list-panes", "-s", "-F", _FORMAT).splitlines()]
    indexes = sorted({(int(index), name) for index, name, _ in rows})
    folder = _cwd(root, agent.pid)
    return WorkingSet(
        socket=pane.socket,
        session=pane.session,
        folder=folder,
        windows=tuple(Window(index, name, sum(row[0] == str(index) for row in rows)) for index, name in indexes),
        programs=tuple(
            Program(process.id, process.argv, _cwd(root, process.id.pid))
            for process in below({int(row[2]) for row in rows}, agent.pid, seen)
        ),
        environment=_environment(root, pane, names),
        state=None if state is None else state_file(root, str(PurePosixPath(folder) / state)),
    )


def below(tops: set[int], agent: int | None, seen: tuple[Process, ...]) -> list[Process]:
    """The processes that are, or come from, one of the pids `tops`, without `agent` and what comes from it."""
    parents = {process.id.pid: process.parent for process in seen}

    def comes(pid: int) -> bool:
        at: int | None = pid
        while at is not None and at != agent:
            if at in tops:
                return True
            at = parents.get(at)
        return False

    return [process for process in seen if comes(process.id.pid)]


def state_file(root: Path, path: str) -> StateFile:
    """The file at the absolute path `path` of the machine."""
    try:
        content = real(root, path).read_bytes()
    except FileNotFoundError:
        return StateFile(path, None, None, "is not there")
    digest = hashlib.sha256(content).hexdigest()
    try:
        value = json.loads(content)
    except ValueError as error:
        return StateFile(path, digest, None, f"is no JSON: {error}")
    if not isinstance(value, dict):
        return StateFile(path, digest, None, "is JSON, but no object")
    return StateFile(path, digest, tuple(value))


def _environment(root: Path, pane: Pane, names: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    """What a new window of the session would have: the server's own variables, and over them the session's."""
    values: dict[str, str] = {}
    for scope in (("-g",), ()):
        for line in _ask(root, pane, "show-environment", *scope).splitlines() if names else ():
            name, equals, value = line.partition("=")
            if equals:
                values[name] = value
            else:
                values.pop(line.removeprefix("-"), None)
    return tuple((name, _digest(values[name])) for name in names if name in values)


def _digest(value: str) -> str:
    return hashlib.sha256(value.encode("utf-8", "surrogatepass")).hexdigest()


def _ask(root: Path, pane: Pane, command: str, *words: str) -> str:
    """What the server of `pane` says of that pane's session. The colon makes the target a session for every command."""
    path = root / pane.socket.lstrip("/")
    if (server := tmux.listener(path, root)) != pane.server:
        raise tmux.TmuxSilent(f"{pane.socket} is listened at by {server or 'nobody'}, not by {pane.server}")
    answer = tmux.ask(path, command, *words, "-t", f"={pane.session}:")
    if answer is None:
        raise tmux.TmuxSilent(f"{pane.socket} did not answer to {command}")
    return answer


def _cwd(root: Path, pid: int) -> str:
    """Its folder as the machine calls it; "" for a process that has gone."""
    try:
        return str((root / "proc" / str(pid) / "cwd").readlink())
    except (FileNotFoundError, ProcessLookupError):
        return ""
