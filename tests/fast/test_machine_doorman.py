"""A doorman that gets no process for a door says so to whoever asked, and goes on."""

import os
import socket
from pathlib import Path
from types import ModuleType

import pytest

from holdfast.machines import doorman


def test_a_fork_that_fails_is_told_and_nothing_stays_open(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused() -> int:
        raise BlockingIOError(11, "Resource temporarily unavailable")

    monkeypatch.setattr(os, "fork", refused)
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    (tmp_path / "log").touch()
    first, owner, log = (os.open(tmp_path / "log", os.O_RDONLY) for _ in range(3))
    with ours:
        doorman.let_in(ModuleType("door"), 0, first, owner, log, theirs.detach())
        assert ours.recv(100).decode().startswith("no [Errno 11]")
        assert ours.recv(100) == b""
    for fd in (first, owner, log):
        with pytest.raises(OSError, match="Bad file descriptor"):
            os.fstat(fd)
