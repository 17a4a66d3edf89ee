"""A machine with an agent in it, and tmux to start it in."""

import re
import secrets
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from holdfast.agents import Agent
from holdfast.machines.machine import HeldMachine
from holdfast.machines.protocol import HOME, Bind, Blueprint
from holdfast.model.proof import digest
from holdfast.model.seen import LiveAgent, Process, ProcessId, Transcript
from holdfast.operations.person import Person
from holdfast.operations.power import serve_model
from holdfast.witnesses import processes
from tests.machine.asking import BOUND, Maker, output

T = TypeVar("T")


class Place:
    """A machine with an agent in it, and tmux to start it in. `command` is what a launcher calls the agent."""

    def __init__(self, agent: Agent, machine: HeldMachine, command: str) -> None:
        self.agent = agent
        self.machine = machine
        self.command = command
        self.session = ""
        output(machine, "tmux", "new-session", "-d", "-s", "keeper", "sleep", "3600")

    def start(self, *argv: str) -> None:
        """The agent in a new tmux session, of a server that the keeper keeps."""
        self.session = secrets.token_hex(4)
        new = ("tmux", "new-session", "-d", "-s", self.session, "-x", "200", "-y", "49")
        output(self.machine, *new, self.command, *argv)

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


def booted(agent: Agent, command: str, folder: Path, make: Maker) -> Place:
    """The machine, with the agent's model where it needs one."""
    home = folder / "home"
    home.mkdir()
    outfit = agent.outfit(home)
    binds = (Bind(outfit.program, f"/opt/holdfast/bin/{command}"), *(Bind(*bind) for bind in outfit.binds))
    machine = make(Blueprint("namespace", home, binds=binds, environment=outfit.environment))
    serve_model(machine, outfit)
    return Place(agent, machine, command)
