"""What the resume doctor says is what the agent does: in a machine, with every agent that is installed.

Where it says that a session would be resumed, the agent resumes it; where not, the agent finds no conversation; and the
command that it names mends it.
"""

import json
import os
import re
import secrets
import select
import shlex
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from holdfast.agents import Agent
from holdfast.machines.machine import HeldMachine
from holdfast.machines.protocol import HOME, Bind, Blueprint
from holdfast.machines.root import PACKAGES
from holdfast.operations.power import serve_model
from tests.machine.asking import BOUND, Maker, output
from tests.machine.test_agents_conform import installed

READ_ONLY = "/vol/claude"
WORK, OTHER, DOTTED = f"{HOME}/work", f"{HOME}/other", f"{HOME}/a.b"
UNKNOWN = "11111111-2222-4333-8444-555555555555"
NOT_FOUND = "No conversation found with session ID"
WITHIN = 30.0
"""Seconds for an agent to answer, or for the doctor."""


@dataclass(frozen=True)
class Said:
    code: int
    text: str


class Ward:
    """A machine in which agents work, and the doctor is asked."""

    def __init__(self, agent: Agent, machine: HeldMachine) -> None:
        self.agent = agent
        self.machine = machine

    def bash(self, line: str, cwd: str = WORK) -> Said:
        spawned = self.machine.spawn(("bash", "-c", f"exec </dev/null; {line}"), cwd=cwd)
        text, until = b"", time.monotonic() + WITHIN
        while select.select([spawned.fd], [], [], max(0.0, until - time.monotonic()))[0]:
            if not (read := os.read(spawned.fd, 65536)):
                code = spawned.wait(BOUND)
                spawned.close()
                assert code is not None, text
                return Said(code, text.decode())
            text += read
        raise AssertionError(f"{line!r} still runs after {WITHIN} s; it said {text!r}")

    def born(self, cwd: str = WORK, environment: str = "") -> str:
        """A new session with one word; its id."""
        said = self.bash(f"{environment} claude -p 'remember alpha'", cwd)
        noted = re.search(r"noted (\S+) 1", said.text)
        assert noted, said
        return noted[1]

    def ask(self, asked: "Asked") -> Said:
        """`holdfast doctor` as a person calls it there."""
        line = f"{asked.environment} PYTHONPATH={PACKAGES} python3 -m holdfast doctor --session {asked.session}"
        return self.bash(line, asked.cwd)

    def resume(self, asked: "Asked") -> Said:
        return self.bash(f"{asked.environment} claude -p --resume {asked.session} 'remember beta'", asked.cwd)

    def transcript(self, session: str) -> Path:
        (found,) = (self.machine.home / ".claude/projects").glob(f"*/{session}.jsonl")
        return found


@dataclass(frozen=True)
class Asked:
    session: str
    cwd: str = WORK
    environment: str = ""


def another_config(ward: Ward) -> Asked:
    return Asked(ward.born(environment=f"CLAUDE_CONFIG_DIR={HOME}/.config/claude"))


def another_encoding(ward: Ward) -> Asked:
    session = ward.born(DOTTED)
    folder = ward.transcript(session).parent
    folder.rename(folder.with_name("-home-dev-a.b"))
    return Asked(session, DOTTED)


def another_cwd(ward: Ward) -> Asked:
    return Asked(ward.born(), OTHER)


def another_case(ward: Ward) -> Asked:
    return Asked(ward.born().upper())


def no_bytes(ward: Ward) -> Asked:
    session = ward.born()
    os.truncate(ward.transcript(session), 0)
    return Asked(session)


def a_message(ward: Ward) -> Asked:
    lines = ward.transcript(ward.born()).read_text().splitlines()
    return Asked(next(record["uuid"] for line in lines if "uuid" in (record := json.loads(line))))


def a_decoy(ward: Ward) -> Asked:
    of = ward.transcript(ward.born())
    summary = {"type": "summary", "summary": "x", "leafUuid": secrets.token_hex(4)}
    of.with_name(f"{UNKNOWN}.jsonl").write_text(json.dumps(summary) + "\n")
    return Asked(UNKNOWN)


def read_only(ward: Ward) -> Asked:
    environment = f"CLAUDE_CONFIG_DIR={READ_ONLY}"
    return Asked(ward.born(environment=environment), environment=environment)


def cleaned(ward: Ward) -> Asked:
    session = ward.born()
    ward.transcript(session).unlink()
    then = int((time.time() - 40 * 86400) * 1000)
    told = {"display": "x", "timestamp": then, "project": WORK, "sessionId": session}
    (ward.machine.home / ".claude/history.jsonl").write_text(json.dumps(told) + "\n")
    return Asked(session)


def not_prompted(ward: Ward) -> Asked:
    """An agent that waits for its first prompt. It is known by its command line until it has registered."""
    start = f"tmux new-session -d -s api -c {WORK} claude --session-id {UNKNOWN}"
    assert ward.bash(start).code == 0
    return Asked(UNKNOWN)


def unknown(ward: Ward) -> Asked:
    ward.born()
    return Asked(UNKNOWN)


LOST: dict[Callable[[Ward], Asked], str] = {
    another_config: "written under another config dir or volume",
    another_encoding: "folder encoded differently",
    another_cwd: "tracked under another cwd",
    another_case: "id captured from a transient or failed message",
    no_bytes: "0 bytes",
    a_message: "id captured from a transient or failed message",
    a_decoy: "id captured from a transient or failed message",
    read_only: "transcript never written",
    cleaned: "cleaned by age",
    not_prompted: "held by a live process, transcript never written",
    unknown: "transcript never written",
}
MENDED = (another_config, another_encoding, another_cwd)
"""Where the conversation is on disk, the command brings it back."""


@pytest.fixture(params=installed(), ids=lambda agent: agent.kind)
def ward(request: pytest.FixtureRequest, tmp_path: Path, make: Maker) -> Ward:
    agent = request.param
    home, volume = tmp_path / "home", tmp_path / "volume"
    for folder in (volume, *(home / name for name in ("work", "other", "a.b"))):
        folder.mkdir(parents=True)
    outfit = agent.outfit(home)
    binds = (Bind(outfit.program, "/opt/holdfast/bin/claude"), *(Bind(*bind) for bind in outfit.binds))
    binds += (Bind(volume, READ_ONLY),)
    machine = make(Blueprint("namespace", home, binds=binds, environment=outfit.environment))
    serve_model(machine, outfit)
    return Ward(agent, machine)


@pytest.mark.parametrize("cause", LOST, ids=lambda cause: cause.__name__)
def test_what_would_not_be_resumed_is_not_found_and_the_cause_is_named(
    ward: Ward, cause: Callable[[Ward], Asked]
) -> None:
    asked = cause(ward)
    said = ward.ask(asked)
    assert said.code == 1, said.text
    assert said.text.splitlines()[0] == f"{asked.session}: would not be resumed: {LOST[cause]}"
    tried = ward.resume(asked)
    assert (tried.code, NOT_FOUND in tried.text) == (1, True), tried.text
    if cause in MENDED:
        command = re.search(r"^    do         (.*)$", said.text, re.MULTILINE)
        assert command
        mended = ward.bash(f"{command[1]} -p 'remember beta'", asked.cwd)
        assert f"noted {asked.session} 2" in mended.text


def test_what_would_be_resumed_is_also_while_an_agent_holds_it(ward: Ward) -> None:
    session = ward.born()
    asked = Asked(session)
    said = ward.ask(asked)
    assert (said.code, said.text.splitlines()[0]) == (0, f"{session}: would be resumed"), said.text
    assert f"noted {session} 2" in ward.resume(asked).text
    output(ward.machine, "tmux", "new-session", "-d", "-s", "api", "-c", WORK, "claude", "--resume", session)
    said = ward.ask(asked)
    assert said.code == 0
    assert "    but        held by a live process: pid " in said.text
    assert f"noted {session} 3" in ward.resume(asked).text


def test_the_doctor_looks_into_the_worktrees_that_the_agent_does(ward: Ward) -> None:
    git = "git -c user.name=x -c user.email=x@x -c safe.directory=*"
    made = ward.bash(f"{git} init -q && {git} commit -q --allow-empty -m x && {git} worktree add -q ../tree")
    (ward.machine.home / "tree/below").mkdir()
    assert made.code == 0, made.text
    session = ward.born()
    for count, cwd in enumerate((f"{HOME}/tree", f"{HOME}/tree/below"), start=2):
        asked = Asked(session, cwd)
        said = ward.ask(asked)
        assert said.code == 0, said.text
        assert "as long as git lists the worktree" in said.text
        assert f"noted {session} {count}" in ward.resume(asked).text
    below = ward.born(f"{HOME}/tree/below")
    asked = Asked(below)
    assert ward.ask(asked).code == 1
    assert NOT_FOUND in ward.resume(asked).text


def test_behind_a_link_the_doctor_looks_where_the_agent_does(ward: Ward) -> None:
    (ward.machine.home / "link").symlink_to("work")
    asked = Asked(ward.born(f"{HOME}/link"))
    assert ward.ask(asked).code == 0
    linked = Asked(asked.session, f"{HOME}/link")
    assert ward.ask(linked).code == 0
    assert f"noted {asked.session} 2" in ward.resume(linked).text


def test_the_command_names_shell_safe_words(ward: Ward) -> None:
    strange = f"{HOME}/it's $(here)\n"
    (ward.machine.home / Path(strange).name).mkdir()
    session = ward.born(strange)
    said = ward.ask(Asked(session))
    command = re.search(r"^    do         (.*)$", said.text, re.MULTILINE)
    assert command, said.text
    assert shlex.quote(session) in command[1]
    assert f"noted {session} 2" in ward.bash(f"{command[1]} -p 'remember beta'").text
