"""A session's working set: what a person has built up around an agent, as witnesses see it in tmux and on the disk."""

from collections import Counter
from dataclasses import dataclass
from pathlib import PurePosixPath

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

    @property
    def identity(self) -> tuple[tuple[str, ...], str]:
        """What makes it the same program again: its command line, with the program's name alone, and its folder."""
        return (PurePosixPath(self.argv[0]).name, *self.argv[1:]), self.cwd


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

    @property
    def panes(self) -> tuple[int, ...]:
        """How many panes its windows have, the largest first."""
        return tuple(sorted((window.panes for window in self.windows), reverse=True))

    def has_windows_of(self, other: "WorkingSet") -> bool:
        """Whether it has at least as many windows, each with at least as many panes: largest against largest."""
        pairs = zip(other.panes, self.panes, strict=False)
        return len(self.panes) >= len(other.panes) and all(there >= was for was, there in pairs)

    def runs(self, programs: tuple[Program, ...]) -> bool:
        """Whether each of `programs` runs in it, as often as there."""
        return Counter(one.identity for one in programs) <= Counter(one.identity for one in self.programs)
