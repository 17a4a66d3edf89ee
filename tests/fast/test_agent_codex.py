"""Codex as the engine sees it: its screens, its threads on disk, who holds them, and how it is equipped."""

import fcntl
import os
from pathlib import Path

import pytest

from holdfast.agents import Given
from holdfast.agents.codex import Codex, CodexStandin
from holdfast.agents.locks import holders
from holdfast.model.seen import Process, ProcessId
from tests.fast.standin_codex import PROGRAM, CodexHome, make_home, terminal

AGENT = CodexStandin(Given(PROGRAM, "0.169.0", PROGRAM.parent))
THREAD = "01a1fed8-cd07-7340-9fd9-602f755ba05c"
WORKING = "◦ Working (2s • esc to interrupt)"
WORKED = "  Worked for <1s • 16:03"
RUNNING = f"{WORKING} · 1 background terminal running · /ps to view · /stop to close"


@pytest.mark.parametrize(
    "text, ready, holding",
    [
        ("› Ask Codex to do anything", True, False),
        (f"› hold\n• holding\n{WORKING}\n› Ask Codex", False, False),
        (f"› hold\n• holding\n{RUNNING}\n› Ask Codex", False, True),
        (f"› hold\n• holding\n{RUNNING}\n• released\n{WORKED}\n› ", True, False),
        (f"{RUNNING}\n■ Conversation interrupted - use /feedback\n  1 background terminal running\n› ", True, False),
        (f"{RUNNING}\n• released\n{WORKED}\n› hold\n• holding\n{RUNNING}\n› ", False, True),
        (f"• proof {THREAD} {'a' * 32}\n› ", False, False),
        (f"• proof {THREAD} {'a' * 32}\n{WORKED}\n› ", True, False),
        ("› /stop\n• Stopping all background terminals.\n› ", True, False),
        ("  🔒  This conversation is open in another app\n", False, False),
    ],
)
def test_a_screen_tells_whether_it_waits_and_whether_a_task_runs(text: str, ready: bool, holding: bool) -> None:
    assert (AGENT.ready(text), AGENT.holding(text)) == (ready, holding)


@pytest.fixture
def home(tmp_path: Path) -> CodexHome:
    return make_home(tmp_path)


def test_threads_are_read_with_their_words(home: CodexHome) -> None:
    thread = home.born("remember alpha", "something else")
    (path,) = home.rollouts()
    path.write_bytes(path.read_bytes() + b'{"torn')
    (found,) = AGENT.transcripts(home.path)
    assert (found.path, found.session, found.size) == (str(path), thread, path.stat().st_size)
    assert [turn.word for turn in found.turns] == ["alpha", None]
    assert len({turn.uuid for turn in found.turns}) == 2


def test_a_home_without_threads_has_none(tmp_path: Path) -> None:
    assert AGENT.transcripts(tmp_path) == ()
    assert AGENT.live(tmp_path, ()) == ()
    assert AGENT.watched(tmp_path) == (tmp_path,)


def seen(pid: int, parent: int = 1, argv: tuple[str, ...] = ("codex",)) -> Process:
    start = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[19]
    return Process(ProcessId(pid, int(start)), parent, argv)


def test_who_holds_a_thread_is_told_by_its_lock(home: CodexHome) -> None:
    with terminal(home) as agent:
        agent.expect("› ")
        (thread,) = home.locks()
        (found,) = AGENT.live(home.path, (seen(agent.pid), seen(1, argv=("sleep",))))
        assert (found.id.pid, found.session, found.cwd) == (agent.pid, thread, str(home.work))
        assert AGENT.watched(home.path) == (home.config / "thread-writer-locks",)


def test_an_agent_without_a_lock_is_live_and_its_child_is_not(home: CodexHome) -> None:
    own = os.getpid()
    found = AGENT.live(home.path, (seen(own), Process(ProcessId(2, 3), own, ("codex", "resume", "x"))))
    assert [(each.id.pid, each.session) for each in found] == [(own, "")]


def test_a_lock_file_that_nobody_holds_holds_nothing(tmp_path: Path) -> None:
    with (tmp_path / "lock").open("w") as file:
        inodes = frozenset({os.fstat(file.fileno()).st_ino})
        assert holders(inodes) == {}
        fcntl.flock(file, fcntl.LOCK_EX)
        assert [holder.process.pid for holder in holders(inodes).values()] == [os.getpid()]


def test_the_real_one_is_equipped_so_that_it_asks_nothing(tmp_path: Path) -> None:
    outfit = Codex(Given(tmp_path / "codex", "0.169.0", tmp_path)).outfit(tmp_path)
    config = (tmp_path / ".codex" / "config.toml").read_text()
    assert f"127.0.0.1:{outfit.port}/v1" in config
    assert "daemon_auto_start = false" in config
    assert outfit.service
    assert outfit.binds == ((tmp_path / "model", outfit.service[2]),)
