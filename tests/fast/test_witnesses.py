"""The passive witnesses, with this very host for a machine: it has processes and folders, and is only looked at."""

import os
import subprocess
import time
from pathlib import Path

import pytest

from holdfast.witnesses import processes, tmux
from holdfast.witnesses.changes import Changes

HOST = Path("/")


def test_this_process_is_seen_with_its_parent_and_its_words() -> None:
    found, _ = processes.read(HOST)
    (own,) = [process for process in found if process.id.pid == os.getpid()]
    assert own.parent == os.getppid()
    assert own.id.start == processes.start_of(HOST, os.getpid())
    assert "\0".join(own.argv) == Path("/proc/self/cmdline").read_text().rstrip("\0")


def test_a_process_that_waits_to_be_reaped_is_gone() -> None:
    child = subprocess.Popen(["true"])
    ended = os.pidfd_open(child.pid)
    os.waitid(os.P_PIDFD, ended, os.WEXITED | os.WNOWAIT)
    os.close(ended)
    try:
        assert processes.start_of(HOST, child.pid) is None
        assert child.pid not in {process.id.pid for process in processes.read(HOST)[0]}
    finally:
        child.wait()


def test_a_machine_that_is_off_is_not_an_empty_machine(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="proc"):
        processes.read(tmp_path)


def test_no_socket_means_no_pane(tmp_path: Path) -> None:
    assert tmux.panes(tmp_path, ()) == ()


def test_a_change_that_came_before_the_wait_is_not_missed(tmp_path: Path) -> None:
    with Changes([tmp_path]) as changes:
        (tmp_path / "new").write_text("")
        assert changes.wait(time.monotonic() + 1.0)
        assert not changes.wait(time.monotonic())


def test_what_changes_no_folder_is_looked_for_again(tmp_path: Path) -> None:
    began = time.monotonic()
    with Changes([tmp_path]) as changes:
        changes.wait_or_look(began + 30.0)
    assert time.monotonic() - began < 10.0


def test_a_socket_that_goes_while_it_is_looked_at_is_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "tmp" / "tmux-0"
    folder.mkdir(parents=True)
    monkeypatch.setattr(Path, "iterdir", lambda of: iter([of / "default"]))
    assert tmux.sockets(tmp_path, ()) == ()
