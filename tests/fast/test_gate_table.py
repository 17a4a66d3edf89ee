"""The gate's table, every row and column; masks; cells and sides that did not run."""

from dataclasses import replace

import pytest

from holdfast.gate import Diff, Side, compare
from holdfast.model.cell import CellResult
from holdfast.model.charge import site
from holdfast.model.result import State
from holdfast.model.verdict import Verdict
from tests.fast.sides import BROKEN, BROKEN_BASE, HELD, PATHS, THREE, UNPROVEN, counts, incident, judged, side

TABLE = {
    (HELD, HELD): (None, 0),
    (HELD, BROKEN): (State.REGRESSED, 1),
    (HELD, UNPROVEN): (State.UNPROVEN, 3),
    (HELD, None): (State.UNPROVEN, 3),
    (BROKEN, HELD): (State.COVERED, 0),
    (BROKEN, BROKEN): (State.STOOD, 0),
    (BROKEN, UNPROVEN): (State.UNPROVEN, 3),
    (BROKEN, None): (State.REMOVED, 0),
    (UNPROVEN, HELD): (State.SHOWN, 0),
    (UNPROVEN, BROKEN): (State.REGRESSED, 1),
    (UNPROVEN, UNPROVEN): (State.UNPROVEN, 3),
    (UNPROVEN, None): (State.UNPROVEN, 3),
    (None, HELD): (State.NEW, 0),
    (None, BROKEN): (State.REGRESSED, 1),
    (None, UNPROVEN): (State.UNPROVEN, 3),
}


@pytest.mark.parametrize(("base", "head"), TABLE, ids=str)
def test_the_table(base: Verdict | None, head: Verdict | None) -> None:
    def at(verdict: Verdict | None) -> Side:
        filler = judged("filler", HELD, None)
        return side(filler, *(() if verdict is None else (judged("cli", verdict, site("s-gone")),)))

    result = compare(at(base), at(head), Diff())
    state, code = TABLE[base, head]
    assert [c.state for c in result.changes] == ([] if state is None else [state])
    assert result.exit_code == code


def test_broken_and_broken_in_a_touched_class_is_missed() -> None:
    base = side(judged("cli", BROKEN, site("s-0")))
    result = compare(base, base, Diff(frozenset({"s-0"})))
    assert [c.state for c in result.changes] == [State.MISSED]
    assert result.exit_code == 1


def test_broken_and_absent_is_unproven_while_the_sweep_still_finds_the_site() -> None:
    base, filler = judged("cli", BROKEN, site("s-0")), judged("filler", HELD, None)
    result = compare(side(base, filler), side(filler, sites=[THREE[0]]), Diff())
    assert ([c.state for c in result.changes], result.exit_code) == ([State.UNPROVEN], 3)


def test_unproven_and_broken_stood_if_its_class_was_broken_at_base_and_is_not_touched() -> None:
    base = side(judged("cli", BROKEN, site("s-0")), judged("phone", UNPROVEN, site("s-1")))
    head = side(judged("cli", BROKEN, site("s-0")), judged("phone", BROKEN, site("s-1")))
    assert (compare(base, head, Diff()).exit_code, {c.state for c in compare(base, head, Diff()).changes}) == (
        0,
        {State.STOOD},
    )
    fixed = side(judged("cli", HELD, site("s-0")), judged("phone", BROKEN, site("s-1")))
    assert counts(compare(base, fixed, Diff())) == (1, 1, 1), (
        "a fix that leaves one of its class broken is not let through"
    )


def test_what_is_masked_at_head_is_not_compared_but_covers_nothing() -> None:
    masked = judged("cli", BROKEN, site("s-0"), "none", "mapped", masked=True)
    held = judged("cli", HELD, site("s-0"), promise="mapped")
    assert compare(side(held), side(masked, judged("filler", HELD, None)), Diff()).changes[0].state is State.NEW
    base = side(
        judged("cli", BROKEN, site("s-0"), "none", "mapped"), judged("phone", BROKEN, site("s-1"), "none", "mapped")
    )
    head = side(masked, judged("phone", HELD, site("s-1"), promise="mapped"))
    assert counts(compare(base, head, Diff())) == (1, 2, 3)


def test_what_was_masked_at_base_makes_no_class_and_is_not_shown_when_it_holds() -> None:
    base = side(judged("cli", BROKEN, site("s-0")), judged("cli", BROKEN, site("s-0"), "none", "mapped", masked=True))
    result = compare(
        base, side(judged("cli", HELD, site("s-0")), judged("cli", HELD, site("s-0"), promise="mapped")), Diff()
    )
    assert counts(result) == (1, 1, 0)
    assert [c.state for c in result.changes] == [State.COVERED]


def test_what_a_fix_brings_to_light_from_behind_a_mask_is_broken() -> None:
    base = side(judged("cli", BROKEN, site("s-0")), judged("cli", BROKEN, site("s-0"), "none", "mapped", masked=True))
    head = side(judged("cli", HELD, site("s-0")), judged("cli", BROKEN, site("s-0"), "none", "mapped"))
    assert counts(compare(base, head, Diff())) == (1, 1, 1)


def test_a_base_that_can_t_run_leaves_the_change_unshown() -> None:
    result = compare(Side((), (), "prepare failed"), incident(HELD, HELD, HELD), Diff())
    assert (result.exit_code, result.verdict, result.fix, result.changes) == (3, UNPROVEN, None, ())
    assert result.unshown == "the base can't run: prepare failed"


def test_a_head_that_can_t_run_is_unproven_too() -> None:
    assert compare(BROKEN_BASE, Side((), (), "no such command"), Diff()).exit_code == 3


def test_two_sides_on_which_nothing_ran_prove_nothing() -> None:
    assert compare(side(), side(), Diff()).exit_code == 3


def test_a_cell_that_did_not_come_to_its_end_holds_nothing() -> None:
    cut = replace(incident(HELD, HELD, HELD), cells=(*incident(HELD, HELD, HELD).cells[:2], replace(
        judged(PATHS[2], HELD, site("s-2")), reason="the machine did not boot")))  # fmt: skip
    result = compare(BROKEN_BASE, cut, Diff())
    assert counts(result) == (2, 3, 3)
    assert "the machine did not boot" in {c.why for c in result.changes}


def test_a_cell_with_a_reason_and_no_obligations_is_unproven_on_either_side() -> None:
    empty = CellResult(judged("cli", HELD, None).key, (), 0.0, reason="no machine of kind systemd on this host")
    filler = judged("filler", HELD, None)
    both = compare(side(empty, filler), side(empty, filler), Diff())
    assert both.exit_code == 3
    assert compare(side(empty, filler), side(empty, filler), Diff(), {"no machine of kind systemd"}).exit_code == 0
    assert compare(side(empty, filler), side(filler), Diff()).exit_code == 3
    assert [c.why for c in compare(side(filler), side(filler, empty), Diff()).changes] == [empty.reason]
    was = compare(side(judged("cli", HELD, None)), side(empty), Diff())
    assert (was.exit_code, was.changes[0].why) == (3, "no machine of kind systemd on this host")
    now = compare(side(empty), side(judged("cli", HELD, None)), Diff())
    assert (now.exit_code, now.changes[0].state) == (0, State.SHOWN)


def test_a_cell_without_reason_or_obligations_is_not_let_through() -> None:
    empty = CellResult(judged("cli", HELD, None).key, (), 0.0)
    filler = judged("filler", HELD, None)
    assert compare(side(empty, filler), side(empty, filler), Diff()).exit_code == 3


@pytest.mark.parametrize("was", [HELD, UNPROVEN, None])
def test_what_is_masked_at_head_is_left_to_the_promise_that_masks_it(was: Verdict | None) -> None:
    masked = judged("cli", BROKEN, site("s-0"), "none", "mapped", masked=True)
    filler = judged("filler", HELD, None)
    base = side(filler) if was is None else side(filler, judged("cli", was, site("s-0"), promise="mapped"))
    head = side(filler, masked)
    assert [c for c in compare(base, head, Diff()).changes if c.promise == "mapped"] == []


def test_the_reasons_that_a_gate_gives_say_where_they_come_from() -> None:
    def why(base: CellResult, head: CellResult | None) -> str:
        cells = () if head is None else (head,)
        return (
            compare(side(base, judged("filler", HELD, None)), side(*cells, judged("filler", HELD, None)), Diff())
            .changes[0]
            .why
        )

    was = judged("cli", BROKEN, site("s-0"), why="was wrong")
    assert why(was, judged("cli", HELD, None, why="is right")) == "was wrong"
    assert why(was, judged("cli", BROKEN, None, why="is wrong")) == "is wrong"
    assert why(was, None) == "its call site is gone, and nothing is judged there any more; at base: was wrong"
    assert why(judged("cli", HELD, None, why="was right"), None) == "not judged at head; at base: was right"
    hidden = judged("cli", BROKEN, site("s-0"), "none", "survives", masked=True)
    assert why(was, hidden) == "hidden at head by an earlier promise that is broken; at base: was wrong"


def test_an_obligation_that_names_nobody_is_charged_to_the_press_or_the_birth() -> None:
    pressed = judged("cli", BROKEN, None)
    alone = replace(judged("phone", BROKEN, None), key=replace(pressed.key, birth="phone", press=None))
    fixed = [replace(c, obligations=judged("x", HELD, None).obligations) for c in (pressed, alone)]
    result = compare(side(pressed, alone), side(*fixed), Diff())
    assert result.fix is not None
    assert {str(s.charge) for s in result.fix.sites} == {"path:dashboard", "path:phone"}


def test_cells_with_and_without_a_press_can_be_compared() -> None:
    pressed, alone = judged("cli", HELD, None), judged("cli", HELD, None)
    alone = replace(alone, key=replace(alone.key, press=None))
    assert compare(side(pressed, alone), side(pressed, alone), Diff()).exit_code == 0
