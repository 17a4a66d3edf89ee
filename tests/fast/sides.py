"""Sets of obligations written for tests of the gate: the incident with its three call sites, and what may become of
it."""

from collections.abc import Iterable

from holdfast.gate import GateResult, Side
from holdfast.model.cell import CellKey, CellResult, Obligation
from holdfast.model.charge import Charge, site
from holdfast.model.site import Cause, Site, SiteKind
from holdfast.model.verdict import Verdict

HELD, BROKEN, UNPROVEN = Verdict.HELD, Verdict.BROKEN, Verdict.UNPROVEN
STOPPED = "unit stopped"


def place(
    id: str, file: str = "dashboard.py", line: int = 10, argv: tuple[str, ...] = ("tmux", "…"), *causes: Cause
) -> Site:
    return Site(id, SiteKind.START, file, line, line, "resume", "python", "tmux", argv, causes=causes)


def judged(
    birth: str, verdict: Verdict, charge: Charge | None, symptom: str | None = STOPPED, promise: str = "survives", *,
    why: str = "", masked: bool = False, role: str = "api", scenario: str = "resume_click",
) -> CellResult:  # fmt: skip
    """A cell with one obligation."""
    shown = symptom if verdict is BROKEN else None
    obligation = Obligation(role, promise, verdict, why or f"{birth} {verdict}", shown, charge, masked)
    return CellResult(CellKey(scenario, birth, "dashboard", "systemd", "claude-standin"), (obligation,), 0.4)


def side(*cells: CellResult, sites: Iterable[Site] = ()) -> Side:
    return Side(cells, tuple(sites))


PATHS = ("dashboard", "phone", "boot.restores")
THREE = tuple(place(f"s-{n}", file, 10 + n) for n, file in enumerate(("dashboard.py", "phone.sh", "restore.py")))


def incident(*verdicts: Verdict) -> Side:
    """The three launch paths of the incident, each charged to its own call site."""
    return side(*(judged(p, v, site(s.id)) for p, v, s in zip(PATHS, verdicts, THREE, strict=True)), sites=THREE)


BROKEN_BASE = incident(BROKEN, BROKEN, BROKEN)


def counts(result: GateResult) -> tuple[int, int, int]:
    assert result.fix is not None
    return result.fix.covers, result.fix.of, result.exit_code
