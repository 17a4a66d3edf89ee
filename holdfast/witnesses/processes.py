"""The process witness: a machine's own /proc, read from outside through its root."""

import os
from collections.abc import Mapping
from pathlib import Path

from holdfast.model.seen import Process, ProcessId

SERVER_COMM = (
    "tmux: server"  # what tmux names its server process (compat/setproctitle.c); its clients are "tmux: client"
)

TICKS = os.sysconf("SC_CLK_TCK")
"""Of a start time, a second."""

_DEAD = frozenset("ZXx")  # proc(5): ended, and only waiting for its parent to ask


def read(root: Path) -> tuple[tuple[Process, ...], tuple[ProcessId, ...]]:
    """Every process of the machine whose tree is at `root`, by pid, and those of them that are tmux servers.

    A process that ends while it is read is left out: it is gone. A root that can't be read raises OSError: the machine
    is off, which is not the same as a machine without processes.
    """
    proc = root / "proc"
    pids = sorted(int(entry.name) for entry in proc.iterdir() if entry.name.isdigit())
    base = _cgroup(proc / "1").removesuffix("/init.scope")
    cgroups = _Cgroups(root / "sys/fs/cgroup", base)
    processes: list[Process] = []
    servers: dict[int, Process] = {}
    for pid in pids:
        try:
            process, comm = _read_one(proc / str(pid), pid, cgroups)
        except (FileNotFoundError, ProcessLookupError):
            continue
        if process is None:
            continue
        processes.append(process)
        if comm == SERVER_COMM:
            servers[pid] = process
    return tuple(processes), tuple(server.id for server in servers.values() if not _forked(server, servers))


def _forked(process: Process, servers: Mapping[int, Process]) -> bool:
    """Whether it is a server's child that has yet to exec a pane's command: until then it bears the server's name."""
    parent = servers.get(process.parent)
    return parent is not None and parent.argv == process.argv


def start_of(root: Path, pid: int) -> int | None:
    """The start time of `pid` in clock ticks, or None if there is no such process; one that waits to be reaped is
    none."""
    try:
        stat = (root / "proc" / str(pid) / "stat").read_text(errors="replace")
    except (FileNotFoundError, ProcessLookupError):
        return None
    fields = stat.rpartition(")")[2].split()
    return None if fields[0] in _DEAD else int(fields[19])


def _read_one(folder: Path, pid: int, cgroups: "_Cgroups") -> tuple[Process | None, str]:
    # Its argv before its name: of a tmux server's child that execs in between, the name from before and the argv from
    # after would make a server of its own.
    argv = (folder / "cmdline").read_bytes().rstrip(b"\0").split(b"\0")
    name, _, rest = (folder / "stat").read_text(errors="replace").partition(" (")[2].rpartition(")")
    fields = rest.split()
    if fields[0] in _DEAD:
        return None, name
    path, born = cgroups.of(folder)
    process = Process(
        id=ProcessId(pid, int(fields[19])),
        parent=int(fields[1]),
        argv=tuple(word.decode(errors="replace") for word in argv),
        cgroup=path,
        cgroup_born=born,
    )
    return process, name


def _cgroup(folder: Path) -> str:
    """The process's path in the v2 hierarchy as the reader sees it, "/" where there is none."""
    for line in (folder / "cgroup").read_text().splitlines():
        if line.startswith("0::"):
            return line[3:]
    return "/"


class _Cgroups:
    """Cgroup paths as the machine sees them (the reader's own namespace shows them from the host's root)."""

    def __init__(self, mount: Path, base: str) -> None:
        self._mount = mount
        self._base = base
        self._born: dict[str, int | None] = {}

    def of(self, process: Path) -> tuple[str, int | None]:
        seen = _cgroup(process)
        path = (seen.removeprefix(self._base) if self._base != "/" else seen) or "/"
        if path not in self._born:
            self._born[path] = self._inode(path)
        return path, self._born[path]

    def _inode(self, path: str) -> int | None:
        try:
            return (self._mount / path.lstrip("/")).stat().st_ino if path != "/" else None
        except OSError:
            return None
