"""The holder's end of its doorman: starts it, has doors opened, and lets it go."""

import contextlib
import fcntl
import os
import signal
import socket
import sys
from dataclasses import dataclass
from pathlib import Path

from holdfast.machines import doorman, root
from holdfast.machines.doorway import CREDENTIALS, pid_of, readable
from holdfast.machines.protocol import MachineError
from holdfast.machines.running import Running
from holdfast.machines.wire import OpenDoor

OPEN_BOUND = 10.0
"""Seconds until a door must be open; 1 to 2 ms are usual."""
WORDS = "doorman.said"
"""The file in the holder's folder that keeps what a doorman says, which is why it ended."""
NAMESPACES = {
    "user": doorman.USER,
    "mnt": 0x00020000,
    "pid": 0x20000000,
    "net": 0x40000000,
    "ipc": 0x08000000,
    "uts": 0x04000000,
    "cgroup": 0x02000000,
}
"""The flags of setns(2), by their names below /proc/<pid>/ns."""
_PID = NAMESPACES["pid"]
_GET_USERNS = 0xB701
"""The ioctl of a namespace for the user namespace that it belongs to (ioctl_ns(2))."""
_ENDED = (FileNotFoundError, ProcessLookupError)
"""What is met where a machine was."""
_GONE = (BrokenPipeError, ConnectionResetError)
"""What is met where a doorman, or a child of his, was."""


@dataclass
class _Called:
    """A child of the doorman's: the holder's end of its socket, and the namespaces that it is `inside` when it has
    come."""

    asker: socket.socket
    inside: dict[int, int]


class Doorkeeping:
    """A living doorman, whose compiled program is in the holder's `folder`."""

    def __init__(self, folder: Path) -> None:
        self._control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._said = folder / WORDS
        # The suite's own interpreter: a system's may lack ctypes, and this one is started only once.
        interpreter = os.path.realpath(sys.executable)
        command = [interpreter, "-IS", str(folder / root.COMPILED_DOORMAN)]
        said = (os.POSIX_SPAWN_OPEN, 1, str(self._said), os.O_WRONLY | os.O_CREAT, 0o600)
        streams = [(os.POSIX_SPAWN_DUP2, theirs.fileno(), 0), said, (os.POSIX_SPAWN_DUP2, 1, 2)]
        with theirs:
            # An empty environment: the doors have it too.
            self.pid = os.posix_spawn(interpreter, command, {}, file_actions=streams)
        self._own = _namespaces("self")
        self._called: dict[str, _Called] = {}

    def call(self, name: str, machine: Running, log: Path) -> None:
        """Have what will be the door of a machine come while the machine still mounts. Whether it did is told by
        `open`. OSError if it can't be called."""
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        ours.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 1)  # the kernel says who answers
        called = self._called[name] = _Called(ours, dict(self._own))
        with contextlib.suppress(*_ENDED, *_GONE, PermissionError), contextlib.ExitStack() as sent:
            sent.enter_context(theirs)
            said = sent.enter_context(log.open("ab"))
            pid = sent.enter_context(Path(f"/proc/{machine.first}/ns/pid").open("rb"))
            owner = sent.enter_context(os.fdopen(fcntl.ioctl(pid, _GET_USERNS), "rb"))
            there = {_PID: os.fstat(pid.fileno()).st_ino, doorman.USER: os.fstat(owner.fileno()).st_ino}
            # One that both are in can't be entered.
            apart = sum(flag for flag, place in there.items() if place != self._own[flag])
            called.inside.update(there)
            fds = [machine.first_fd, owner.fileno(), said.fileno(), theirs.fileno()]
            socket.send_fds(self._control, [doorman.coming(apart)], fds)

    def open(self, machine: Running, wanted: OpenDoor) -> int:
        """Open the door of a machine that has all its mounts; gives the host's pid of it. MachineError if that can't be
        done."""
        called = self._called.pop(wanted.name)
        with called.asker:
            try:
                answer, door = self._answer(called, machine, wanted)
            except _ENDED:
                answer, door = "no the machine has ended", 0
            except PermissionError as error:  # a process that is just being buried, or a host that lets nobody look
                answer, door = f"no {error}", 0
        if answer != "ok":
            raise MachineError(f"the machine's door can't be opened: {self._why(machine, answer)}")
        return door

    def _answer(self, called: _Called, machine: Running, wanted: OpenDoor) -> tuple[str, int]:
        apart = sum(flag for flag, place in _namespaces(machine.first).items() if place != called.inside[flag])
        with contextlib.suppress(*_GONE):  # it has answered already, or never will
            called.asker.send(doorman.going_in(apart, wanted.rights, wanted.run, wanted.home))
        if not readable(called.asker, OPEN_BOUND):
            return f"no word came from who was to be its door within {OPEN_BOUND:g} s", 0
        try:
            return _received(called.asker)
        except ConnectionResetError:  # told once, of what it had not read when it ended; its answer is behind that
            return _received(called.asker)

    def _why(self, machine: Running, answer: str) -> str:
        """Why there is no door, when its child has answered so, or nothing."""
        if readable(machine.first_fd, 0):
            return "the machine has ended"
        if answer:
            return answer.removeprefix("no ")
        if not readable(self._control, 0):  # a doorman says nothing there: what can be read is its end
            return "what was to be its door has ended"
        said = self._said.read_text(errors="replace").strip() or "nothing"
        return f"the doorman (pid {self.pid}) has gone, and no other comes in this run; it said: {said}"

    def forget(self, name: str) -> None:
        """The machine is off: nobody comes there any more."""
        if name in self._called:
            self._called.pop(name).asker.close()

    def close(self) -> None:
        """The doorman ends. The doors that it has opened do so with their machines."""
        for name in tuple(self._called):
            self.forget(name)
        self._control.close()
        ended = os.pidfd_open(self.pid)
        if not readable(ended, OPEN_BOUND):
            signal.pidfd_send_signal(ended, signal.SIGKILL)
        os.close(ended)
        os.waitpid(self.pid, 0)


def _received(asker: socket.socket) -> tuple[str, int]:
    """What is said there, and the host's pid of who says it."""
    text, credentials, _, _ = asker.recvmsg(doorman.LONGEST_REQUEST, socket.CMSG_SPACE(CREDENTIALS.size))
    return text.decode(), next((pid_of(data) for _, _, data in credentials), 0)


def _namespaces(pid: int | str) -> dict[int, int]:
    """The inode of each namespace that the process is in, by the flag that setns(2) has for it."""
    return {flag: Path(f"/proc/{pid}/ns/{name}").stat().st_ino for name, flag in NAMESPACES.items()}
