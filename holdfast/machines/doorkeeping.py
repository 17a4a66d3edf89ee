"""The holder's end of its doorman: starts it, has doors opened, and lets it go."""

import os
import select
import signal
import socket
import sys
from functools import cached_property
from pathlib import Path

from holdfast.machines import doorman, root
from holdfast.machines.protocol import MachineError
from holdfast.machines.running import Running
from holdfast.machines.wire import OpenDoor

OPEN_BOUND = 10.0
"""Seconds until a door must be open; 3 ms are usual."""
WORDS = "doorman.said"
"""The file in the holder's folder that keeps what a doorman says, which is why it ended."""
NAMESPACES = {
    "user": 0x10000000,
    "mnt": 0x00020000,
    "pid": 0x20000000,
    "net": 0x40000000,
    "ipc": 0x08000000,
    "uts": 0x04000000,
    "cgroup": 0x02000000,
}
"""The flags of setns(2), by their names below /proc/<pid>/ns."""


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

    @cached_property
    def _own(self) -> dict[int, int]:
        return _namespaces("self")

    def open(self, machine: Running, log: Path, wanted: OpenDoor) -> None:
        """Open the door of a machine that has all its mounts. MachineError if that can't be done."""
        try:
            answer = self._answer(machine, log, wanted)
        except (FileNotFoundError, ProcessLookupError):
            answer = "no the machine has ended"
        except (BrokenPipeError, ConnectionResetError):
            said = self._said.read_text(errors="replace").strip() or "nothing"
            answer = f"no the doorman (pid {self.pid}) has gone, and no other comes in this run; it said: {said}"
        if answer != "ok":
            why = answer.removeprefix("no ") or "what was to be its door has ended"
            raise MachineError(f"the machine's door can't be opened: {why}")

    def _answer(self, machine: Running, log: Path, wanted: OpenDoor) -> str:
        # One that both are in can't be entered.
        apart = sum(flag for flag, place in _namespaces(machine.first).items() if place != self._own[flag])
        words = doorman.request(apart, wanted.rights, wanted.run, wanted.home)
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with ours:
            with theirs, log.open("ab") as said:
                socket.send_fds(self._control, [words], [machine.first_fd, said.fileno(), theirs.fileno()])
            if not select.select([ours], [], [], OPEN_BOUND)[0]:
                return f"no word came from its doorman within {OPEN_BOUND:g} s"
            return ours.recv(doorman.LONGEST_REQUEST).decode()

    def close(self) -> None:
        """The doorman ends. The doors that it has opened do so with their machines."""
        self._control.close()
        ended = os.pidfd_open(self.pid)
        if not select.select([ended], [], [], OPEN_BOUND)[0]:
            signal.pidfd_send_signal(ended, signal.SIGKILL)
        os.close(ended)
        os.waitpid(self.pid, 0)


def _namespaces(pid: int | str) -> dict[int, int]:
    """The inode of each namespace that the process is in, by the flag that setns(2) has for it."""
    return {flag: Path(f"/proc/{pid}/ns/{name}").stat().st_ino for name, flag in NAMESPACES.items()}
