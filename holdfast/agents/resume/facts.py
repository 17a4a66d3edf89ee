"""What was found about one session id. Times are seconds since 1970; every path is one that this process can open."""

from dataclasses import dataclass

from holdfast.agents.resume.question import Question
from holdfast.model.seen import ProcessId


@dataclass(frozen=True)
class Place:
    """A config dir that was searched, and `why`: in words. `keep_days` is after how many days an agent deletes what
    lies in it. `foreign` is the process through whose root it was reached, None where it is this process's own tree."""

    config: str
    why: str
    keep_days: float
    foreign: int | None = None


@dataclass(frozen=True)
class Found:
    """A transcript that bears the id as its name; `session` is that name as it is spelled. `place` is None for a file
    outside of any config dir. `folder` is the name of its project folder.

    `linked`: whether a message stands in it, without which an agent finds no conversation (observed on 2.1.197: a
    summary or a queue-operation alone is none); None where that couldn't be read. `cwd` is what its first record with
    a cwd says, `leads` the real path of that today, or None where no such folder is. `leaf` is the message that its
    summary names."""

    path: str
    place: Place | None
    session: str
    folder: str
    size: int
    written: float
    linked: bool | None
    cwd: str | None = None
    leads: str | None = None
    leaf: str | None = None


@dataclass(frozen=True)
class Trace:
    """Something that only a session of that id leaves. `when` is its last sign of life there, None if it has none."""

    what: str
    path: str
    place: Place
    when: float | None


@dataclass(frozen=True)
class Mention:
    """The id (or the `leaf` of a transcript of that id) in another session's transcript. `field` is the record's field
    whose value it is ("uuid", "message.id"), None where it stands in what was said."""

    path: str
    session: str
    field: str | None
    cwd: str | None
    of_leaf: bool = False


@dataclass(frozen=True)
class Holder:
    """A process that lives and has the conversation, by the file at `path`."""

    process: ProcessId
    path: str
    cwd: str


@dataclass(frozen=True)
class Obstacle:
    """Why nothing can be written where the transcript would be written."""

    path: str
    what: str


@dataclass(frozen=True)
class Gap:
    """What could not be looked at, and why. Not the same as having found nothing there."""

    path: str
    why: str


@dataclass(frozen=True)
class Facts:
    """`cwd` is the real path, `expected` where the agent looks for the transcript first, `beside` where it looks then:
    in the projects of the other git worktrees. `known` is False where not even the absence in all of them could be
    seen. `now` is when it was looked."""

    question: Question
    cwd: str
    expected: str
    beside: tuple[str, ...]
    known: bool
    places: tuple[Place, ...]
    found: tuple[Found, ...]
    traces: tuple[Trace, ...]
    mentions: tuple[Mention, ...]
    holders: tuple[Holder, ...]
    obstacles: tuple[Obstacle, ...]
    gaps: tuple[Gap, ...]
    now: float

    @property
    def looked(self) -> tuple[Found, ...]:
        """The files that the agent looks at, in its order. One without a message doesn't keep it from the next."""
        found = {one.path: one for one in self.found}
        return tuple(found[path] for path in (self.expected, *self.beside) if path in found)
