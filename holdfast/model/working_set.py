"""A session's working set: what a person has built up around an agent, as witnesses see it in tmux and on the disk."""

from dataclasses import dataclass

from holdfast.model.seen import ProcessId


@dataclass(frozen=True)
class Window:
    """A window of a tmux session, with the number of its panes."""

    index: int
    name: str
    panes: int


@dataclass(frozen=True)
class Program:
    """A process in a pane of the session, with the folder that it runs in; "" where it ended while it was read."""

    id: ProcessId
    argv: tuple[str, ...]
    cwd: str


@dataclass(frozen=True)
class StateFile:
    """A session's state file. `digest` is its SHA-256, None where there is no such file; `keys` are the top-level ones
    of the JSON object in it, None where it holds none: `why` says what it holds instead."""

    path: str
    digest: str | None
    keys: tuple[str, ...] | None = None
    why: str = ""


@dataclass(frozen=True)
class WorkingSet:
    """One role's session at one moment. `folder` is the agent's, `programs` is what runs in its panes beside the agent,
    shells included; `environment` has (name, SHA-256 of the value) of the names that were asked for and are set, a
    value itself is never kept; `state` is None where no file was asked for."""

    socket: str
    session: str
    folder: str
    windows: tuple[Window, ...]
    programs: tuple[Program, ...]
    environment: tuple[tuple[str, str], ...]
    state: StateFile | None
