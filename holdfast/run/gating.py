"""A run over two revisions, compared: the gate's part of the result."""

from collections.abc import Sequence
from dataclasses import replace

from holdfast.gate import Side as Compared
from holdfast.gate import changed, compare
from holdfast.model.cell import CellResult
from holdfast.model.result import RunResult, is_allowed
from holdfast.model.verdict import Verdict, worst
from holdfast.run.bench import Bench
from holdfast.run.summing import complete, reasons
from holdfast.run.verification import BASE, HEAD


def gate_up(head_only: RunResult, bench: Bench, base_results: Sequence[CellResult]) -> RunResult:
    """`head_only`, the head's own result, with the comparison: its verdict is the gate's."""
    verification = bench.verification
    revisions = (bench.revision(verification.side(name)) for name in (BASE, HEAD))
    base, head = (() if revision is None else revision.sites for revision in revisions)
    base_cells = complete(verification.cells, base_results)
    reason = None
    if all(cell.reason is not None for cell in base_cells):
        reason = "none of its cells came to an end: " + "; ".join(why for why, _ in reasons(base_cells)[:3])
    gate = compare(
        Compared(base_cells, base, reason),
        Compared(head_only.cells, head),
        changed(base, head),
        verification.request.allowed,
    )
    unreached = [site.why for site in head_only.sites if not site.reached and site.verdict is Verdict.UNPROVEN]
    notes = [f"the gate shows nothing: {gate.unshown}"] if gate.unshown is not None else []
    notes += [f"the gate shows nothing of a call site: {why}" for why in unreached]
    shown = all(is_allowed(why, verification.request.allowed) for why in unreached)
    return replace(
        head_only,
        verdict=gate.verdict if shown else worst([gate.verdict, Verdict.UNPROVEN]),
        fix=gate.fix,
        changes=gate.changes,
        notes=(*head_only.notes, *notes),
        base=verification.request.base,
        head=verification.request.head or "the working tree",
    )
