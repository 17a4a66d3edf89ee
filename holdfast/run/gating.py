"""A run over two revisions, compared: the gate's part of the result."""

from collections.abc import Sequence
from dataclasses import replace

from holdfast.gate import Side as Compared
from holdfast.gate import changed, compare
from holdfast.model.cell import CellResult
from holdfast.model.result import RunResult
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
    notes = head_only.notes if gate.unshown is None else (*head_only.notes, f"the gate shows nothing: {gate.unshown}")
    return replace(
        head_only,
        verdict=gate.verdict,
        fix=gate.fix,
        changes=gate.changes,
        notes=notes,
        base=verification.request.base,
        head=verification.request.head or "the working tree",
    )
