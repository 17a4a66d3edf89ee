"""A cell: one scenario, birth, press, machine and agent, and the obligations judged in it."""

from dataclasses import dataclass

from holdfast.model.charge import Charge
from holdfast.model.verdict import Verdict, worst


@dataclass(frozen=True, order=True)
class CellKey:
    """What names a cell, the same on every revision. `birth` and `press` are labels of presses (see Press.label)."""

    scenario: str
    birth: str
    press: str | None
    machine: str
    agent: str

    @property
    def id(self) -> str:
        """A stable, readable name: usable as a test id and as a file name."""
        return "--".join((self.scenario, self.birth, self.press or "none", self.machine, self.agent))


@dataclass(frozen=True)
class Obligation:
    """One promise for one role in one cell, judged."""

    role: str
    promise: str
    verdict: Verdict
    why: str
    symptom: str | None = None
    charged_to: Charge | None = None
    masked: bool = False


@dataclass(frozen=True)
class CellResult:
    """A judged cell. `seconds` is how long it ran, `history` the file that it was judged from (relative to the run);
    `reached` are the ids of the call sites that a traced launch came from, `unknown` the argv of launches without
    one."""

    key: CellKey
    obligations: tuple[Obligation, ...]
    seconds: float
    history: str | None = None
    reason: str | None = None
    cached: bool = False
    reached: tuple[str, ...] = ()
    unknown: tuple[tuple[str, ...], ...] = ()

    @property
    def verdict(self) -> Verdict:
        """The worst of its obligations; a cell with a `reason` did not run to its end and is at best unproven."""
        judged = [o.verdict for o in self.obligations]
        return worst([*judged, Verdict.UNPROVEN] if self.reason is not None else judged)
