"""What every machine can do. A machine is set up from a blueprint, booted, used, broken and switched off."""

import socket
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from holdfast.model.seen import ProcessId


class MachineError(Exception):
    """A machine could not be had or used: what, where, why and what to do next, for a person to read."""


@dataclass(frozen=True)
class Bind:
    """A file or folder of the host that the machine has at `inside`; read-only unless `writable`."""

    outside: Path
    inside: str
    writable: bool = False


@dataclass(frozen=True)
class Unit:
    """A systemd unit to install under /etc/systemd/system. `wanted`: started at boot."""

    name: str
    text: str
    wanted: bool = False


@dataclass(frozen=True)
class Disk:
    """A disk of a holder's, whose power can be cut. `home` is a folder on it as every process of the host sees it,
    before a boot and after a cut too; `folder` is the same as its holder alone does, who mounted it."""

    name: str
    home: Path
    folder: Path


def _nothing(run: Path) -> None:
    """What is done to RUN before a boot, unless a blueprint says otherwise."""


@dataclass(frozen=True)
class Blueprint:
    """What a machine is made of. `home` is the host's folder that is HOME inside; it outlives reboots. `binds` come on
    top of the allow-listed root. `shims` are files of the host to stand in place of a program: inside path -> host
    file; the real program is then at REAL_TOOLS/<name>. `environment` is what a login gives (HOME, PATH, TERM are set
    already). `furnish` is called at each boot with the host's folder of RUN, empty yet, before anything runs inside.
    `disk` is what the home is a folder of, for a machine whose disk can lose its power; None for the host's own."""

    kind: str
    home: Path
    binds: tuple[Bind, ...] = ()
    units: tuple[Unit, ...] = ()
    shims: Mapping[str, Path] = field(default_factory=dict)
    environment: Mapping[str, str] = field(default_factory=dict)
    network: bool = False
    furnish: Callable[[Path], None] = _nothing
    disk: Disk | None = None


HOME = "/home/dev"
RUN = "/run/holdfast"
REAL_TOOLS = "/opt/holdfast/real"
AGENTS = "/opt/holdfast/agent"
"""The agents' programs, each under the name of its command: what the command itself runs once it is traced."""
PERSON = "person"
"""The account of root's machines that is not root. The others have one account, which isn't either."""
PATH = "/opt/holdfast/bin:/usr/local/bin:/usr/bin:/bin"


class Watched(Protocol):
    """A descriptor that becomes readable at a process's end (pidfd_open(2))."""

    def fileno(self) -> int: ...

    def close(self) -> None: ...


class Spawned(Protocol):
    """A process started by the door. `pid` is the machine's; `fd` is the pty's master, or the pipe of stdout and
    stderr."""

    @property
    def pid(self) -> int: ...

    @property
    def fd(self) -> int: ...

    @property
    def ended(self) -> int:
        """A descriptor that becomes readable when it has ended; not to be closed."""

    def wait(self, within: float) -> int | None:
        """The exit code (128 + n for signal n), or None if it still runs after `within` seconds."""

    def close(self) -> None:
        """Let go of `fd`. On a pty this hangs up the terminal: a person's window that is closed."""


class Machine(Protocol):
    """One machine of either kind. Host paths: `home`; `run` (RUN inside: door, trace); `root` (its whole tree, by
    /proc/<pid>/root: valid for this boot only). `boot_id` is new at each boot. All pids are the machine's own."""

    @property
    def kind(self) -> str: ...

    @property
    def home(self) -> Path: ...

    @property
    def run(self) -> Path: ...

    @property
    def root(self) -> Path: ...

    @property
    def boot_id(self) -> str: ...

    def boot(self) -> None:
        """Power on; returns when the door answers and, on systemd, when everything wanted at boot has settled."""

    def off(self) -> None:
        """The power fails: every process dies at once. `home` stays; /tmp and /run are gone."""

    def cut(self) -> None:
        """The power fails, and the disk's with it: as off(), and what was written in `home` and not synced is lost, as
        ext4 loses it. Only for a machine with a disk of its own; MachineError if a file of it is open on the host."""

    def spawn(
        self,
        argv: tuple[str, ...],
        *,
        env: Mapping[str, str] | None = None,
        cwd: str | None = None,
        tty: tuple[int, int] | None = None,
    ) -> Spawned:
        """Start a process with the login's environment, changed by `env`; on a terminal of its own where `tty` gives
        rows and columns. A program that can't be started raises MachineError with its reason."""

    def connect(self, port: int, within: float) -> socket.socket:
        """A TCP connection to 127.0.0.1:`port` inside, made as soon as something listens there; MachineError after
        `within` seconds."""

    def kill(self, process: ProcessId) -> None:
        """SIGKILL for exactly this process; returns when it is dead. MachineError if it isn't that
        process."""

    def watch(self, process: ProcessId) -> Watched:
        """Something to select on that becomes readable when exactly this process ends; MachineError if it isn't that
        process. Close it when done."""

    def close(self) -> None:
        """Off for good: no process, mount, cgroup, socket or file of it stays, `home` excepted. May be called twice."""
