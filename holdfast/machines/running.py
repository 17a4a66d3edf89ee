"""One machine that is on, as its holder sees it: started through bubblewrap, switched off by the death of its pid 1."""

import contextlib
import functools
import json
import os
import select
import shutil
import signal
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from holdfast.machines import cgroup
from holdfast.machines.protocol import MachineError
from holdfast.machines.wire import Boot

START_BOUND = 10.0
"""Seconds until bubblewrap must have made the machine's pid 1."""
DEATH_BOUND = 10.0
"""Seconds until a machine whose pid 1 was killed must be gone."""
_CONSOLE = "console"

# Runs bwrap in a cgroup: $0 is the folder. A process enters by itself, so that nothing of it is ever outside.
_ENTER = 'echo 0 > "$0/cgroup.procs" && exec "$@"'


@dataclass(frozen=True)
class Running:
    """`monitor` is bwrap outside, our child; `first` the machine's pid 1, with its pidfd; `lifeline` the end of a pipe
    whose other end is the standard input of the machine's first command; `console` the master of the terminal that is
    the machine's /dev/console. `terminal` is its other end, kept open because a master whose other end nobody holds is
    forever ready to be read."""

    monitor: int
    first: int
    first_fd: int
    lifeline: int
    console: int | None
    terminal: int | None
    cgroup: Path | None

    def let_go(self) -> None:
        _close(self.first_fd, self.lifeline, self.console, self.terminal)


def console_log(folder: Path) -> Path:
    """Where everything is kept that a machine said before and beside its programs."""
    return folder / _CONSOLE


def start(boot: Boot, folder: Path, group: Path | None) -> Running:
    """Power on. `group` is the holder's cgroup, for a machine that asks for its own.

    The machine's first command may begin when it reads a line from its standard input, and must end at that input's
    end, unless a cgroup names it to the next holder: bubblewrap's pid 1 asks to die with its parent only after the
    mounts are made, and one whose holder and parent were killed before would live on (seen: 10 ms of each boot).
    """
    bwrap = _bubblewrap(os.environ.get("PATH"))
    if bwrap is None:
        raise MachineError(
            "no machine can be made: bubblewrap (bwrap) isn't on PATH. `holdfast doctor` says how to get it"
        )
    info, info_theirs = os.pipe()
    theirs, lifeline = os.pipe()
    master, slave = os.openpty() if boot.console else (None, None)
    log = _new(console_log(folder))
    os.set_inheritable(info_theirs, True)
    command = [bwrap, *boot.options, "--info-fd", str(info_theirs)]
    if slave is not None:
        command += ["--dev-bind", os.ttyname(slave), "/dev/console"]
    own = None if group is None or not boot.cgroup else group / boot.name
    if own is not None:
        own.mkdir()
        command += ["--bind", str(own), "/sys/fs/cgroup"]
    command += ["--", *boot.command]
    if own is not None:
        command = ["/bin/sh", "-c", _ENTER, str(own), *command]
    streams = [(os.POSIX_SPAWN_DUP2, theirs, 0), (os.POSIX_SPAWN_DUP2, log, 1), (os.POSIX_SPAWN_DUP2, log, 2)]
    with os.fdopen(info, "rb", buffering=0), contextlib.ExitStack() as failed:
        failed.callback(_close, lifeline, master, slave)
        try:
            # An empty environment: nothing of the host's leaks in.
            monitor = os.posix_spawn(command[0], command, {}, file_actions=streams)
        finally:
            _close(info_theirs, theirs, log)
        try:
            first = _first(info)
            if own is not None and group is not None:
                # A cgroup that hands controllers down may hold no process itself, and pid 1 will hand them down.
                (group / "monitors" / "cgroup.procs").write_text(str(monitor))
            first_fd = os.pidfd_open(first)
            failed.callback(os.close, first_fd)
            os.write(lifeline, b"\n")
        except (EOFError, ProcessLookupError, BrokenPipeError) as gone:
            os.kill(monitor, signal.SIGKILL)
            os.waitpid(monitor, 0)
            if own is not None:
                cgroup.remove(own)
            said = console_log(folder).read_text(errors="replace").strip() or "nothing"
            raise MachineError(
                f"bubblewrap made no machine; it said: {said}. Ask `holdfast doctor` what this host gives"
            ) from gone
        failed.pop_all()
    return Running(monitor, first, first_fd, lifeline, master, slave, own)


@functools.cache
def _bubblewrap(path: str | None) -> str | None:
    """Looked for once: it takes longer than to start it."""
    return shutil.which("bwrap", path=path)


def _new(log: Path) -> int:
    """The descriptor of an empty log. Not of one that was emptied: ext4 writes that out to the disk at its close, 1
    to 2 ms of each boot."""
    log.unlink(missing_ok=True)
    return os.open(log, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_CLOEXEC | os.O_APPEND, 0o600)


def _close(*fds: int | None) -> None:
    for fd in fds:
        if fd is not None:
            os.close(fd)


def _first(info: int) -> int:
    """The pid of the machine's pid 1, which bubblewrap writes as JSON into the pipe `info` when it has made it: before
    it has mounted anything, so that the process may have ended since. EOFError when none is told."""
    text = b""
    ready = select.poll()
    ready.register(info, select.POLLIN)
    while not text.rstrip().endswith(b"}"):
        read = os.read(info, 4096) if ready.poll(START_BOUND * 1000) else b""
        if not read:
            raise EOFError
        text += read
    return int(json.loads(text)["child-pid"])


def end_left(holder: Path) -> None:
    """End who lives of the machines of a dead holder, whose folder is `holder`. bubblewrap's pid 1 waits for ever for a
    parent that was killed before it had let it go on, and before it had told anybody of it. Who is of a machine has its
    console open to write, which nobody else has."""
    consoles = {_inode(file) for file in holder.glob(f"*/{_CONSOLE}")}
    for process in Path("/proc").glob("[0-9]*") if consoles else ():
        with contextlib.suppress(FileNotFoundError, ProcessLookupError, PermissionError):  # ended, or another user's
            end = os.pidfd_open(int(process.name))
            try:
                # The pidfd came first: who has the console open is who is killed.
                if not consoles.isdisjoint(_written(process)):
                    signal.pidfd_send_signal(end, signal.SIGKILL)
                    select.select([end], [], [], DEATH_BOUND)
            finally:
                os.close(end)


def _written(process: Path) -> Iterator[tuple[int, int]]:
    """The inodes of all that the process has open to write and that is called as a console is. The end of a path is the
    same in every mount namespace; what is called otherwise isn't touched: its server may answer no more."""
    for entry in (process / "fd").iterdir():
        with contextlib.suppress(FileNotFoundError):  # closed meanwhile
            if str(entry.readlink()).endswith(f"/{_CONSOLE}"):
                flags = (process / "fdinfo" / entry.name).read_text().split("flags:", 1)[1].split(maxsplit=1)[0]
                if int(flags, 8) & os.O_ACCMODE != os.O_RDONLY:
                    yield _inode(entry)


def _inode(file: Path) -> tuple[int, int]:
    found = file.stat()
    return found.st_dev, found.st_ino


def stop(machine: Running) -> None:
    """The power fails: the kernel kills everything with pid 1. Returns when all is reaped and the cgroup is gone."""
    with contextlib.suppress(ProcessLookupError):  # it is off already, by itself
        signal.pidfd_send_signal(machine.first_fd, signal.SIGKILL)
    ended = os.pidfd_open(machine.monitor)
    gone = select.poll()
    gone.register(ended, select.POLLIN)
    try:
        if not gone.poll(DEATH_BOUND * 1000):
            raise MachineError(f"the machine's pid 1 (host pid {machine.first}) outlived SIGKILL for {DEATH_BOUND:g} s")
        os.waitpid(machine.monitor, 0)
    finally:
        os.close(ended)
        machine.let_go()
    if machine.cgroup is not None:
        cgroup.remove(machine.cgroup)
