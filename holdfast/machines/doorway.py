"""The outside of a machine's door: its requests, and what is spawned through it. See door.py for what is
spoken."""

import os
import select
import signal
import socket
import struct
import weakref
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from holdfast.machines.protocol import MachineError
from holdfast.model.seen import ProcessId

ANSWER_BOUND = 5.0
"""Seconds in which the door must answer what needs no waiting."""
POWER_CUT = 137
"""The exit code of a process whose machine went off: 128 + SIGKILL."""
CREDENTIALS = struct.Struct("3i")
"""struct ucred of unix(7): pid, uid, gid."""
_LONGEST_ANSWER = 4096


class DoorSpawned:
    """A process started by the door; see protocol.Spawned."""

    def __init__(self, pid: int, fd: int, status: socket.socket) -> None:
        self.pid = pid
        self.fd = fd
        self._status = status.detach()
        # Who never waits for it needn't close it either.
        self._let_go = weakref.finalize(self, os.close, self._status)
        self._code: int | None = None
        self._open = True

    @property
    def ended(self) -> int:
        return self._status

    def wait(self, within: float) -> int | None:
        if self._code is None and readable(self._status, within):
            text = _read(self._status)
            self._code = int(text.removeprefix("exit ")) if text else POWER_CUT
            self._let_go()
        return self._code

    def close(self) -> None:
        if self._open:
            self._open = False
            os.close(self.fd)


class DoorWatched:
    """A pidfd that the door handed out; see protocol.Watched."""

    def __init__(self, fd: int) -> None:
        self._fd = fd

    def fileno(self) -> int:
        return self._fd

    def close(self) -> None:
        if self._fd >= 0:
            os.close(self._fd)
            self._fd = -1


@dataclass(frozen=True)
class Door:
    """The door of one boot, at its socket."""

    path: Path

    def host_pid(self) -> int:
        """The door's pid as the host counts."""
        with self._ask() as line:
            return pid_of(line.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, CREDENTIALS.size))

    def spawn(
        self, argv: tuple[str, ...], env: Mapping[str, str], cwd: str, tty: tuple[int, int] | None
    ) -> DoorSpawned:
        rows, columns = tty or (0, 0)
        line = self._ask(
            "spawn", str(rows), str(columns), cwd, str(len(argv)), *argv, *(f"{k}={v}" for k, v in env.items())
        )
        text, fd = _answer(line, ANSWER_BOUND, f"start {' '.join(argv)} in {cwd}")
        return DoorSpawned(int(text), fd, line)

    def connect(self, port: int, within: float) -> socket.socket:
        with self._ask("connect", str(port)) as line:
            _, fd = _answer(line, within, f"connect to 127.0.0.1:{port}: nothing listens there")
        return socket.socket(fileno=fd)

    def kill(self, process: ProcessId) -> None:
        """By the pidfd that the door hands out: it names the process wherever it is used."""
        watched = self.watch(process)
        try:
            signal.pidfd_send_signal(watched.fileno(), signal.SIGKILL)
            if not readable(watched.fileno(), ANSWER_BOUND):
                raise MachineError(f"{process} outlived SIGKILL for {ANSWER_BOUND:g} s: is it stuck in the kernel?")
        except ProcessLookupError as error:
            raise MachineError(f"{process} was dead already when it was to be killed") from error
        finally:
            watched.close()

    def watch(self, process: ProcessId) -> DoorWatched:
        with self._ask("watch", str(process.pid), str(process.start)) as line:
            _, fd = _answer(line, ANSWER_BOUND, f"watch {process}")
        return DoorWatched(fd)

    def _ask(self, *words: str) -> socket.socket:
        line = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        try:
            line.connect(str(self.path))
            if words:
                line.send("\0".join(words).encode("utf-8", "surrogateescape"))
        except OSError as error:
            line.close()
            raise MachineError(
                f"the machine's door at {self.path} can't be asked ({' '.join(words[:1])}): {error.strerror}. Is the "
                "machine on, and does the door's process live in it?"
            ) from error
        return line


def _answer(line: socket.socket, within: float, wish: str) -> tuple[str, int]:
    """What follows `ok`, and the descriptor that came with it (-1 for none)."""
    if not readable(line, within):
        line.close()
        raise MachineError(f"the machine couldn't {wish} (waited {within:g} s)")
    data, fds, _, _ = socket.recv_fds(line, _LONGEST_ANSWER, 1, socket.MSG_CMSG_CLOEXEC)
    verdict, _, text = data.decode("utf-8", "surrogateescape").partition(" ")
    if verdict != "ok":
        line.close()
        raise MachineError(f"the machine couldn't {wish}: {text or 'it went off'}")
    return text, fds[0] if fds else -1


def pid_of(credentials: bytes) -> int:
    """The pid in them, as who asked the kernel for them counts."""
    return int(CREDENTIALS.unpack(credentials)[0])


def _read(line: int) -> str:
    try:
        return os.read(line, _LONGEST_ANSWER).decode()
    except ConnectionResetError:
        return ""


def readable(line: socket.socket | int, within: float) -> bool:
    """Whether it can be read, or has ended, by so many seconds from now."""
    poll = select.poll()
    poll.register(line, select.POLLIN)
    return bool(poll.poll(within * 1000))
