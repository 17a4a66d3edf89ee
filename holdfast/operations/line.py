"""A line to a role's session, on which things are said to it: a person's attach or, where a session runs only while it
answers a prompt, dispatches."""

import time
from collections.abc import Callable, Collection, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Protocol, TypeVar

from holdfast.history.events import Outcome
from holdfast.machines.protocol import AGENTS
from holdfast.operations.command import Answer, run
from holdfast.operations.person import Gone, Person, TooLate
from holdfast.operations.press import use
from holdfast.operations.stage import CannotGoOn, Role, Stage

T = TypeVar("T")
Finder = Callable[[str], tuple[str, str] | None]
"""Finds a session and its proof in what was shown."""


class Line(Protocol):
    """Whatever says something waits until the monotonic time `until`. Gone where the line ends before an answer came,
    TooLate where the time does."""

    @property
    def text(self) -> str:
        """What it has shown."""

    def ask(self, prompt: str, what: str, find: Callable[[str], T | None], until: float) -> T:
        """Say `prompt`, and give what `find` finds in the answer."""

    def release(self, until: float) -> None:
        """End the held task of the session."""


def line(stage: Stage, role: Role) -> AbstractContextManager[Line]:
    """The line that the launcher gives."""
    if role.dispatch is None:
        return _attached(stage, role)
    press = role.dispatch
    within = stage.setting.bounds.press
    return nullcontext(
        Printed(
            f"the dispatch by {press.path}",
            lambda prompt, left: use(press, role.name, stage.machine, stage.folder, min(within, left), prompt),
        )
    )


def own_line(stage: Stage, role: Role) -> AbstractContextManager[Line]:
    """A line to the role's own conversation that doesn't hang on what is verified: where a dispatch would be the press
    itself, the agent is asked directly."""
    if role.dispatch is None:
        return _attached(stage, role)
    agent, session = stage.setting.agent, role.session
    assert session is not None, "a dispatch that notes no word is no birth"
    folder = stage.transcript(session).folder or stage.folder
    env = stage.environment(role.name)
    program = f"{AGENTS}/{stage.setting.launcher.agent}"  # behind the shim: this is no launch of the launcher's
    return nullcontext(
        Printed(
            f"the agent itself, asked for {session},",
            lambda prompt, left: run(stage.machine, (program, *agent.resumed(session, prompt)), folder, left, env),
        )
    )


@contextmanager
def _attached(stage: Stage, role: Role) -> Iterator[Line]:
    with stage.attach(role.name) as person:
        yield Attached(stage, person)


class Attached:
    """A person in front of the session's pane."""

    def __init__(self, stage: Stage, person: Person) -> None:
        self._stage = stage
        self._person = person

    @property
    def text(self) -> str:
        return self._person.text

    def ask(self, prompt: str, what: str, find: Callable[[str], T | None], until: float) -> T:
        ready(self._stage, self._person, until)
        say(self._person, prompt, until)
        return self._person.wait(what, below(prompt, find), until)

    def release(self, until: float) -> None:
        # What stands there before a program reads the keys is the attach's own, and Ctrl-C would end it.
        self._person.wait(
            "the screen of the held task", lambda text: (text and not self._person.read_by_line) or None, until
        )
        self._person.type(self._stage.setting.agent.release)


class Printed:
    """A command for each prompt, which prints the answer and ends."""

    def __init__(self, name: str, say: Callable[[str, float], Answer]) -> None:
        self._name = name
        self._say = say
        self._text = ""

    @property
    def text(self) -> str:
        return self._text

    def ask(self, prompt: str, what: str, find: Callable[[str], T | None], until: float) -> T:
        answer = self._say(prompt, until - time.monotonic())
        self._text += answer.output
        if answer.outcome is Outcome.HUNG:
            raise TooLate(answer.output)
        if answer.outcome is Outcome.IMPOSSIBLE:
            raise CannotGoOn(f"{self._name} could not be made: {answer.output}")
        found = None if answer.refused else find(answer.output)
        if found is None:
            said = " | ".join(line for line in answer.output.splitlines() if line.strip())[-300:] or "nothing"
            raise Gone(f"{self._name} ended before {what}: exit {answer.code}, it said: {said}", answer.code)
        return found

    def release(self, until: float) -> None:
        """Nothing runs between two prompts."""


def ready(stage: Stage, person: Person, until: float) -> None:
    """What is typed before the agent reads its terminal may be lost."""
    person.wait("the agent's prompt", lambda text: stage.setting.agent.ready(text) or None, until)


def say(person: Person, text: str, until: float) -> None:
    """Type a line and submit it: the return goes alone, because the real agent takes a text with one inside for a
    paste."""
    person.type(text)
    person.wait(f"{text!r} to appear as typed", lambda shown: text in shown or None, until)
    person.type("\r")


def newer(find: Finder, known: Collection[str]) -> Finder:
    """`find`, for a proof that is none of those `known`: an agent may draw its whole screen again, with all that it has
    answered before, below a question that it has not answered yet (Claude Code 2.1.330, right after a resume)."""

    def found(text: str) -> tuple[str, str] | None:
        answer = find(text)
        return None if answer is None or answer[1] in known else answer

    return found


def below(asked: str, find: Callable[[str], T | None]) -> Callable[[str], T | None]:
    """`find`, in what stands below the line that was asked: a screen is redrawn with the answers of before."""
    return lambda text: find(text.rpartition(asked)[2]) if asked in text else None
