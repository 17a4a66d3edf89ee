"""The stand-in on a terminal: what is typed, shown, held, left, and what its registry says meanwhile."""

import os
import signal
from pathlib import Path

import pytest

from tests.fast.standin import Home, Terminal, digest, first_answer, make_home, soon, terminal


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return make_home(tmp_path)


def argv(pid: int) -> list[str]:
    return Path(f"/proc/{pid}/cmdline").read_text().rstrip("\0").split("\0")


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except FileNotFoundError:
        return False


def test_words_are_noted_and_proven(home: Home) -> None:
    with terminal(home) as agent:
        agent.expect("> ")
        session = agent.say("remember alpha", r"● noted (\S+) 1\r\n")[1]
        agent.say("remember beta", f"● noted {session} 2\r\n")
        agent.say("prove 42", f"● proof {session} {digest(['alpha', 'beta'], '42')}\r\n")
        agent.say("anything else", "● ok\r\n")


def test_a_proof_fits_in_80_columns(home: Home) -> None:
    with terminal(home) as agent:
        assert len(agent.say("prove 42", "● proof .*(?=\r\n)")[0]) < 80


def test_the_first_answer_comes_within_60_ms_of_the_start(home: Home) -> None:
    """The best of eleven: nothing makes it faster than it is."""
    took = [first_answer(terminal(home), "● noted") for _ in range(11)]
    assert min(took) < soon(0.060), f"{[round(each * 1000) for each in took]} ms"


def test_it_needs_little_memory(home: Home) -> None:
    with terminal(home) as agent:
        agent.say("prove 42", "● proof")
        status = Path(f"/proc/{agent.pid}/status").read_text()
        assert int(status.partition("VmRSS:")[2].split()[0]) < 15_000, "KiB"


def test_the_process_list_shows_it_as_the_real_one(home: Home) -> None:
    session = home.born("remember alpha")
    with terminal(home, "--resume", session) as agent:
        agent.expect("> ")
        assert argv(agent.pid) == ["claude", "--resume", session]
        assert Path(f"/proc/{agent.pid}/comm").read_text() == "claude\n"


def test_a_prompt_on_the_command_line_is_asked_at_once(home: Home) -> None:
    with terminal(home, "remember alpha") as agent:
        agent.expect("● noted")


def test_typing_can_be_corrected(home: Home) -> None:
    with terminal(home) as agent:
        agent.expect("> ")
        agent.type("nonsense\x15remember alphx\x7fa\x1b[D\r")
        agent.expect("● noted")
        agent.say("prove 42", f"{digest(['alpha'], '42')}")


def test_a_resumed_conversation_is_shown_again(home: Home) -> None:
    session = home.born("remember alpha")
    with terminal(home, "-r", session) as agent:
        agent.expect("> remember alpha\r\n● noted")


def test_clear_begins_a_new_conversation_in_a_file_of_its_own(home: Home) -> None:
    with terminal(home) as agent:
        old = agent.say("remember alpha", r"noted (\S+)")[1]
        agent.say("/clear", "\x1b\\[2J")
        new = agent.say("prove 42", rf"proof (\S+) {digest([], '42')}")[1]
        assert new != old
        assert {path.stem for path in home.transcripts()} == {old, new}
        assert [entry["sessionId"] for entry in home.registry()] == [new]


def test_it_is_registered_while_it_lives(home: Home) -> None:
    with terminal(home) as agent:
        session = agent.say("remember alpha", r"noted (\S+)")[1]
        (entry,) = home.registry()
        start = Path(f"/proc/{agent.pid}/stat").read_text().rpartition(")")[2].split()[19]
        expected = {"pid": agent.pid, "procStart": start, "sessionId": session, "cwd": str(home.work), "status": "idle"}
        expected |= {"kind": "interactive", "entrypoint": "cli", "version": "2.1.197"}
        assert entry.items() >= expected.items()
        agent.type("/exit\r")
        assert agent.ended() == 0
        assert home.registry() == []


def test_a_killed_ones_entry_stays_until_another_starts(home: Home) -> None:
    with terminal(home) as agent:
        agent.expect("> ")
        agent.signal(signal.SIGKILL)
        assert agent.ended() == 137
    assert len(home.registry()) == 1
    home.ask("-p", "remember alpha")
    assert home.registry() == []


def test_a_held_task_is_a_child_until_it_is_released(home: Home) -> None:
    with terminal(home) as agent:
        agent.expect("> ")
        child = agent.hold()
        assert Path(f"/proc/{child}/exe").readlink().name == "tail"  # its argv comes a moment later
        assert os.getsid(child) == child
        assert home.registry()[0]["status"] == "busy"
        agent.type("\x03")
        agent.expect("● released")
        assert not alive(child)
        agent.say("remember alpha", "noted")
        assert home.registry()[0]["status"] == "idle"


def test_what_is_typed_during_a_task_waits_for_its_end(home: Home) -> None:
    with terminal(home) as agent:
        agent.expect("> ")
        agent.hold()
        agent.type("remember alpha\rprove 42\r\x03")
        agent.expect("● released")
        agent.expect("● noted")
        agent.expect(f"● proof \\S+ {digest(['alpha'], '42')}")


def test_a_task_whose_child_is_killed_is_over(home: Home) -> None:
    with terminal(home) as agent:
        agent.expect("> ")
        agent.hold()
        agent.end_child()
        agent.expect("● released")


@pytest.mark.parametrize("number, code", [(signal.SIGHUP, 129), (signal.SIGTERM, 143), (signal.SIGKILL, 137)])
def test_the_child_survives_the_agent(home: Home, number: signal.Signals, code: int) -> None:
    with terminal(home) as agent:
        agent.expect("> ")
        child = agent.hold()
        agent.signal(number)
        assert agent.ended() == code
        assert alive(child)


@pytest.mark.parametrize("number, code", [(signal.SIGHUP, 129), (signal.SIGTERM, 143)])
def test_it_says_how_to_resume_when_it_is_told_to_end(home: Home, number: signal.Signals, code: int) -> None:
    with terminal(home) as agent:
        session = agent.say("remember alpha", r"noted (\S+)")[1]
        agent.signal(number)
        agent.expect(f"Resume this session with:\r\nclaude --resume {session}\r\n")
        assert agent.ended() == code
        assert home.registry() == []


def test_it_ends_when_its_terminal_goes(home: Home) -> None:
    agent = Terminal(home)
    agent.expect("> ")
    pid, agent.pid = agent.pid, 0
    agent.close()
    _, status = os.waitpid(pid, 0)
    assert os.waitstatus_to_exitcode(status) == 129


def test_two_quick_ctrl_c_leave_and_one_does_not(home: Home) -> None:
    with terminal(home) as agent:
        agent.expect("> ")
        agent.type("half a line\x03")
        agent.expect("Press Ctrl-C again to exit")
        agent.say("remember alpha", "noted")
        agent.type("\x03")
        agent.expect("again to exit")
        agent.type("\x03")
        agent.expect("Resume this session with:")
        assert agent.ended() == 0


def test_a_resume_that_is_left_moves_the_mtime_and_not_a_byte(home: Home) -> None:
    """Real: utimes() at the resume, and again at the first line that is entered, be it /exit."""
    with terminal(home) as agent:
        session = agent.say("remember alpha", r"● noted (\S+) 1\r\n")[1]
        agent.type("/exit\r")
        agent.ended()
    path = home.project / f"{session}.jsonl"
    data = path.read_bytes()
    os.utime(path, (1, 1))
    with terminal(home, "--resume", session) as agent:
        agent.expect("● noted")
        agent.expect("> ")
        resumed = path.stat()
        assert resumed.st_mtime > 1
        assert resumed.st_mtime_ns % 1_000_000 == 0
        os.utime(path, (1, 1))
        agent.type("/exit\r")
        assert agent.ended() == 0
    assert path.stat().st_mtime > 1
    assert path.read_bytes() == data


def test_what_print_mode_left_gets_its_modes_at_the_first_look_only(home: Home) -> None:
    session = home.born("remember alpha")
    told = []
    for _ in range(2):
        with terminal(home, "--resume", session) as agent:
            agent.expect("> ")
            agent.type("/exit\r")
            agent.ended()
        told.append([record["type"] for record in home.records(session)].count("mode"))
    assert told == [1, 1]


def test_compact_begins_again_in_the_same_session_and_file(home: Home) -> None:
    with terminal(home) as agent:
        session = agent.say("remember alpha", r"● noted (\S+) 1\r\n")[1]
        agent.say("/compact", "Not enough messages to compact")
        agent.say("remember beta", f"● noted {session} 2\r\n")
        agent.say("/compact", "Compacted")
        agent.say("prove 42", f"● proof {session} {digest([], '42')}\r\n")
        agent.say("remember gamma", f"● noted {session} 1\r\n")
        agent.type("/exit\r")
        agent.ended()
    assert home.ask("-p", "--resume", session, "prove 7").stdout.split()[2] == digest(["gamma"], "7")
    assert len(home.transcripts()) == 1


def test_a_prompted_session_names_its_leaf_when_it_is_left(home: Home) -> None:
    with terminal(home) as agent:
        session = agent.say("remember alpha", r"noted (\S+)")[1]
        assert "last-prompt" not in {record["type"] for record in home.records(session)}
        agent.type("/exit\r")
        agent.ended()
    records = home.records(session)
    named = next(record for record in records if record["type"] == "last-prompt")
    assert named["leafUuid"] == [record["uuid"] for record in records if "uuid" in record][-1]


def test_words_survive_a_kill(home: Home) -> None:
    with terminal(home) as agent:
        session = agent.say("remember alpha", r"noted (\S+)")[1]
        agent.signal(signal.SIGKILL)
        agent.ended()
    with terminal(home, "--resume", session) as agent:
        agent.say("prove 42", f"proof {session} {digest(['alpha'], '42')}")


def test_another_conversation_is_resumed_inside_a_session(home: Home) -> None:
    other = home.born("remember beta")
    with terminal(home) as agent:
        own = agent.say("remember alpha", r"● noted (\S+) 1\r\n")[1]
        agent.say("/resume 11111111-2222-4333-8444-555555555555", "was not found")
        agent.say("prove 41", f"● proof {own} {digest(['alpha'], '41')}\r\n")
        agent.type(f"/resume {other}\r")
        agent.expect("> remember beta")
        agent.expect("> ")
        agent.say("prove 42", f"● proof {other} {digest(['beta'], '42')}\r\n")
        assert [entry["sessionId"] for entry in home.registry()] == [other]
