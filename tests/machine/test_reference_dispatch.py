"""The reference launcher as a dispatcher: one conversation a role whatever came in between, one agent at a time in it,
and a word with id and path wherever the next dispatch would not find what was said."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from holdfast.agents import Agent
from holdfast.agents.screen import strip
from holdfast.machines import Holder
from holdfast.machines.machine import HeldMachine
from holdfast.machines.protocol import HOME
from holdfast.witnesses import processes
from tests.machine.asking import shell
from tests.machine.fleet_bench import REFERENCE, equipped, talk
from tests.standins import standin

OTHER = "11111111-2222-4333-8444-555555555555"


class Fleet:
    """A machine with fleet in it; `said` is what a dispatch printed, its exit code behind."""

    def __init__(self, holder: Holder, home: Path, kind: str = "namespace", agent: Agent | None = None) -> None:
        self.agent = agent or standin()
        shutil.copytree(REFERENCE, home / "fleet", ignore=shutil.ignore_patterns("__pycache__", ".holdfast"))
        self.machine: HeldMachine = holder.machine(equipped(self.agent, home, kind))
        self.machine.boot()
        self.volume = home / "agents" / "api"

    def run(self, command: str) -> str:
        return shell(self.machine, f"cd fleet; {command}; echo exit $?")

    def dispatch(self, prompt: str, role: str = "api") -> str:
        return self.run(f"bin/fleet dispatch {role} '{prompt}'")

    def noted(self, word: str) -> str:
        """The id of the conversation that has noted the word."""
        said = self.dispatch(f"remember {word}")
        session = self.agent.noted(said)
        assert session is not None, said
        assert said.endswith("exit 0"), said
        return session

    def words(self, session: str) -> list[str | None]:
        (found,) = (
            one
            for one in self.agent.transcripts(self.machine.home)
            if one.session == session and "/old/" not in one.path
        )
        return [turn.word for turn in found.turns]

    def live(self) -> list[str]:
        seen, _ = processes.read(self.machine.root)
        return [one.session for one in self.agent.live(self.machine.home, seen)]

    @property
    def file(self) -> Path:
        (found,) = self.volume.glob(".claude/projects/*/*.jsonl")
        return found


@pytest.fixture
def fleet(holder: Holder, tmp_path: Path) -> Iterator[Fleet]:
    made = Fleet(holder, tmp_path / "home")
    yield made
    made.machine.close()


def test_the_next_dispatch_goes_on_with_the_first_ones_conversation(fleet: Fleet) -> None:
    first = fleet.noted("alpha")
    assert fleet.run("bin/fleet status").endswith("exit 0")
    fleet.machine.off()
    fleet.machine.boot()
    assert fleet.noted("beta") == first
    assert "noted" in fleet.run("echo remember gamma | bin/fleet dispatch api")
    assert fleet.words(first) == ["alpha", "beta", "gamma"]
    assert fleet.file.name == f"{first}.jsonl"
    (transcript,) = fleet.agent.transcripts(fleet.machine.home)
    assert transcript.folder == f"{HOME}/agents/api/workspace"
    assert not (fleet.machine.home / ".claude" / "projects").exists()
    assert fleet.live() == []


def test_a_boot_opens_no_session_of_a_role_that_is_dispatched_to(fleet: Fleet) -> None:
    first = fleet.noted("alpha")
    assert "every role is back" in fleet.run("bin/fleet restore")
    assert fleet.live() == []
    assert "resumed" in fleet.run("bin/fleet resume api")
    assert fleet.live() == [first]


def test_a_live_session_gets_no_second_agent(fleet: Fleet) -> None:
    fleet.run("bin/fleet start api")
    talk(fleet.machine, fleet.agent, "api")
    (session,) = fleet.live()
    said = fleet.dispatch("remember alpha")
    assert said.endswith("exit 1")
    assert f"second branch of {session}" in said
    assert "bin/attach api" in said
    assert (fleet.live(), fleet.words(session)) == ([session], ["wapi"])
    fleet.run("bin/fleet stop api")
    assert fleet.noted("alpha") == session


def test_of_two_dispatches_at_once_the_second_waits(fleet: Fleet) -> None:
    first = fleet.noted("alpha")
    said = fleet.run("bin/fleet dispatch api 'remember beta' & bin/fleet dispatch api 'remember gamma'; wait")
    assert said.count(f"noted {first}") == 2
    assert sorted(map(str, fleet.words(first))) == ["alpha", "beta", "gamma"]


def test_a_press_does_not_wait_for_a_turn_and_a_turn_ends_with_its_dispatcher(fleet: Fleet) -> None:
    first = fleet.noted("alpha")
    dispatcher = fleet.machine.spawn(("bin/fleet", "dispatch", "api", "hold"), cwd=f"{HOME}/fleet")
    assert shell(fleet.machine, "timeout 9 sh -c 'until pgrep -x tail; do :; done'")
    said = fleet.run("bin/fleet resume api")
    assert f"its conversation {first} answers a dispatch" in said
    assert said.endswith("exit 1")
    gone = f"kill -9 {dispatcher.pid}; timeout 9 sh -c 'while pgrep -x claude; do :; done' >/dev/null; echo $?"
    assert shell(fleet.machine, gone) == "0"
    dispatcher.close()
    assert fleet.noted("beta") == first


def test_an_answer_that_is_not_kept_is_an_alarm(fleet: Fleet) -> None:
    """An agent whose config dir can't be written goes on without a word, and keeps nothing."""
    (fleet.volume / ".claude").mkdir(parents=True)
    (fleet.volume / ".claude" / "projects").write_text("a file in the way")
    said = fleet.dispatch("remember alpha")
    session = str(fleet.agent.noted(said))
    path = f"{HOME}/agents/api/.claude/projects/-home-dev-agents-api-workspace/{session}.jsonl"
    assert said.endswith("exit 1")
    assert f"session {session} would not be resumed" in said
    assert f"{path} has 0 bytes" in said
    assert f"holdfast doctor --session {session} --cwd {HOME}/agents/api/workspace" in said
    (fleet.volume / ".claude" / "projects").unlink()
    said = fleet.dispatch("remember beta")
    assert said.endswith("exit 1")
    assert (fleet.agent.noted(said), fleet.agent.transcripts(fleet.machine.home)) == (None, ())


def test_a_conversation_that_is_elsewhere_is_never_begun_afresh(fleet: Fleet) -> None:
    first, file = fleet.noted("alpha"), fleet.file
    there = fleet.machine.home / "agents" / "old" / ".claude" / "projects" / file.parent.name / file.name
    there.parent.mkdir(parents=True)
    file.rename(there)
    said = fleet.dispatch("remember beta")
    assert said.endswith("exit 1")
    assert "not on disk any more, and nothing was started" in said
    (mend,) = (line.partition(": ")[2] for line in said.splitlines() if "it stands at" in line)
    assert not file.exists()
    fleet.run(mend)
    assert fleet.noted("gamma") == first
    assert fleet.words(first) == ["alpha", "gamma"]


def test_a_workspace_that_is_called_otherwise_is_told_of(fleet: Fleet) -> None:
    """Transcripts are found by the real path of the workspace: a volume that is mounted elsewhere hides them all."""
    first, work = fleet.noted("alpha"), fleet.volume / "workspace"
    work.rename(fleet.volume / "moved")
    work.symlink_to("moved")
    said = fleet.dispatch("remember beta")
    assert said.endswith("exit 1")
    assert f"No conversation found with session ID: {first}" in strip(said)
    assert f"-home-dev-agents-api-moved/{first}.jsonl has 0 bytes" in said
    work.unlink()
    said = fleet.dispatch("remember beta")
    assert "has vanished; bring it back, nothing was started" in said
    (fleet.volume / "moved").rename(work)
    assert fleet.noted("beta") == first


def test_nothing_is_begun_beside_conversations_that_no_role_is_known_for(fleet: Fleet) -> None:
    first = fleet.noted("alpha")
    (fleet.machine.home / ".fleet").rename(fleet.machine.home / ".away")
    said = fleet.dispatch("remember beta")
    assert "none was begun beside them" in said
    assert said.endswith("exit 1")
    shutil.rmtree(fleet.machine.home / ".fleet", ignore_errors=True)
    (fleet.machine.home / ".away").rename(fleet.machine.home / ".fleet")
    assert fleet.noted("beta") == first


def test_the_id_of_a_failed_turn_is_not_stored(fleet: Fleet) -> None:
    first = fleet.noted("alpha")
    failing = f'#!/bin/sh\necho \'{{"type": "result", "is_error": true, "session_id": "{OTHER}"}}\'\nexit 1\n'
    (fleet.machine.home / "bin").mkdir()
    (fleet.machine.home / "bin" / "claude").write_text(failing)
    (fleet.machine.home / "bin" / "claude").chmod(0o755)
    said = fleet.run("PATH=$HOME/bin:$PATH bin/fleet dispatch api 'remember beta'")
    assert "the agent did not answer (exit 1)" in said
    assert fleet.noted("gamma") == first


def test_a_start_that_tells_an_id_of_nobodys_is_not_followed(holder: Holder, tmp_path: Path) -> None:
    """1.0.128 does so at each resume in print mode, and answers under the id that it was asked for."""
    old = Fleet(holder, tmp_path / "home", agent=standin("1.0.128"))
    first = old.noted("alpha")
    assert [old.noted("beta"), old.noted("gamma")] == [first, first]
    old.machine.close()


def test_there_is_no_dispatch_of_nothing(fleet: Fleet) -> None:
    assert "there is nothing to say" in fleet.run("bin/fleet dispatch api </dev/null")
    assert fleet.agent.transcripts(fleet.machine.home) == ()
