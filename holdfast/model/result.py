"""What a run or a gate has found: what every report is rendered from."""

from collections.abc import Collection
from dataclasses import dataclass, field
from enum import StrEnum

from holdfast.model.cell import CellResult
from holdfast.model.charge import Charge
from holdfast.model.site import Site
from holdfast.model.verdict import Verdict


@dataclass(frozen=True)
class SiteResult:
    """A call site with the worst of what was charged to it. `reached`: a traced launch came from it."""

    site: Site
    verdict: Verdict
    reached: bool
    why: str


class State(StrEnum):
    """What became of a charge, or of an obligation, between base and head."""

    SAME = "same"
    COVERED = "covered"
    MISSED = "missed"
    STOOD = "stood"
    REGRESSED = "regressed"
    UNPROVEN = "unproven"
    REMOVED = "removed"
    SHOWN = "shown"
    NEW = "new"


@dataclass(frozen=True)
class FixSite:
    """A charge of a touched class, followed from base to head. `file` and `line` are where it stands at the head where
    it still does, else at the base; None for a launch path. `why` is one broken or unproven obligation, in words."""

    charge: Charge
    file: str | None
    line: int | None
    base: Verdict
    head: Verdict
    state: State
    why: str


@dataclass(frozen=True)
class Fix:
    """ "This fix covers `covers` of `of` call sites."""

    covers: int
    of: int
    sites: tuple[FixSite, ...]


@dataclass(frozen=True)
class Change:
    """An obligation that changed, or stood, between base and head."""

    cell: str
    role: str
    promise: str
    state: State
    why: str


@dataclass(frozen=True)
class UnknownLaunch:
    """A launch without a call site: a hole in the rules. `path` is the launch path's label that was pressed."""

    path: str
    argv: tuple[str, ...]
    cell: str


@dataclass(frozen=True)
class NotApplicable:
    """A promise that the launcher was not held to, because it does not declare what that takes: `why` says what."""

    promise: str
    why: str


@dataclass(frozen=True)
class RunResult:
    """One run. `scope` is what the verdict speaks of ("held on namespace"); `planned` counts every cell of the matrix;
    `missing` are the reasons why something is unproven, with how many cells each has; `versions` are pairs such as
    ("tmux", "3.3a"); `notes` are lines a person should see (the reference was taken because no launcher was given)."""

    run: str
    launcher: str
    launcher_file: str
    verdict: Verdict
    scope: str
    agent: str
    cells: tuple[CellResult, ...]
    sites: tuple[SiteResult, ...]
    planned: int
    seconds: float
    unknown: tuple[UnknownLaunch, ...] = ()
    missing: tuple[tuple[str, int], ...] = ()
    versions: tuple[tuple[str, str], ...] = ()
    notes: tuple[str, ...] = ()
    fix: Fix | None = None
    changes: tuple[Change, ...] = ()
    base: str | None = None
    head: str | None = None
    allowed: tuple[str, ...] = field(default=())
    not_applicable: tuple[NotApplicable, ...] = ()

    @property
    def excused(self) -> bool:
        """Whether it is unproven for reasons only that were allowed. It is not held, and no failure either. A gate has
        taken what was allowed into its own verdict."""
        unproven = self.verdict is Verdict.UNPROVEN and self.base is None
        return unproven and bool(self.missing) and all(is_allowed(why, self.allowed) for why, _ in self.missing)


def is_allowed(why: str, allowed: Collection[str]) -> bool:
    """Whether a reason for being unproven has one of the texts in it that were allowed; an empty one allows nothing."""
    return any(text and text in why for text in allowed)
