"""The shape of result.json, record by record. Fields are added to it, never changed or taken away.

docs/result.schema.json is made from these records; docs/result.md explains them.
"""

from dataclasses import dataclass, field

from holdfast.model.result import State
from holdfast.model.site import SiteKind
from holdfast.model.verdict import Verdict


@dataclass(frozen=True)
class ObligationRecord:
    """`charged_to` is a site's id, `path:NAME` for a launch path, `launcher`, or null."""

    role: str
    promise: str
    verdict: Verdict
    symptom: str | None
    why: str
    charged_to: str | None
    masked: bool


@dataclass(frozen=True)
class CellRecord:
    """`reason` says why the cell did not run to its end; `history` is a path in the run's folder;
    `reached` are the ids of the sites that a traced launch came from, `unknown` the argv of launches without one."""

    id: str
    scenario: str
    birth: str
    press: str | None
    machine: str
    agent: str
    verdict: Verdict
    seconds: float
    obligations: tuple[ObligationRecord, ...]
    reason: str | None = None
    history: str | None = None
    cached: bool = False
    reached: tuple[str, ...] = ()
    unknown: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True)
class SettingRecord:
    name: str
    value: str


@dataclass(frozen=True)
class CauseRecord:
    """A setting away from the call that rules it."""

    file: str
    line: int
    name: str
    value: str


@dataclass(frozen=True)
class SiteRecord:
    """`file` is relative to the launcher's source; lines are 1-based; `reached`: a traced launch came from it."""

    id: str
    file: str
    line: int
    symbol: str
    kind: SiteKind
    verdict: Verdict
    reached: bool
    why: str
    last_line: int
    language: str
    tool: str
    argv: tuple[str, ...]
    settings: tuple[SettingRecord, ...]
    causes: tuple[CauseRecord, ...]
    text: str


@dataclass(frozen=True)
class FixSiteRecord:
    """`id` as `charged_to` of an obligation; `file` and `line` are null for a launch path."""

    id: str
    file: str | None
    line: int | None
    base: Verdict
    head: Verdict
    state: State
    why: str


@dataclass(frozen=True)
class FixRecord:
    covers: int
    of: int
    sites: tuple[FixSiteRecord, ...]


@dataclass(frozen=True)
class ChangeRecord:
    """An obligation that changed, or stood, between base and head; `cell` is a cell's id."""

    cell: str
    role: str
    promise: str
    state: State
    why: str


@dataclass(frozen=True)
class UnknownRecord:
    """A launch without a call site; `path` is the launch path that was pressed."""

    path: str
    argv: tuple[str, ...]
    cell: str


@dataclass(frozen=True)
class MissingRecord:
    """A reason why something is unproven, and how many cells (or call sites) it has."""

    reason: str
    count: int


@dataclass(frozen=True)
class NotApplicableRecord:
    """A promise that the launcher was not held to; `why` says what it doesn't declare."""

    promise: str
    why: str


@dataclass(frozen=True)
class ResultRecord:
    """One run, or one gate (`fix`, `changes`, `base` and `head` then speak of two revisions)."""

    verdict: Verdict
    cells: tuple[CellRecord, ...]
    sites: tuple[SiteRecord, ...]
    fix: FixRecord | None
    run: str
    launcher: str
    launcher_file: str
    scope: str
    agent: str
    planned: int
    seconds: float
    unknown: tuple[UnknownRecord, ...] = ()
    missing: tuple[MissingRecord, ...] = ()
    versions: dict[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    changes: tuple[ChangeRecord, ...] = ()
    base: str | None = None
    head: str | None = None
    allowed: tuple[str, ...] = ()
    not_applicable: tuple[NotApplicableRecord, ...] = ()
