"""The causes for which no conversation is found, and how well one is proven."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum


class Cause(Enum):
    """By name, the likeliest to be mended first: of two that are proven equally the first is told first."""

    OTHER_CONFIG = "written under another config dir or volume"
    ENCODED = "folder encoded differently"
    TRACKED = "tracked under another cwd"
    EMPTY = "0 bytes"
    TRANSIENT = "id captured from a transient or failed message"
    HELD = "held by a live process"
    AGED = "cleaned by age"
    NEVER_WRITTEN = "transcript never written"


MEANING: Mapping[Cause, str] = {
    Cause.OTHER_CONFIG: "The conversation is on disk, but not in the config dir that this agent would read.",
    Cause.ENCODED: "The conversation is this folder's, but lies in a project folder whose name isn't this folder's.",
    Cause.TRACKED: (
        "The conversation is another folder's. Before 2.1.223 an agent looks only in the projects of its own cwd and "
        "of the repository's worktrees (2.1.197 fails); since then in every project, if exactly one has the id "
        "(2.1.329 succeeds)."
    ),
    Cause.EMPTY: "Its file is there and nothing is in it: the agent takes it for no conversation.",
    Cause.TRANSIENT: "No conversation was ever kept under this id: it came from a message that named another thing.",
    Cause.HELD: "A process that lives has the conversation.",
    Cause.AGED: "It did exist: what is not touched for cleanupPeriodDays is deleted seconds after an agent starts.",
    Cause.NEVER_WRITTEN: "An agent writes with its first prompt, and goes on without a word where it can't write.",
}
"""What each says, in one sentence or two."""


class Proof(Enum):
    """How well a cause is proven, the best first."""

    SEEN = "seen"
    INFERRED = "inferred"
    LEFT = "nothing else is left"


@dataclass(frozen=True)
class Finding:
    """One cause that holds. `because` is what speaks for it; `at` is the path where the id was found, if it was; `next`
    is what to do, a command where there is one."""

    cause: Cause
    proof: Proof
    because: str
    next: str
    at: str | None = None
