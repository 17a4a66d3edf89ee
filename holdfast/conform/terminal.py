"""A person in front of an agent that runs on a terminal of its own."""

import re
import secrets
import time
from collections.abc import Callable, Mapping
from types import TracebackType
from typing import Self, TypeVar

from holdfast.agents.protocol import Agent
from holdfast.machines.protocol import Machine
from holdfast.operations.leaving import leave
from holdfast.operations.person import Gone, Person, TooLate

T = TypeVar("T")
ANSWERS_WITHIN = 30.0
"""Seconds for whatever an agent shows: the real one starts within 1 s on an idle machine."""
_NOTED = re.compile(r"\bnoted\s+\S+\s+\d+")


class NotSeen(TimeoutError):
    """A contract could not be looked at: what was waited for, and what came instead."""


class Terminal:
    """Types, and waits for what is shown. `planted` are the words that were said to agents in this machine."""

    def __init__(
        self,
        machine: Machine,
        agent: Agent,
        argv: tuple[str, ...],
        cwd: str,
        env: Mapping[str, str] | None,
        planted: list[str],
    ) -> None:
        self._agent = agent
        self._planted = planted
        self._person = Person(machine, argv, cwd, env)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._person.leave()

    @property
    def pid(self) -> int:
        return self._person.pid

    @property
    def shown(self) -> str:
        return self._person.text

    def type(self, text: str | bytes) -> None:
        self._person.type(text)

    def wait(self, what: str, find: Callable[[str], T | None], within: float = ANSWERS_WITHIN) -> T:
        """The first thing that `find` finds in what is shown."""
        try:
            return self._person.wait(what, find, time.monotonic() + within)
        except (Gone, TooLate) as why:
            raise NotSeen(str(why)) from why

    def ready(self) -> None:
        """Until the agent waits for a line, and takes the keys as they come: Claude Code 1.0.128 shows its line
        some 0.3 s before. What is typed in between comes as one piece, and an Enter in it is no Enter then."""
        self.wait(
            "the line to type on",
            lambda shown: (self._agent.ready(shown) and not self._person.read_by_line) or None,
        )

    def say(self, text: str) -> None:
        """Type a line as a person does: the Enter comes when the line stands there."""
        self.ready()
        self.type(text)
        self.wait(f"{text!r} to be shown", lambda shown: text in shown or None)
        self.type("\r")

    def remember(self, word: str) -> str:
        """Plant a word; the id of the session that noted it."""
        self.ready()
        before = _NOTED.findall(self.shown)[-1:]
        self._planted.append(word)
        self.say(self._agent.remember(word))

        def noted(shown: str) -> str | None:
            return self._agent.noted(shown) if _NOTED.findall(shown)[-1:] not in ([], before) else None

        return self.wait(f"{word!r} to be noted", noted)

    def prove(self) -> tuple[str, str]:
        """Ask for a proof; the challenge, and the text in which it stands."""
        self.ready()
        before, challenge = self._agent.proof(self.shown), secrets.token_hex(4)
        self.say(self._agent.prove(challenge))
        self.wait("a proof", lambda shown: self._agent.proof(shown) not in (None, before) or None)
        return challenge, self.shown

    def clear(self) -> None:
        """Have the agent begin a new conversation. What is typed while it does so is lost: the screen shows the end."""
        self.say("/clear")
        self.wait("a cleared screen", lambda shown: "noted" not in shown or None)
        self.ready()

    def hold(self) -> None:
        """Have the agent run a task."""
        self.say(self._agent.hold())
        self.wait("a running task", lambda shown: self._agent.holding(shown) or None)

    def leave(self) -> int:
        """Leave as a person does, by the key that is asked for twice; the exit code."""
        self.ready()
        try:
            return _code(leave(self._person, self._agent, time.monotonic() + ANSWERS_WITHIN))
        except TooLate as late:
            raise NotSeen(str(late)) from late

    def ended(self, within: float = ANSWERS_WITHIN) -> int:
        """Until the agent has ended; its exit code, 128 + n for signal n."""
        try:
            self._person.wait("the agent's end", lambda _: None, time.monotonic() + within)
        except Gone as gone:
            return _code(gone)
        except TooLate as late:
            raise NotSeen(str(late)) from late
        raise AssertionError("unreachable")


def _code(gone: Gone) -> int:
    if gone.code is None:
        raise NotSeen(f"the terminal was closed, but its agent lives: {gone}") from gone
    return gone.code
