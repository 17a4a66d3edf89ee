"""A doorman that gets no process for a door says so to whoever asks next, and goes on."""

import errno
import socket
from pathlib import Path

from holdfast.machines import doorman


def opened() -> int:
    return sum(1 for _ in Path("/proc/self/fd").iterdir())


def test_a_fork_that_fails_is_told_and_nothing_stays_open(tmp_path: Path) -> None:
    control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    ours, answer = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with control, theirs, ours, (tmp_path / "log").open("wb") as log:
        with answer:
            request = doorman.request(0, 0, "/run", "/")
            socket.send_fds(control, [request], [log.fileno(), log.fileno(), answer.fileno()])
        before = opened()
        doorman.refuse(theirs, BlockingIOError(errno.EAGAIN, "Resource temporarily unavailable"))
        assert opened() == before
        assert ours.recv(100).decode().startswith("no [Errno 11]")
        assert ours.recv(100) == b""


def test_a_holder_that_has_gone_is_refused_nothing() -> None:
    control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    control.close()
    with theirs:
        doorman.refuse(theirs, BlockingIOError(errno.EAGAIN, "Resource temporarily unavailable"))
