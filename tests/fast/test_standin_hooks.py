"""The stand-in's hooks: which run, when, with what payload and in what environment."""

import json
import signal
from pathlib import Path

import pytest

from tests.fast.standin import Home, make_home, terminal

EVENTS = ("SessionStart", "UserPromptSubmit", "Stop", "SessionEnd")


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """A home whose hooks write down every payload, and their environment and session."""
    home = make_home(tmp_path)
    told = f"cat >> {tmp_path}/payloads; echo >> {tmp_path}/payloads"
    command = f"{told}; env > {tmp_path}/env; ps -o sid=,tty= $$ > {tmp_path}/ps"
    settings = {"hooks": {event: [{"hooks": [{"type": "command", "command": command}]}] for event in EVENTS}}
    home.config.mkdir()
    (home.config / "settings.json").write_text(json.dumps(settings))
    return home


def payloads(home: Home) -> list[dict[str, str]]:
    return [json.loads(line) for line in (home.path / "payloads").read_text().splitlines()]


def happened(home: Home) -> list[tuple[str, str, str]]:
    """Event, session and what is special about it."""
    special = ("source", "prompt", "last_assistant_message", "reason")
    return [(p["hook_event_name"], p["session_id"], next(p[k] for k in special if k in p)) for p in payloads(home)]


def test_a_turn_has_its_four_hooks(home: Home) -> None:
    answer = home.ask("-p", "remember alpha").stdout.strip()
    session = answer.split()[1]
    assert happened(home) == [
        ("SessionStart", session, "startup"),
        ("UserPromptSubmit", session, "remember alpha"),
        ("Stop", session, answer),
        ("SessionEnd", session, "other"),
    ]
    assert {p["transcript_path"] for p in payloads(home)} == {str(home.transcripts()[0])}
    assert {p["cwd"] for p in payloads(home)} == {str(home.work)}


def test_clear_ends_one_session_and_starts_another(home: Home) -> None:
    with terminal(home) as agent:
        agent.say("/clear", "\x1b\\[2J")
        new = agent.say("prove 1", r"proof (\S+)")[1]
        agent.type("/exit\r")
        agent.ended()
    (_, old, _), *_ = happened(home)
    seen = [each for each in happened(home) if each[0].startswith("Session")]
    assert old != new
    assert seen == [
        ("SessionStart", old, "startup"),
        ("SessionEnd", old, "clear"),
        ("SessionStart", new, "clear"),
        ("SessionEnd", new, "prompt_input_exit"),
    ]


@pytest.mark.parametrize("number", [signal.SIGHUP, signal.SIGTERM])
def test_a_signal_that_can_be_caught_ends_the_session_for_other_reasons(home: Home, number: signal.Signals) -> None:
    with terminal(home) as agent:
        agent.expect("> ")
        agent.signal(number)
        agent.ended()
    assert happened(home)[-1][0::2] == ("SessionEnd", "other")


def test_a_kill_runs_no_hook(home: Home) -> None:
    with terminal(home) as agent:
        agent.expect("> ")
        agent.signal(signal.SIGKILL)
        agent.ended()
    assert [event for event, _, _ in happened(home)] == ["SessionStart"]


def test_a_resume_is_told_as_such_and_a_failed_one_only_ends(home: Home) -> None:
    session = home.born("remember alpha")
    (home.path / "payloads").unlink()
    home.ask("-p", "--resume", session, "prove 1")
    assert happened(home)[0] == ("SessionStart", session, "resume")
    (home.path / "payloads").unlink()
    unknown = "11111111-2222-4333-8444-555555555555"
    with terminal(home, "--resume", unknown) as agent:
        agent.ended()
    assert happened(home) == [("SessionEnd", unknown, "other")]


def test_the_start_hook_of_a_fork_is_told_the_old_id(home: Home) -> None:
    """A trap for launchers, observed of 2.1.197."""
    session = home.born("remember alpha")
    (home.path / "payloads").unlink()
    fork = home.ask("-p", "--resume", session, "--fork-session", "prove 1").stdout.split()[1]
    assert [(event, told) for event, told, _ in happened(home)][:2] == [
        ("SessionStart", session),
        ("UserPromptSubmit", fork),
    ]


def test_hooks_know_the_pane_and_the_session_and_have_no_terminal(home: Home) -> None:
    with terminal(home, TMUX="/tmp/s,1,0", TMUX_PANE="%7") as agent:
        session = agent.say("remember alpha", r"noted (\S+)")[1]
        environment = dict(line.partition("=")[::2] for line in (home.path / "env").read_text().splitlines())
        expected = {"TMUX": "/tmp/s,1,0", "TMUX_PANE": "%7", "CLAUDE_CODE_SESSION_ID": session, "CLAUDECODE": "1"}
        assert environment.items() >= (expected | {"CLAUDE_PROJECT_DIR": str(home.work)}).items()
        leader, tty = (home.path / "ps").read_text().split()
        assert tty == "?"
        assert leader != str(agent.pid)


def test_a_matcher_picks_the_events_that_it_names(home: Home) -> None:
    hook = [{"type": "command", "command": f"echo ran >> {home.path}/matched"}]
    groups = [{"matcher": "resume|clear", "hooks": hook}]
    (home.work / ".claude").mkdir()
    (home.work / ".claude" / "settings.local.json").write_text(json.dumps({"hooks": {"SessionStart": groups}}))
    session = home.born("remember alpha")
    assert not (home.path / "matched").exists()
    home.ask("-p", "--resume", session, "prove 1")
    assert (home.path / "matched").read_text() == "ran\n"


def test_hooks_can_be_given_on_the_command_line(home: Home) -> None:
    hook = [{"type": "command", "command": f"echo ran >> {home.path}/given"}]
    home.ask("-p", "--settings", json.dumps({"hooks": {"Stop": [{"hooks": hook}]}}), "remember alpha")
    assert (home.path / "given").read_text() == "ran\n"
