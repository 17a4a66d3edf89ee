"""What witnesses see: frozen pictures of processes, tmux, transcripts and live agents.

All pids are the machine's own. `start` is the process's start time in clock ticks since boot (field 22 of
/proc/<pid>/stat, proc(5)): with the pid it names one process for as long as the machine's boot lasts.
"""

from dataclasses import dataclass


@dataclass(frozen=True, order=True)
class ProcessId:
    """One process of one boot: a pid alone is reused, a pid with its start time is not."""

    pid: int
    start: int

    def __str__(self) -> str:
        return f"pid {self.pid} (start {self.start})"


@dataclass(frozen=True)
class Process:
    """`cgroup` is its path in the v2 hierarchy, as the machine sees it; `cgroup_born` is the inode of that folder,
    which changes when a unit is stopped and started again, None where the folder can't be read."""

    id: ProcessId
    parent: int
    argv: tuple[str, ...]
    cgroup: str = "/"
    cgroup_born: int | None = None


@dataclass(frozen=True)
class Pane:
    """A pane of a tmux server. `pid` is its first process: a shell or the agent itself."""

    server: ProcessId
    socket: str
    session: str
    pane: str
    pid: int
    dead: bool = False
    text: str = ""


@dataclass(frozen=True)
class Turn:
    """One prompt of a person as the transcript has it. `word` is the word that it planted, if it did."""

    uuid: str
    word: str | None


@dataclass(frozen=True)
class Transcript:
    """A conversation's file. `session` is the file's name without suffix; times in nanoseconds; `digest` is SHA-256;
    `folder` is the one in which the conversation is held, where the file tells."""

    path: str
    session: str
    turns: tuple[Turn, ...]
    size: int
    mtime_ns: int
    ctime_ns: int
    digest: str
    inode: int
    folder: str | None = None


@dataclass(frozen=True)
class LiveAgent:
    """An agent process that lives, and the conversation that it holds by its own registry."""

    id: ProcessId
    session: str
    cwd: str
    pane: str | None = None


@dataclass(frozen=True)
class Observation:
    """What the passive witnesses saw at one moment. A field is None when its witness failed: not the same as empty;
    `failures` says why."""

    boot_id: str
    processes: tuple[Process, ...] | None = None
    panes: tuple[Pane, ...] | None = None
    servers: tuple[ProcessId, ...] | None = None
    transcripts: tuple[Transcript, ...] | None = None
    agents: tuple[LiveAgent, ...] | None = None
    failures: tuple[str, ...] = ()
