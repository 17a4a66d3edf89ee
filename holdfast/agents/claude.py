"""The stand-in for Claude Code. The real one is equipped otherwise and behaves the same: see holdfast.agents.real."""

from collections.abc import Mapping
from pathlib import Path

from holdfast.agents import configs, dialect, registry, transcripts
from holdfast.agents.profile import Profile
from holdfast.agents.protocol import Outfit
from holdfast.agents.talking import Talking
from holdfast.model.seen import LiveAgent, Process, Transcript

VERSIONS = ("2.1.197", "2.1.329", "1.0.128")
"""Those that the stand-in can be, the usual one first."""
VERSION_INSIDE = "/opt/holdfast/agent/claude.version"
"""What the stand-in reads its version from, beside its program: one of a launcher that makes its environment anew stays
the same."""


class ClaudeStandin(Talking):
    """The suite's own stand-in. It needs no model, no network and nothing in its home."""

    kind = "claude-standin"
    release = dialect.RELEASE
    leave = dialect.LEAVE

    def outfit(self, home: Path) -> Outfit:  # noqa: ARG002  (the protocol's)
        version = self._given.suite / "versions" / self._given.version
        return Outfit(self.program, binds=((version, VERSION_INSIDE),), compiled=True)

    @property
    def registers(self) -> bool:
        return self._given.version != "1.0.128"

    def resumed(self, session: str, prompt: str) -> tuple[str, ...]:
        return "-p", "--resume", session, prompt

    def environment(self, home: Path, inside: str, transcript: Path) -> Mapping[str, str]:
        return configs.environment(home, inside, transcript)

    def ready(self, text: str) -> bool:
        return dialect.ready(text)

    def holding(self, text: str) -> bool:
        return dialect.holding(text)

    def leaving(self, text: str) -> bool:
        return dialect.leaving(text)

    def transcripts(self, home: Path) -> tuple[Transcript, ...]:
        return transcripts.transcripts(home)

    def live(self, home: Path, processes: tuple[Process, ...]) -> tuple[LiveAgent, ...]:
        return registry.live(home, processes)

    def watched(self, home: Path) -> tuple[Path, ...]:
        return registry.watched(home)


ERRORS = (
    "No conversation found with session ID: <id>",
    "No conversation found to continue",
    "Error: Session ID <id> is already in use.",
    "Error: Invalid session ID. Must be a valid UUID.",
)
LIMITS = (
    "no answer is asked to be on the disk: a power cut loses it, and a kill within some 100 ms may",
    "nothing keeps two processes out of one conversation: both write, and the next resume sees one of them",
    "--continue takes the newest file, whatever touched it",
    "a line in the middle of a transcript that can't be read costs all before it, unless the next turn came within 5 s",
    "a home that can't be written is no error in print mode: exit 0, and nothing is kept",
    "a transcript whose time is 30 days old is deleted at the next start",
    "before 2.1 the id that a resume tells its hook is nobody's",
)

STANDIN = Profile(ClaudeStandin.kind, "claude", VERSIONS, ClaudeStandin, errors=ERRORS, limits=LIMITS)
