"""The process witness takes only a tmux server for one."""

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import pytest

from holdfast.model.seen import ProcessId
from holdfast.witnesses import processes

T = TypeVar("T")
SERVER = ("tmux", "new-session", "-d")


def put(root: Path, pid: int, parent: int, comm: str, *argv: str) -> None:
    """An entry of proc(5)."""
    folder = root / "proc" / str(pid)
    folder.mkdir(parents=True)
    (folder / "stat").write_text(f"{pid} ({comm}) S {parent} " + "0 " * 17 + f"{pid * 10} 0\n")
    (folder / "cmdline").write_bytes(b"".join(word.encode() + b"\0" for word in argv))
    (folder / "cgroup").write_text("0::/\n")


def test_a_servers_child_that_has_yet_to_exec_its_panes_command_is_no_server(tmp_path: Path) -> None:
    put(tmp_path, 1, 0, "init", "init")
    put(tmp_path, 5, 1, processes.SERVER_COMM, *SERVER)
    put(tmp_path, 7, 5, processes.SERVER_COMM, *SERVER)
    seen, servers = processes.read(tmp_path)
    assert [process.id.pid for process in seen] == [1, 5, 7]
    assert servers == (ProcessId(5, 50),)


def test_a_servers_child_that_execs_while_it_is_read_is_no_server(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its name from before and its argv from after would make it one, which answers at no socket."""
    put(tmp_path, 1, 0, "init", "init")
    put(tmp_path, 5, 1, processes.SERVER_COMM, *SERVER)
    put(tmp_path, 7, 5, processes.SERVER_COMM, *SERVER)
    entry = tmp_path / "proc" / "7"
    stat = (entry / "stat").read_text()

    def then_execs(read: Callable[..., T]) -> Callable[..., T]:
        def first(path: Path, *words: str, **named: str) -> T:
            found = read(path, *words, **named)
            if path.parent == entry and path.name in ("stat", "cmdline"):
                (entry / "stat").write_text(stat.replace(processes.SERVER_COMM, "claude"))
                (entry / "cmdline").write_bytes(b"claude\0")
            return found

        return first

    with monkeypatch.context() as patched:
        for name in ("read_text", "read_bytes"):
            patched.setattr(Path, name, then_execs(getattr(Path, name)))
        _, servers = processes.read(tmp_path)
    assert servers == (ProcessId(5, 50),)


def test_a_server_that_runs_in_a_pane_of_another_is_one(tmp_path: Path) -> None:
    put(tmp_path, 1, 0, "init", "init")
    put(tmp_path, 5, 1, processes.SERVER_COMM, *SERVER)
    put(tmp_path, 7, 5, processes.SERVER_COMM, "tmux", "-L", "inner", "-D")
    assert processes.read(tmp_path)[1] == (ProcessId(5, 50), ProcessId(7, 70))
