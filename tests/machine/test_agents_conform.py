"""Every agent that is installed does what the engine relies on: in a machine, in tmux, in front of a person.

The stand-in always is. The real one is where HOLDFAST_CLAUDE or PATH lead to it.
"""

import re
import secrets
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import pytest

from holdfast.agents import Agent
from holdfast.machines.machine import HeldMachine
from holdfast.machines.protocol import HOME, Bind, Blueprint
from holdfast.model.proof import digest
from holdfast.model.seen import LiveAgent, Process, ProcessId, Transcript
from holdfast.operations.person import Person
from holdfast.run.agents import at_hand
from holdfast.witnesses import processes
from tests.machine.asking import BOUND, Maker, output

T = TypeVar("T")


def installed() -> list[Agent]:
    here = [at_hand(kind) for kind in ("claude-standin", "claude")]
    return [agent for agent in here if agent is not None]


class Place:
    """A machine with an agent in it, and tmux to start it in."""

    def __init__(self, agent: Agent, machine: HeldMachine) -> None:
        self.agent = agent
        self.machine = machine
        self.session = ""
        output(machine, "tmux", "new-session", "-d", "-s", "keeper", "sleep", "3600")

    def start(self, *argv: str) -> None:
        """The agent in a new tmux session, of a server that the keeper keeps."""
        self.session = secrets.token_hex(4)
        output(self.machine, "tmux", "new-session", "-d", "-s", self.session, "-x", "200", "-y", "49", "claude", *argv)

    def attach(self) -> Person:
        return Person(self.machine, ("tmux", "-N", "attach", "-t", f"={self.session}"), HOME)

    def say(self, text: str, what: str, shown_by: Callable[[str], T | None]) -> T:
        """Type a line as a person does, and wait for what it brings."""
        until = time.monotonic() + BOUND
        with self.attach() as person:
            person.wait("the prompt", lambda shown: self.agent.ready(shown) or None, until)
            person.type(text)
            person.wait("the line to be shown", lambda shown: text in shown or None, until)
            person.type("\r")
            return person.wait(what, shown_by, until)

    def remember(self, word: str, count: int) -> str:
        """The session that noted the word, its `count`-th."""

        def noted(text: str) -> str | None:
            return self.agent.noted(text) if re.search(rf"noted \S+ {count}\b", text) else None

        return self.say(self.agent.remember(word), "a noted word", noted)

    def prove(self, session: str, *words: str) -> None:
        challenge = secrets.token_hex(4)
        expected = (session, digest(words, challenge))

        def proven(text: str) -> bool | None:
            return self.agent.proof(text) == expected or None

        self.say(self.agent.prove(challenge), f"the proof {expected}", proven)

    def processes(self) -> tuple[Process, ...]:
        return processes.read(self.machine.root)[0]

    def live(self) -> LiveAgent:
        (found,) = self.agent.live(self.machine.home, self.processes())
        return found

    def children(self, of: ProcessId) -> list[ProcessId]:
        return [process.id for process in self.processes() if process.parent == of.pid]

    def transcript(self) -> Transcript:
        (found,) = self.agent.transcripts(self.machine.home)
        return found


@pytest.fixture(params=installed(), ids=lambda agent: agent.kind)
def place(request: pytest.FixtureRequest, tmp_path: Path, make: Maker) -> Place:
    agent = request.param
    home = tmp_path / "home"
    home.mkdir()
    outfit = agent.outfit(home)
    binds = (Bind(outfit.program, "/opt/holdfast/bin/claude"), *(Bind(*bind) for bind in outfit.binds))
    machine = make(Blueprint("namespace", home, binds=binds, environment=outfit.environment))
    if outfit.service is not None and outfit.port is not None:
        machine.spawn(outfit.service)
        machine.connect(outfit.port, BOUND).close()
    return Place(agent, machine)


def test_it_proves_itself_holds_a_task_and_comes_back_after_a_kill(place: Place) -> None:
    place.start()
    session = place.remember("alpha", 1)
    place.prove(session, "alpha")
    seen = place.live()
    assert (seen.session, seen.cwd) == (session, HOME)

    def held(text: str) -> bool | None:
        """The real one shows its task a moment before the child is there, and redraws its clock all the while."""
        return (place.agent.holding(text) and bool(place.children(seen.id))) or None

    place.say(place.agent.hold(), "a running task and its child", held)
    until = time.monotonic() + BOUND
    with place.attach() as person:
        person.wait("the task on the screen", lambda text: place.agent.holding(text) or None, until)
        person.type(place.agent.release)
        person.wait("the task's end", lambda text: not place.agent.holding(text) or None, until)
    place.prove(session, "alpha")

    place.machine.kill(seen.id)
    assert place.agent.live(place.machine.home, place.processes()) == ()
    place.start("--resume", session)
    place.remember("beta", 2)
    place.prove(session, "alpha", "beta")
    assert place.live().id != seen.id
    assert (place.transcript().session, place.transcript().turns[0].word) == (session, "alpha")
