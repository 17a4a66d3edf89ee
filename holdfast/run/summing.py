"""From judged cells to the result of a run: call sites with their verdicts, holes, and what is unproven and why."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from holdfast.model.cell import CellKey, CellResult
from holdfast.model.charge import ChargeKind
from holdfast.model.result import RunResult, SiteResult, UnknownLaunch
from holdfast.model.site import Site
from holdfast.model.verdict import Verdict, worst
from holdfast.run.cache import versions
from holdfast.run.plan import PlannedCell
from holdfast.run.verification import Request, Verification


def sum_up(
    run: Path, verification: Verification, sites: Sequence[Site], results: Sequence[CellResult], seconds: float
) -> RunResult:
    """The result of a run over one revision. A planned cell without a result is unproven: it never ran."""
    cells = complete(verification.cells, results)
    judged_sites = judge_sites(sites, cells)
    return RunResult(
        run=run.name,
        launcher=verification.launcher.name,
        launcher_file=str(verification.launcher.file),
        verdict=worst([*(cell.verdict for cell in cells), *(site.verdict for site in judged_sites)]),
        scope=_scope(verification.request, cells),
        agent=verification.request.agent,
        cells=cells,
        sites=judged_sites,
        planned=len(verification.cells),
        seconds=seconds,
        unknown=_unknown(cells),
        missing=reasons(cells, judged_sites),
        versions=versions(),
        notes=verification.notes,
        allowed=verification.request.allowed,
        not_applicable=verification.not_applicable,
    )


def _scope(request: Request, cells: Sequence[CellResult]) -> str:
    machines = request.machine or " and ".join(sorted({cell.key.machine for cell in cells}))
    return f"on {machines}" if request.launch_path is None else f"on {machines}, by {request.launch_path} only"


def complete(planned: Sequence[PlannedCell], results: Sequence[CellResult]) -> tuple[CellResult, ...]:
    """One result a planned cell, in the plan's order: the worst where a cell was run again, as by plug-ins of pytest
    that run what failed until it passes."""
    by_key: dict[CellKey, CellResult] = {}
    for result in results:
        known = by_key.get(result.key)
        if known is None or worst([known.verdict, result.verdict]) is result.verdict:
            by_key[result.key] = result
    never = "it was planned and did not run: the run ended before, or its worker died"
    return tuple(by_key.get(cell.key, CellResult(cell.key, (), 0.0, reason=never)) for cell in planned)


def reasons(cells: Sequence[CellResult], sites: Sequence[SiteResult] = ()) -> tuple[tuple[str, int], ...]:
    """Why things are unproven, with how many cells (or sites) each reason has, most first."""
    counted: Counter[str] = Counter()
    for cell in cells:
        if cell.reason is not None:
            counted[cell.reason] += 1
        else:
            counted.update({o.why for o in cell.obligations if o.verdict is Verdict.UNPROVEN and not o.masked})
    counted.update(site.why for site in sites if site.verdict is Verdict.UNPROVEN)
    return tuple(counted.most_common())


def judge_sites(sites: Sequence[Site], cells: Sequence[CellResult]) -> tuple[SiteResult, ...]:
    """Every call site with the worst of what was charged to it."""
    return tuple(_site(site, cells) for site in sites)


def _site(site: Site, cells: Sequence[CellResult]) -> SiteResult:
    charged = [
        obligation
        for cell in cells
        for obligation in cell.obligations
        if obligation.charged_to is not None
        and obligation.charged_to.kind is ChargeKind.SITE
        and obligation.charged_to.id == site.id
        and not obligation.masked
    ]
    reached = any(site.id in cell.reached for cell in cells)
    if not charged and not reached:
        return SiteResult(site, Verdict.UNPROVEN, False, f"no press reached the call site {site.place}")
    verdict = worst(o.verdict for o in charged) if charged else Verdict.HELD
    first = next((o for o in charged if o.verdict is verdict), None)
    return SiteResult(site, verdict, reached, first.why if first else "reached, and nothing was charged to it")


def _unknown(cells: Sequence[CellResult]) -> tuple[UnknownLaunch, ...]:
    found = {
        (cell.key.press or cell.key.birth, argv): UnknownLaunch(cell.key.press or cell.key.birth, argv, cell.key.id)
        for cell in cells
        for argv in cell.unknown
    }
    return tuple(found[key] for key in sorted(found))
