"""What holds of the gate whatever is compared."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from holdfast.gate import Diff, Side, compare
from holdfast.model.cell import CellResult
from holdfast.model.charge import launch_path, site
from holdfast.model.result import State
from holdfast.model.verdict import Verdict
from tests.fast.sides import BROKEN, HELD, STOPPED, THREE, UNPROVEN, judged, side

VERDICTS = st.sampled_from(list(Verdict))
CHARGES = st.sampled_from([site("s-0"), site("s-1"), site("s-2"), site("s-elsewhere"), launch_path("cli"), None])


@st.composite
def sides(draw: st.DrawFn) -> Side:
    cells = []
    for birth in draw(st.sets(st.sampled_from(["cli", "phone", "dashboard", "boot"]))):
        obligations = []
        for role in ("api", "web"):
            for promise in draw(st.sets(st.sampled_from(["survives", "mapped"]))):
                one = judged(
                    birth, draw(VERDICTS), draw(CHARGES), draw(st.sampled_from(["died", STOPPED])), promise, role=role
                )
                mask = one.obligations[0].verdict is BROKEN and draw(st.booleans())
                obligations.append(replace(one.obligations[0], masked=mask))
        reason = draw(st.sampled_from([None, None, "it did not come to its end"]))
        cells.append(replace(judged(birth, HELD, None), obligations=tuple(obligations), reason=reason))
    return side(*cells, sites=draw(st.sets(st.sampled_from(THREE))))


DIFFS = st.frozensets(st.sampled_from(["s-0", "s-1", "s-2"])).map(Diff)


@given(sides(), sides(), DIFFS)
def test_k_never_exceeds_n_and_each_charge_is_counted_once(base: Side, head: Side, diff: Diff) -> None:
    fix = compare(base, head, diff).fix
    if fix is not None:
        assert 0 <= fix.covers <= fix.of <= len(fix.sites)
        assert len({s.charge for s in fix.sites}) == len(fix.sites)
        assert fix.covers == sum(s.state is State.COVERED for s in fix.sites)


@given(sides(), sides(), DIFFS)
def test_exit_0_means_that_every_counted_charge_is_covered_and_nothing_at_head_is_unproven(
    base: Side, head: Side, diff: Diff
) -> None:
    result = compare(base, head, diff)
    if result.exit_code == 0:
        assert result.fix is None or result.fix.covers == result.fix.of
        assert not any(o.verdict is UNPROVEN for cell in head.cells for o in cell.obligations)
        assert not any(cell.reason for cell in head.cells if not any(o.verdict is BROKEN for o in cell.obligations))


@given(sides(), DIFFS)
def test_a_revision_against_itself_regresses_nothing_and_covers_nothing(one: Side, diff: Diff) -> None:
    states = {c.state for c in compare(one, one, diff).changes}
    assert states <= {State.STOOD, State.MISSED, State.UNPROVEN}
    assert {c.state for c in compare(one, one, Diff()).changes} <= {State.STOOD, State.UNPROVEN}


@given(sides(), sides(), DIFFS)
def test_a_worse_head_never_gets_a_better_verdict(base: Side, head: Side, diff: Diff) -> None:
    order = (HELD, UNPROVEN, BROKEN)
    unproven = replace(head, cells=tuple(_unproven(cell) for cell in head.cells))
    if compare(base, head, diff).verdict is UNPROVEN:
        assert order.index(compare(base, unproven, diff).verdict) >= order.index(UNPROVEN)


def _unproven(cell: CellResult) -> CellResult:
    """The same cell, in which nothing could be shown."""
    shown = tuple(replace(o, verdict=UNPROVEN, symptom=None, masked=False) for o in cell.obligations)
    return replace(cell, obligations=shown)
