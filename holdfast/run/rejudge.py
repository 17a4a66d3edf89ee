"""A kept run: judged again from its histories, or rendered again from its result."""

from dataclasses import replace
from pathlib import Path

from holdfast.history.events import Planned
from holdfast.history.record import read
from holdfast.model.cell import CellResult
from holdfast.model.result import RunResult
from holdfast.model.verdict import worst
from holdfast.run import result_json
from holdfast.run.cell import judged
from holdfast.run.session import render, show
from holdfast.run.summing import judge_sites, reasons

_RUN = "Run it again"


class RunMissing(Exception):
    """There is no such kept run, or not all of it: what is missing, where, and what to do next."""


def rerender(run: Path) -> RunResult:
    """Write every report of the kept run again."""
    return _rendered(result_json.read(run), run)


def recheck(run: Path) -> RunResult:
    """Judge the kept run's histories again with the checkers of today, and render it. A gate's comparison needs both
    revisions: run the gate again, its cached histories make it short."""
    before = result_json.read(run)
    if before.fix is not None or before.base is not None:
        raise RunMissing(f"{run} is a gate's: run `holdfast gate` again, it judges the kept histories again")
    cells = tuple(_again(cell, run) for cell in before.cells)
    sites = judge_sites([site.site for site in before.sites], cells)
    verdict = worst([*(cell.verdict for cell in cells), *(site.verdict for site in sites)])
    after = replace(before, cells=cells, sites=sites, verdict=verdict, missing=reasons(cells, sites))
    return _rendered(after, run)


def _rendered(result: RunResult, run: Path) -> RunResult:
    beside = Path(result.launcher_file).parent
    render(result, run, beside)
    show(result, run, beside)
    return result


def _again(cell: CellResult, run: Path) -> CellResult:
    if cell.history is None:
        return cell
    file = run / cell.history
    try:
        history = read(file)
    except OSError as error:
        raise RunMissing(f"{file}: the history can't be judged again: {error.strerror}. {_RUN}") from error
    except ValueError as error:
        raise RunMissing(f"{error} {_RUN}") from error
    if not history.events or not isinstance(history.events[0], Planned):
        raise RunMissing(f"{file}:1: the history doesn't begin with what was planned: was the file cut? {_RUN}")
    if (planned := history.planned.cell) != cell.key:
        raise RunMissing(f"{file}:1: this is the history of {planned.id}, not of {cell.key.id}. {_RUN}")
    return judged(history, cell.seconds, cell.history)
