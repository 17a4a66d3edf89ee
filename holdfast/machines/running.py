"""One machine that is on, as its holder sees it: started through bubblewrap, switched off by the death of its pid 1."""

import contextlib
import json
import os
import select
import shutil
import signal
from dataclasses import dataclass
from pathlib import Path

from holdfast.machines import cgroup
from holdfast.machines.protocol import MachineError
from holdfast.machines.wire import Boot

START_BOUND = 10.0
"""Seconds until bubblewrap must have made the machine's pid 1."""
DEATH_BOUND = 10.0
"""Seconds until a machine whose pid 1 was killed must be gone."""

# Runs bwrap in a cgroup: $0 is the folder. A process enters by itself, so that nothing of it is ever outside.
_ENTER = 'echo 0 > "$0/cgroup.procs" && exec "$@"'


@dataclass(frozen=True)
class Running:
    """`monitor` is bwrap outside, our child; `first` the machine's pid 1, with its pidfd; `console` the master of the
    terminal that is the machine's /dev/console. `terminal` is its other end, kept open because a master whose other end
    nobody holds is forever ready to be read."""

    monitor: int
    first: int
    first_fd: int
    console: int | None
    terminal: int | None
    cgroup: Path | None

    def let_go(self) -> None:
        for fd in (self.first_fd, self.console, self.terminal):
            if fd is not None:
                os.close(fd)


def console_log(folder: Path) -> Path:
    """Where everything is kept that a machine said before and beside its programs."""
    return folder / "console"


def start(boot: Boot, folder: Path, group: Path | None) -> Running:
    """Power on. `group` is the holder's cgroup, for a machine that asks for its own."""
    bwrap = shutil.which("bwrap")
    if bwrap is None:
        raise MachineError(
            "no machine can be made: bubblewrap (bwrap) isn't on PATH. `holdfast doctor` says how to get it"
        )
    info, info_theirs = os.pipe()
    gate_theirs, gate = os.pipe()
    master, slave = os.openpty() if boot.console else (None, None)
    log = os.open(console_log(folder), os.O_CREAT | os.O_TRUNC | os.O_WRONLY | os.O_APPEND | os.O_CLOEXEC, 0o600)
    for fd in (info_theirs, gate_theirs):
        os.set_inheritable(fd, True)
    command = [bwrap, *boot.options, "--info-fd", str(info_theirs), "--block-fd", str(gate_theirs)]
    if slave is not None:
        command += ["--dev-bind", os.ttyname(slave), "/dev/console"]
    own = None if group is None or not boot.cgroup else group / boot.name
    if own is not None:
        own.mkdir()
        command += ["--bind", str(own), "/sys/fs/cgroup"]
    command += ["--", *boot.command]
    if own is not None:
        command = ["/bin/sh", "-c", _ENTER, str(own), *command]
    quiet: list[tuple[int, int, int] | tuple[int, int, str, int, int]]
    quiet = [(os.POSIX_SPAWN_OPEN, 0, "/dev/null", os.O_RDONLY, 0)]
    quiet += [(os.POSIX_SPAWN_DUP2, log, 1), (os.POSIX_SPAWN_DUP2, log, 2)]
    try:
        # An empty environment: nothing of the host's leaks in.
        monitor = os.posix_spawn(command[0], command, {}, file_actions=quiet)
    finally:
        for fd in (info_theirs, gate_theirs, log):
            os.close(fd)
    try:
        first = _first(info, monitor, folder)
        if own is not None and group is not None:
            # A cgroup that hands controllers down may hold no process itself, and pid 1 will want to hand them down.
            (group / "monitors" / "cgroup.procs").write_text(str(monitor))
        first_fd = os.pidfd_open(first)
        os.write(gate, b"\n")
    finally:
        os.close(info)
        os.close(gate)
    return Running(monitor, first, first_fd, master, slave, own)


def _first(info: int, monitor: int, folder: Path) -> int:
    """The pid of the machine's pid 1, which bubblewrap writes as JSON when it has made it."""
    text = b""
    ready = select.poll()
    ready.register(info, select.POLLIN)
    while not text.rstrip().endswith(b"}"):
        read = os.read(info, 4096) if ready.poll(START_BOUND * 1000) else b""
        if not read:
            os.kill(monitor, signal.SIGKILL)
            os.waitpid(monitor, 0)
            said = console_log(folder).read_text(errors="replace").strip() or "nothing"
            raise MachineError(
                f"bubblewrap made no machine; it said: {said}. Ask `holdfast doctor` what this host gives"
            )
        text += read
    return int(json.loads(text)["child-pid"])


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
