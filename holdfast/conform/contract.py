"""Declaring a contract: one thing that an agent does, which a launcher or this suite relies on."""

import inspect
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from holdfast.agents import nearest
from holdfast.conform.subject import Subject
from holdfast.conform.terminal import NotSeen
from holdfast.extensions import line_of
from holdfast.machines.protocol import MachineError

Look = Callable[[Subject], str]


class ContractError(Exception):
    """A declaration that can't be used: file and line, what is wrong, and what to write instead."""


class Need(StrEnum):
    """What a contract needs of its machine, beyond what every host gives; in words."""

    ROOT = "a machine with root in it and another user beside"
    DISK = "a machine whose disk can lose its power"

    def lacking(self) -> str | None:
        """Why this host can't give it; None if it can."""
        if os.geteuid() == 0:
            return None
        return f"it needs {self}, and this host's user is not root. Run it with sudo"


ROOT, DISK = Need


@dataclass(frozen=True)
class Unlike:
    """Where a stand-in differs on purpose: what is `seen` of it instead, and `why`."""

    seen: str
    why: str


@dataclass(frozen=True)
class Contract:
    """One thing that agents of the kind `agent` do.

    `look` does something to an agent and says in one line what was seen, ids as `<id>`: two programs can then say the
    same. `says` is what was seen of the real program, by version: each entry holds from its version on. `unlike` is
    where the stand-in differs, None if it doesn't. A program older than `since` is not looked at. `needs` is what not
    every host gives, None for nothing: where it isn't given, the contract is unproven.
    """

    subject: str
    name: str
    text: str
    agent: str
    says: tuple[tuple[str, str], ...]
    unlike: Unlike | None
    since: str
    needs: Need | None
    look: Look

    def applies(self, version: str) -> bool:
        return nearest(version, ("0", self.since)) == self.since

    def seen(self, subject: Subject) -> str:
        """What is seen of this agent. NotSeen, with the contract's own line, for whatever it raises: it is anybody's
        code."""
        try:
            return self.look(subject)
        except (NotSeen, MachineError):
            raise
        except Exception as error:
            file = Path(self.look.__code__.co_filename)
            raise NotSeen(f"{file}:{line_of(error, file)}: {type(error).__name__}: {error}") from error

    def expected(self, version: str) -> str:
        """What a program of this version is known to do; the oldest entry holds for all that are older."""
        known = dict(self.says)
        return known[nearest(version, tuple(known))]


def contract(
    agent: str,
    says: str | Mapping[str, str],
    *,
    unlike: Unlike | None = None,
    since: str = "0",
    needs: Need | None = None,
) -> Callable[[Look], Contract]:
    """Declare a function of a subject as a contract of the agents of that kind. Its docstring is what it holds them
    to, and says why where it is one only `since` some version."""

    def declare(look: Look) -> Contract:
        place = f"{inspect.getsourcefile(look)}:{look.__code__.co_firstlineno}: contract {look.__name__}"
        text = inspect.getdoc(look)
        if not text:
            raise ContractError(
                f"{place} has no docstring: nobody could tell what it holds an agent to. Write one line"
            )
        known = {"0": says} if isinstance(says, str) else dict(says)
        if not known or not all(known.values()):
            raise ContractError(
                f"{place} does not say what is seen: it could never be broken. Run it on the real program"
            )
        try:
            nearest("0", (*known, since))
        except ValueError as error:
            raise ContractError(
                f"{place}: {', '.join((*known, since))}: versions are numbers with dots: {error}"
            ) from error
        subject = look.__module__.rpartition(".")[2]
        return Contract(subject, look.__name__, text, agent, tuple(known.items()), unlike, since, needs, look)

    return declare
