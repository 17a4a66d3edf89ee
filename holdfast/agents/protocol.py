"""What the engine asks of every kind of agent."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from holdfast.model.seen import LiveAgent, Process, Transcript


class AgentError(Exception):
    """An agent can't be had: what, where, why and what to do next, for a person to read."""


class Unreadable(OSError):
    """An agent's files could not be observed. Not the same as having observed none."""


@dataclass(frozen=True)
class Outfit:
    """What a machine needs so that the agent runs in it.

    `program` is the host's file that is /opt/holdfast/bin/claude inside, and `compiled` says that it is a script in
    Python that needs nothing beside it, so that it can be compiled beforehand; `binds` are more files, host path and
    inside path; `environment` is what a login gives. `service` is the argv, inside, of a model that must listen on
    127.0.0.1:`port` before an agent is asked anything, at every boot; None for an agent that needs no model.
    """

    program: Path
    binds: tuple[tuple[Path, str], ...] = ()
    environment: Mapping[str, str] = field(default_factory=dict)
    service: tuple[str, ...] | None = None
    port: int | None = None
    compiled: bool = False


class Agent(Protocol):
    """One kind of agent: how it is equipped, talked to, and observed on disk.

    `home` is always the host's path of the folder that is HOME inside. The texts are screens without escape sequences
    (holdfast.agents.screen.strip).
    """

    @property
    def kind(self) -> str: ...

    @property
    def program(self) -> Path:
        """The host's file that is run as the launcher's agent command."""

    @property
    def release(self) -> bytes:
        """What a person types to end a held task."""

    @property
    def leave(self) -> bytes:
        """What a person types twice to end an agent that waits for a line. A conversation that was only looked at keeps
        its bytes."""

    @property
    def registers(self) -> bool:
        """Whether it says on disk which process has which conversation, as soon as it is up. Of one that doesn't,
        `live` knows no folder, and no session but what stands in argv."""

    def outfit(self, home: Path) -> Outfit:
        """Write into a new `home` what the agent needs there, and say what else it needs."""

    def remember(self, word: str) -> str: ...

    def prove(self, challenge: str) -> str: ...

    def hold(self) -> str: ...

    def resumed(self, session: str, prompt: str) -> tuple[str, ...]:
        """The arguments with which it answers one prompt of a conversation without a terminal, and ends."""

    def environment(self, home: Path, inside: str, transcript: Path) -> Mapping[str, str]:
        """What is to be changed in a login's environment so that the agent looks for conversations where `transcript`
        lies. `inside` is the home as it is called inside."""

    def settle(self, home: Path, transcript: Path) -> None:
        """Answer beforehand what the agent asks a person who opens it for the first time where `transcript` lies."""

    def ready(self, text: str) -> bool:
        """Whether the agent waits for a person to type."""

    def noted(self, text: str) -> str | None:
        """The session id of the last acknowledged word."""

    def proof(self, text: str) -> tuple[str, str] | None:
        """Session id and digest of the last proof."""

    def holding(self, text: str) -> bool:
        """Whether a held task is shown as running."""

    def leaving(self, text: str) -> bool:
        """Whether the agent, having read `leave`, waits for the second one."""

    def task(self, process: Process) -> bool:
        """Whether this child of the agent's is the process of its held task."""

    def transcripts(self, home: Path) -> tuple[Transcript, ...]:
        """Every conversation on disk, by path. A missing folder holds none; one that can't be read is Unreadable."""

    def live(self, home: Path, processes: tuple[Process, ...]) -> tuple[LiveAgent, ...]:
        """The agents among `processes`, and the conversations that they hold by their own registry, by pid."""

    def watched(self, home: Path) -> tuple[Path, ...]:
        """The existing folders whose changes mean that an agent has registered, moved on or left."""
