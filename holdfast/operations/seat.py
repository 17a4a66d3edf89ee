"""Where a person sits who types into tmux: the client on their terminal, its server, and what they opened themselves.

tmux is asked from outside, by one-shot clients that are attached to nothing, at sockets at which the machine's own
servers were found to listen.
"""

import contextlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from holdfast.machines.protocol import Machine
from holdfast.model.seen import ProcessId
from holdfast.operations.leaving import await_ends
from holdfast.operations.person import Person
from holdfast.witnesses import processes, tmux

_ENDS_WITHIN = 5.0  # seconds for what was killed to be gone
_SEPARATOR = "\x1f"
Opened = frozenset[tuple[ProcessId, str]]


@dataclass(frozen=True)
class Seat:
    """`client` is the name that the server gives the person's terminal, `session` the id of what it showed first.
    `before` are the sessions and panes that were there before the person came; `panes` those that came with them, each
    with its first process; `children` the server's other children then."""

    socket: Path
    server: ProcessId
    client: str
    session: str
    before: Opened
    panes: tuple[tuple[str, int], ...]
    children: frozenset[ProcessId]


def opened(machine: Machine) -> Opened:
    """The sessions and panes of every tmux server of the machine, by their ids."""
    found: set[tuple[ProcessId, str]] = set()
    for path in tmux.sockets(machine.root, processes.read(machine.root)[1]):
        server = tmux.listener(path, machine.root)
        for session, pane in _ask(path, "list-panes", "-a", "-F", "#{session_id}\x1f#{pane_id}") if server else ():
            assert server is not None
            found |= {(server, session), (server, pane)}
    return frozenset(found)


def taken(machine: Machine, person: Person, before: Opened) -> Seat | None:
    """The seat of a person whose terminal shows tmux; None while it doesn't."""
    for path in tmux.sockets(machine.root, processes.read(machine.root)[1]):
        server = tmux.listener(path, machine.root)
        clients = _ask(path, "list-clients", "-F", "#{client_tty}\x1f#{session_id}") if server else []
        for terminal, session in clients:
            if terminal == person.terminal and server is not None:
                listed = _ask(path, "list-panes", "-s", "-t", session, "-F", "#{pane_id}\x1f#{pane_pid}")
                panes = tuple((pane, int(pid)) for pane, pid in listed if (server, pane) not in before)
                return Seat(path, server, terminal, session, before, panes, frozenset(_children(machine, server)))
    return None


def written(seat: Seat) -> int | None:
    """How many bytes tmux has written to the person's terminal; None when it isn't attached any more. Whatever was
    typed before this was asked has been read by then: the server takes up all that is there to be read before it goes
    on, and a client that asks takes it three turns."""
    clients = _ask(seat.socket, "list-clients", "-F", "#{client_tty}\x1f#{client_written}")
    return next((int(count) for terminal, count in clients if terminal == seat.client), None)


def jobs(machine: Machine, seat: Seat) -> tuple[ProcessId, ...]:
    """What the server has started since the person sat down, and is no pane's: the jobs of run-shell, if-shell and
    display-popup."""
    children = _children(machine, seat.server)  # before the panes: one of a pane that came in between is none of these
    panes = {int(pid) for (pid,) in _ask(seat.socket, "list-panes", "-a", "-F", "#{pane_pid}")}
    return tuple(child for child in children if child not in seat.children and child.pid not in panes)


def names(machine: Machine, jobs: tuple[ProcessId, ...]) -> str:
    """The command lines of those that still run."""
    seen, _ = processes.read(machine.root)
    return "; ".join(f"`{' '.join(process.argv)}`" for process in seen if process.id in jobs)


def escape_time(seat: Seat) -> float:
    """Seconds that tmux waits for what may follow an Escape."""
    told = _ask(seat.socket, "show-options", "-s", "-v", "escape-time")
    return int(told[0][0]) / 1000 if told else 0.0


def messages(seat: Seat) -> list[str]:
    """What the status line of the person's terminal has told, oldest first."""
    mark = f"{seat.client} message: "
    return [line.partition(mark)[2] for (line,) in reversed(_ask(seat.socket, "show-messages")) if mark in line]


def clear(machine: Machine, seat: Seat) -> None:
    """Take away what the person opened, and wait until it has ended. What keys brought into the person's session is the
    launcher's, and stays: of such a session only the person's own panes go."""
    if (seat.server, seat.session) in seat.before:
        return
    if tmux.listener(seat.socket, machine.root) != seat.server:  # it was told to exit, and its panes with it
        await_ends(machine, [*_first_processes(machine, seat.panes), seat.server], _ENDS_WITHIN)
        return
    listed = _ask(seat.socket, "list-panes", "-s", "-t", seat.session, "-F", "#{pane_id}\x1f#{pane_pid}")
    there = {(pane, int(pid)) for pane, pid in listed}
    own = there & set(seat.panes)
    ending = _first_processes(machine, own)
    if any((seat.server, pane) not in seat.before for pane, _ in there - own):
        for pane, _ in own:
            _ask(seat.socket, "kill-pane", "-t", pane)
    elif there:
        _ask(seat.socket, "kill-session", "-t", seat.session)
    if not _ask(seat.socket, "list-sessions"):  # it is about to exit: it may still answer, or refuse to
        ending.append(seat.server)
    await_ends(machine, ending, _ENDS_WITHIN)


def _first_processes(machine: Machine, panes: Iterable[tuple[str, int]]) -> list[ProcessId]:
    """The first processes of the panes, as far as they still run."""
    started = [(pid, processes.start_of(machine.root, pid)) for _, pid in panes]
    return [ProcessId(pid, start) for pid, start in started if start is not None]


def _children(machine: Machine, server: ProcessId) -> list[ProcessId]:
    seen, _ = processes.read(machine.root)
    return [process.id for process in seen if process.parent == server.pid]


def _ask(path: Path, *command: str) -> list[list[str]]:
    """The lines of an answer, split; none where no server listens, or what is asked for has gone."""
    answer = None
    with contextlib.suppress(tmux.TmuxRefused):
        answer = tmux.ask(path, *command)
    return [line.split(_SEPARATOR) for line in (answer or "").splitlines()]
