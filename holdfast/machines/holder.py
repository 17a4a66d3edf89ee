"""The holder: one process for each of a run's workers, which boots its machines and answers for them.

bubblewrap's --die-with-parent follows the thread that booted a machine, so that this one, single-threaded and
long-lived, boots them all: machines die with it. It is also the reaper outside: when the run's end of the socket
closes, for whatever reason, it switches every machine off and removes what they left. If it is killed itself, the next
holder does that. Runs as `python -m holdfast.machines.holder SOCKET_FD`, in a session of its own.
"""

import contextlib
import ctypes
import os
import select
import signal
import socket
import sys
from pathlib import Path

from holdfast.machines import cgroup, disk, root, state
from holdfast.machines.doorkeeping import Doorkeeping
from holdfast.machines.protocol import MachineError
from holdfast.machines.running import Running, console_log, end_left, start, stop
from holdfast.machines.wire import (
    Boot,
    Booted,
    Discard,
    Done,
    Failed,
    Format,
    Message,
    Off,
    OpenDoor,
    Opened,
    Ready,
    receive,
    send,
)

_CLONE_NEWNS = 0x00020000
_MS_REC_SLAVE = 0x4000 | 0x80000


class Holding:
    """The machines that are on, and the disks, by name. `own_mounts`: what is mounted here is nobody else's."""

    def __init__(self, claim: state.Claim, doors: Doorkeeping, own_mounts: bool) -> None:
        self._claim = claim
        self._doors = doors
        self._own_mounts = own_mounts
        self._disks: dict[str, disk.Files] = {}
        self._running: dict[str, Running] = {}
        self._cgroup: Path | None = None

    def do(self, message: Message | None) -> Message:
        match message:
            case Boot():
                return self._boot(message)
            case OpenDoor():
                return Opened(self._doors.open(self._running[message.name], message))
            case Off():
                self._off(message)
                return Done()
            case Format():
                self._format(message.name)
                return Done()
            case Discard():
                disk.discard(self._disks.pop(message.name))
                return Done()
            case _:
                return Failed(f"a holder can't do {message!r}")

    def consoles(self) -> dict[int, Path]:
        """The consoles to read, and where what they say is kept."""
        return {
            machine.console: console_log(self._claim.folder / name)
            for name, machine in self._running.items()
            if machine.console is not None
        }

    def end(self) -> None:
        """Everything off, everything removed."""
        for machine in self._running.values():
            stop(machine)
        self._doors.close()
        if self._cgroup is not None:
            cgroup.remove(self._cgroup)
        for files in self._disks.values():
            disk.discard(files)
        self._claim.release()

    def _off(self, off: Off) -> None:
        """A disk that is cut is shut first, and its machine killed right after: what its processes are still told of it
        they can't write anywhere. Then it is mounted again, as the next boot finds it."""
        files = None if off.cut is None else self._disks[off.cut]
        if files is not None:
            disk.shut(files)
        if off.name in self._running:
            self._doors.forget(off.name)
            stop(self._running.pop(off.name))
        if off.forget:
            state.remove(self._claim.folder / off.name)
        if files is not None:
            disk.unmount(files)
            disk.mount(files)

    def _format(self, name: str) -> None:
        if not self._own_mounts:
            raise MachineError(
                "a disk whose power can be cut takes root, and a mount namespace of its own: loop devices and mounts "
                "are root's. Run it with sudo, outside of a container or in a privileged one"
            )
        files = disk.Files(self._claim.folder / name)
        self._disks[name] = files
        disk.make(files)

    def _boot(self, boot: Boot) -> Booted:
        if boot.cgroup and self._cgroup is None:
            group = cgroup.folder_of(self._claim.token)
            cgroup.make(group)
            self._cgroup = group
            (group / "monitors").mkdir()
        folder = self._claim.folder / boot.name
        machine = start(boot, folder, self._cgroup)
        self._running[boot.name] = machine
        if boot.door:
            try:
                self._doors.call(boot.name, machine, console_log(folder))
            except OSError:
                self._off(Off(boot.name, forget=False))  # the run is told of no machine
                raise
        return Booted(machine.monitor, machine.first)


def sweep(base: Path) -> tuple[str, ...]:
    """Remove what dead holders left: their machines' last processes, cgroups and folders. Gives their tokens."""
    swept = []
    for token in state.stale(base):
        end_left(base / token)
        if cgroup.hierarchy(Path("/proc/self/mountinfo").read_text()) is not None:
            cgroup.remove(cgroup.folder_of(token))
        swept.append(token)
    return tuple(swept)


def _own_mounts() -> bool:
    """A mount namespace of the holder's own, where the rights allow it, so that what is mounted for its machines
    vanishes with it. Whether it has one."""
    libc = ctypes.CDLL(None)
    if libc.unshare(_CLONE_NEWNS) != 0:
        return False
    return bool(libc.mount(b"none", b"/", None, ctypes.c_ulong(_MS_REC_SLAVE), None) == 0)


def _keep(console: int, log: Path) -> None:
    """Append to its log what a console says. A terminal must be read, or the machine's pid 1 would block on it."""
    try:
        said = os.read(console, 65536)
    except OSError:
        return  # EIO: nobody has the terminal open at the moment
    with log.open("ab") as file:
        file.write(said)


def _told_to_end() -> int:
    """Becomes readable when SIGTERM comes, which interrupts nothing: what is being done is done to its end."""
    told, tell = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
    signal.set_wakeup_fd(tell)
    signal.signal(signal.SIGTERM, lambda *_: None)
    return told


def _tell(control: socket.socket, message: Message) -> None:
    """A run that has gone needs no answer: that it has is what is received next."""
    with contextlib.suppress(BrokenPipeError):
        send(control, message)


def serve(control: socket.socket, holding: Holding, told: int) -> None:
    """Do what the run asks until its end of the socket closes, or `told` becomes readable."""
    while True:
        poll = select.poll()
        poll.register(control, select.POLLIN)
        poll.register(told, select.POLLIN)
        consoles = holding.consoles()
        for console in consoles:
            poll.register(console, select.POLLIN)
        for fd, events in poll.poll():
            if fd == told:
                return
            if fd in consoles and events & select.POLLIN:
                _keep(fd, consoles[fd])
            elif fd == control.fileno():
                message = receive(control)
                if message is None:
                    return
                try:
                    reply = holding.do(message)
                except (MachineError, OSError) as error:  # no process to be had, a full disk: the others go on
                    reply = Failed(str(error))
                _tell(control, reply)


def main(control_fd: int) -> None:
    # Or the first program of each machine would have it, and could answer the run.
    os.set_inheritable(control_fd, False)
    told = _told_to_end()
    own_mounts = _own_mounts()
    base = state.base()
    sweep(base)
    claim = state.claim(base)
    root.compile_doors(claim.folder)
    holding = Holding(claim, Doorkeeping(claim.folder), own_mounts)
    try:
        with socket.socket(fileno=control_fd) as control:
            _tell(control, Ready(str(claim.folder), claim.token))
            serve(control, holding, told)
    finally:
        holding.end()


if __name__ == "__main__":
    main(int(sys.argv[1]))
