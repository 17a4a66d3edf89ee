"""The stand-in for Codex on a terminal: what is typed, shown, held and left, and its lock meanwhile."""

import signal
import time
from pathlib import Path

import pytest

from tests.fast.standin import digest, first_answer, soon
from tests.fast.standin_codex import CodexHome, make_home, terminal


@pytest.fixture
def home(tmp_path: Path) -> CodexHome:
    return make_home(tmp_path)


def gone(pid: int) -> bool:
    """Whether it ends: the hang-up of its terminal takes it a moment."""
    until = time.monotonic() + 5
    while time.monotonic() < until:
        try:
            if Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] in "ZX":
                return True
        except (FileNotFoundError, ProcessLookupError):
            return True
    return False


def test_the_first_answer_comes_within_60_ms_of_the_start(home: CodexHome) -> None:
    """The best of eleven: nothing makes it faster than it is."""
    took = [first_answer(terminal(home), "• noted") for _ in range(11)]
    assert min(took) < soon(0.060), f"{[round(each * 1000) for each in took]} ms"


def test_the_process_list_shows_it_as_the_real_one(home: CodexHome) -> None:
    thread = home.born("remember alpha")
    with terminal(home, "resume", thread) as agent:
        agent.expect("• noted")
        assert Path(f"/proc/{agent.pid}/cmdline").read_text().rstrip("\0") == f"codex\0resume\0{thread}"
        assert Path(f"/proc/{agent.pid}/comm").read_text() == "codex\n"


def test_words_survive_a_kill_and_the_lock_is_left_unheld(home: CodexHome) -> None:
    with terminal(home) as agent:
        agent.expect("› ")
        thread = agent.say("remember alpha", r"• noted (\S+) 1\r\n")[1]
        agent.signal(signal.SIGKILL)
        agent.ended()
    assert home.locks() == [thread]
    with terminal(home, "resume", thread) as agent:
        agent.expect("› remember alpha\r\n• noted")
        agent.say("prove 42", f"• proof {thread} {digest(['alpha'], '42')}\r\n")


def test_the_lock_is_there_before_the_first_prompt_and_the_rollout_is_not(home: CodexHome) -> None:
    with terminal(home) as agent:
        agent.expect("› ")
        (thread,) = home.locks()
        assert home.rollouts() == []
        assert agent.say("remember alpha", r"noted (\S+)")[1] == thread
        agent.type("\x03")
        agent.expect(rf"To continue this session, run:\s+codex resume {thread}")
        assert agent.ended() == 0
    assert home.locks() == []


def test_a_thread_that_another_process_has_is_shown_and_can_be_tried_again(home: CodexHome) -> None:
    with terminal(home) as first:
        first.expect("› ")
        thread = first.say("remember alpha", r"noted (\S+)")[1]
        with terminal(home, "resume", thread) as second:
            second.expect("This conversation is open in another app")
            first.type("/quit\r")
            assert first.ended() == 0
            second.type("r")
            second.expect("› ")
            second.say("prove 42", digest(["alpha"], "42"))


def test_last_passes_over_threads_of_exec_on_a_terminal(home: CodexHome) -> None:
    with terminal(home, "remember typed") as agent:
        typed = agent.expect(r"noted (\S+)")[1]
        agent.expect("› ")
        agent.type("\x04")
        assert agent.ended() == 0
    home.born("remember printed")
    with terminal(home, "resume", "--last") as agent:
        agent.expect("• noted")
        agent.say("prove 7", f"proof {typed}")


def test_an_interrupted_task_runs_on_until_it_is_stopped(home: CodexHome) -> None:
    with terminal(home) as agent:
        agent.expect("› ")
        child = agent.held()
        agent.type("\x03")
        agent.expect("■ Conversation interrupted")
        assert Path(f"/proc/{child}").exists()
        agent.say("remember alpha", "noted")
        agent.type("/stop\r")
        agent.expect("Stopping all background terminals")
        assert gone(child)


def test_a_stopped_task_ends_its_turn_and_then_what_waited_is_asked(home: CodexHome) -> None:
    with terminal(home) as agent:
        agent.expect("› ")
        child = agent.held()
        agent.type("remember alpha\r")
        agent.type("/stop\r")
        agent.expect("• released")
        agent.expect("• noted")
        assert gone(child)


@pytest.mark.parametrize("number, code", [(signal.SIGHUP, 129), (signal.SIGTERM, 143), (signal.SIGKILL, 137)])
def test_a_signal_ends_it_at_once_and_its_task_with_it(home: CodexHome, number: signal.Signals, code: int) -> None:
    with terminal(home) as agent:
        agent.expect("› ")
        child = agent.held()
        agent.signal(number)
        assert agent.ended() == code
        assert "To continue this session" not in agent.text
        assert gone(child)


def test_ctrl_c_empties_the_line_first(home: CodexHome) -> None:
    with terminal(home) as agent:
        agent.expect("› ")
        agent.type("half a line\x03")
        agent.say("remember alpha", "noted")


def test_a_resume_that_is_left_moves_nothing(home: CodexHome) -> None:
    thread = home.born("remember alpha")
    (path,) = home.rollouts()
    before = (path.read_bytes(), path.stat().st_mtime_ns)
    with terminal(home, "resume", thread) as agent:
        agent.expect("• noted")
        agent.expect("› ")
        agent.type("\x03")
        assert agent.ended() == 0
    assert (path.read_bytes(), path.stat().st_mtime_ns) == before
