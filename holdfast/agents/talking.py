"""What is the same for every agent that the suite brings a profile of."""

from collections.abc import Mapping
from pathlib import Path

from holdfast.agents import dialect
from holdfast.agents.profile import Given
from holdfast.model.seen import Process


class Talking:
    """The part of an agent that doesn't depend on its kind: a person says the same words to all, and all answer with
    the same lines, in which sessions are UUIDs."""

    def __init__(self, given: Given) -> None:
        self._given = given

    @property
    def program(self) -> Path:
        return self._given.program

    @property
    def registers(self) -> bool:
        return True

    def remember(self, word: str) -> str:
        return dialect.remember(word)

    def prove(self, challenge: str) -> str:
        return dialect.prove(challenge)

    def hold(self) -> str:
        return dialect.hold()

    def environment(self, home: Path, inside: str, transcript: Path) -> Mapping[str, str]:  # noqa: ARG002
        return {}

    def settle(self, home: Path, transcript: Path) -> None:
        """It asks nothing."""

    def noted(self, text: str) -> str | None:
        return dialect.noted(text)

    def proof(self, text: str) -> tuple[str, str] | None:
        return dialect.proof(text)

    def task(self, process: Process) -> bool:
        return dialect.task(process.argv)
