"""What a person says to every agent in the same words."""

from holdfast.agents import dialect
from holdfast.model.seen import Process


class Talking:
    """The part of an agent that doesn't depend on its kind."""

    def remember(self, word: str) -> str:
        return dialect.remember(word)

    def prove(self, challenge: str) -> str:
        return dialect.prove(challenge)

    def hold(self) -> str:
        return dialect.hold()

    def task(self, process: Process) -> bool:
        return dialect.task(process.argv)
