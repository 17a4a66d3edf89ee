"""What is read off an agent's screen, and off the terminal that shows it."""

import contextlib
import re
import secrets
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from holdfast.agents import AgentError, Given, nearest
from holdfast.agents.claude import ClaudeStandin
from holdfast.agents.dialect import holding, noted, proof, ready
from holdfast.agents.real import CLAUDE, INSIDE, ClaudeCode
from holdfast.agents.screen import strip
from holdfast.run.agents import at_hand, left_open
from tests.fast.standin import PROGRAM, Home, Terminal, digest, make_home
from tests.standins import SUITE

ONE = "07907550-2ae3-4aa6-adea-2d73b264aad6"
TWO = "eb5969d6-1186-4cde-a429-ad7dd49bcdb4"


def test_the_last_answer_on_a_screen_counts() -> None:
    screen = f"❯ prove 1\n● proof {ONE} {'a' * 32}\n❯ prove 2\n● proof {TWO} {'b' * 32}\n"
    assert proof(screen) == (TWO, "b" * 32)
    assert noted(f"● noted {ONE} 1\n● noted {TWO} 12\n") == TWO


@pytest.mark.parametrize("text", ["", "prove 1", f"proof {ONE}", f"proof {ONE} {'a' * 31}", f"noted {ONE[:-1]} 1"])
def test_what_is_no_whole_answer_is_none(text: str) -> None:
    assert proof(text) is None
    assert noted(text) is None


def test_an_answer_that_is_wrapped_at_its_blank_is_read() -> None:
    assert proof(f"● proof {ONE}\n  {'a' * 32}") == (ONE, "a" * 32)


@pytest.mark.parametrize(
    "text, expected",
    [
        ("● holding\n● Bash(tail -f /dev/null)\n  ⎿  Running…\n", True),
        ("● holding 17\n  ⎿  Running…\n\n> ", True),
        ("● holding 17\n  ⎿  Running…\n> hold", True),
        ("● holding\n  ⎿ \xa0Running… (9s)\n", True),
        ("● holding\n  ⎿  Interrupted · What should Claude do instead?\n", False),
        ("● holding 17\n  ⎿  Running…\n● released\n", False),
        (f"● holding 17\n  ⎿  Running…\n● noted {ONE} 1\n", False),
        ("● holding 17\n\n> ", False),
        ("", False),
    ],
)
def test_a_task_is_held_while_its_last_mark_is_that_it_runs(text: str, expected: bool) -> None:
    """A resumed conversation shows `holding` again, of a task that is long gone."""
    assert holding(text) is expected


def test_an_agent_is_ready_when_its_line_to_type_on_stands_there() -> None:
    assert ready("banner\n> ")
    assert ready("banner\n❯ typed")
    assert not ready("banner > \n$ ")


def test_kinds_that_are_not_known_are_refused_with_those_that_are() -> None:
    with pytest.raises(AgentError, match=r"'aider'.*claude, claude-standin, codex, codex-standin, gemini, opencode"):
        at_hand("aider")


@pytest.mark.parametrize(
    "asked, said",
    [
        ("claude@newest", "'newest' is no version"),
        ("claude@", "'' is no version"),
        ("claude-standin@2.0.1", "can be 2.1.197, 2.1.329, 1.0.128, and not 2.0.1"),
        ("claude-standin@latest", "can be 2.1.197"),
    ],
)
def test_a_version_that_can_not_be_had_is_refused(asked: str, said: str) -> None:
    with pytest.raises(AgentError, match=re.escape(said)):
        at_hand(asked)


def test_the_behaviour_of_a_version_is_that_of_the_newest_known_one_before_it() -> None:
    known = ("2.1.197", "2.1.329", "1.0.128")
    assert [nearest(one, known) for one in ("2.1.197", "2.1.200", "2.1.1000", "2.0.76", "0.2.9")] == [
        "2.1.197",
        "2.1.197",
        "2.1.329",
        "1.0.128",
        "1.0.128",
    ]


def test_a_program_of_the_users_own_is_taken_first_by_its_variable_then_by_path(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("claude", "named"):
        (tmp_path / name).write_bytes(b"\x7fELF")
        (tmp_path / name).chmod(0o755)
    monkeypatch.delenv("HOLDFAST_CLAUDE", raising=False)
    monkeypatch.setenv("PATH", "/nonexistent")
    assert at_hand("claude") is None
    monkeypatch.setenv("PATH", str(tmp_path))
    by_path, exactly = at_hand("claude"), at_hand("claude@2.1.197")
    assert by_path is not None
    assert by_path.program == tmp_path / "claude"
    assert exactly is None  # nobody knows which version the user's own is
    monkeypatch.setenv("HOLDFAST_CLAUDE", str(tmp_path / "named"))
    by_name = at_hand("claude")
    assert by_name is not None
    assert by_name.program == tmp_path / "named"
    monkeypatch.setenv("HOLDFAST_CLAUDE", str(tmp_path / "gone"))
    with pytest.raises(AgentError, match=r"gone: there is no such file"):
        at_hand("claude")


@pytest.mark.parametrize(
    ("asked", "program", "said"),
    [
        ("claude@latest", "store/claude-2.1.330/bin/claude", "claude@latest is 2.1.330"),
        ("claude", "store/claude-2.1.197/bin/claude", "claude is 2.1.197"),
        ("claude@2.1.197", "store/claude-2.1.197/bin/claude", ""),
        ("claude", "home/bin/claude", "claude is {folder}/home/bin/claude"),
    ],
)
def test_a_result_says_which_program_it_speaks_of(tmp_path: Path, asked: str, program: str, said: str) -> None:
    agent = ClaudeStandin(Given(tmp_path / program, "2.1.197", tmp_path))
    told = left_open(asked, agent, tmp_path / "store")
    assert told == ((said.format(folder=tmp_path),) if said else ())


def test_of_a_stand_in_all_is_said(tmp_path: Path) -> None:
    agent = at_hand("claude-standin")
    assert agent is not None
    assert left_open("claude-standin", agent, tmp_path) == ()


def test_a_script_is_no_program_that_a_machine_can_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    script = tmp_path / "claude"
    script.write_text("#!/bin/sh\n")
    for kind in ("claude", "codex", "opencode"):
        monkeypatch.setenv(f"HOLDFAST_{kind.upper()}", str(script))
        with pytest.raises(AgentError, match=f"not the native {kind} but a script.*HOLDFAST_{kind.upper()}"):
            at_hand(kind)


def test_a_script_is_a_program_of_the_versions_before_the_native_ones(tmp_path: Path) -> None:
    script, native = tmp_path / "cli.js", tmp_path / "native"
    script.write_text("#!/usr/bin/env node\n")
    native.write_bytes(b"\x7fELF")
    versions = ("1.0.128", "2.0.76", "2.1.197", "2.1.329")
    assert [CLAUDE.bars(script, one) for one in versions] == [False, False, True, True]
    assert not any(CLAUDE.bars(native, one) for one in versions)


def test_a_script_of_node_is_equipped_with_its_package_and_one_file_that_stands_for_it(tmp_path: Path) -> None:
    package = tmp_path / "package"
    package.mkdir()
    (package / "cli.js").write_text("#!/usr/bin/env node\n")
    (tmp_path / "claude").symlink_to(package / "cli.js")
    outfit = ClaudeCode(Given(tmp_path / "claude", "1.0.128", SUITE)).outfit(tmp_path)
    assert f"exec node {INSIDE}/cli.js" in outfit.program.read_text()
    assert outfit.binds[1:] == ((package, INSIDE),)


def test_the_real_agent_is_equipped_so_that_no_dialog_waits(tmp_path: Path) -> None:
    (tmp_path / "native").write_bytes(b"\x7fELF")
    agent = ClaudeCode(Given(tmp_path / "native", "2.1.197", SUITE))
    outfit = agent.outfit(tmp_path)
    assert outfit.program == agent.program
    assert outfit.service
    assert outfit.service[-1] == str(outfit.port)
    assert outfit.binds == ((SUITE / "model", outfit.service[2]),)
    assert "hasCompletedOnboarding" in (tmp_path / ".claude.json").read_text()
    assert outfit.environment["ANTHROPIC_API_KEY"][-20:] in (tmp_path / ".claude.json").read_text()


@pytest.mark.parametrize(
    "data, shown",
    [
        ("plain\r\ntext", "plain\ntext"),
        ("\x1b[1;31mred\x1b(B\x1b[m \x1b]0;title\x07on", "red on"),
        ("abc\x1b[2;1Hdef\x1b[1;4Hghi", "abcghi\ndef"),
        ("pro\x1b[5;1Hstatus\x1b[1;4Hof 7", "proof 7\n\n\n\nstatus"),
        ("one\x1b[3Ctwo", "one   two"),
        ("wrong\rright", "right"),
        ("typo\b\x1b[Ks", "typs"),
        ("keep\x1b[2J", ""),
        ("abcdef\x1b[1;3H\x1b[2P\x1b[@X", "abXef"),
        ("a\r\nb\r\nc\x1b[1;1H\x1b[M", "b\nc"),
        ("a\r\nb\x1b[1;1H\x1b[L", "\na\nb"),
        ("-\x1b[9b", "-" * 10),
        ("1\r\n2\r\n3\r\n4\r\n5\r\n6", "1\n2\n3\n4\n5\n6"),
        ("s\x1b[5;1H\x1b7\x1b[2;4r\x1b[4;1Hx\n\n\n\x1b[r\x1b8y", "s\n\n\n\ny"),
        ("cut \x1b[3", "cut"),
        ("cut \x1b", "cut"),
        ("cut \x1b]0;ti", "cut"),
        ("wide" + "w" * 26, "wide" + "w" * 16 + "\n" + "w" * 10),
    ],
)
def test_escape_sequences_are_obeyed(data: str, shown: str) -> None:
    assert strip(data, rows=5, columns=20) == shown


class Tmux:
    """A server of our own with the stand-in in its only pane, and a client on a terminal of 50 rows and 200 columns."""

    def __init__(self, home: Home) -> None:
        self.socket = f"/tmp/hf-{secrets.token_hex(4)}"
        self.tmux = ("tmux", "-N", "-S", self.socket)
        start = (
            "tmux",
            "-S",
            self.socket,
            "-f",
            "/dev/null",
            "new-session",
            "-d",
            "-x",
            "200",
            "-y",
            "50",
            str(PROGRAM),
        )
        subprocess.run(start, env=home.environment(LANG="C.UTF-8"), cwd=home.work, check=True)

    def ask(self, *argv: str) -> str:
        return subprocess.run((*self.tmux, *argv), capture_output=True, text=True, check=True).stdout

    def close(self) -> None:
        self.ask("kill-server")
        Path(self.socket).unlink(missing_ok=True)  # tmux leaves it


@contextlib.contextmanager
def attached(home: Home) -> Iterator[tuple[Terminal, Tmux]]:
    """A person's terminal, attached to a tmux in which the stand-in runs."""
    server = Tmux(home)
    client = Terminal(home, program=("/usr/bin/tmux", *server.tmux[1:], "attach"), LANG="C.UTF-8")
    try:
        yield client, server
    finally:
        server.close()
        client.ended()
        client.close()


def test_answers_are_read_off_a_tmux_client(tmp_path: Path) -> None:
    home = make_home(tmp_path)
    with attached(home) as (person, server):
        person.expect(r"> ")
        person.type("remember alpha\r")
        person.expect("noted")
        server.ask("split-window", "-d", "-h", "-t", ":0", "sleep 60")
        person.expect("│")
        server.ask("rename-window", "between")
        person.type("prove 42\r")
        person.expect(digest(["alpha"], "42"))
        screen = strip(person.text)
    (transcript,) = home.transcripts()
    assert noted(screen) == transcript.stem
    assert proof(screen) == (transcript.stem, digest(["alpha"], "42"))


def test_a_screen_that_scrolled_is_whole(tmp_path: Path) -> None:
    home = make_home(tmp_path)
    with attached(home) as (person, _):
        for number in range(40):
            person.type(f"prove {number}\r")
            person.expect(digest([], str(number)))
        screen = strip(person.text)
    assert proof(screen) == (home.transcripts()[0].stem, digest([], "39"))
    assert "prove 0\n" in screen
