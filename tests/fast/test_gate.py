"""The gate: "this fix covers k of n call sites", in the cases that a release meets."""

from dataclasses import replace

import pytest

from holdfast.gate import Diff, Side, changed, compare
from holdfast.model.charge import LAUNCHER, Charge, launch_path, site
from holdfast.model.result import State
from holdfast.model.site import Cause
from holdfast.model.verdict import Verdict
from tests.fast.sides import BROKEN, BROKEN_BASE, HELD, PATHS, THREE, UNPROVEN, counts, incident, judged, place, side


def test_a_fix_of_one_of_three_names_the_two_that_it_missed() -> None:
    result = compare(BROKEN_BASE, incident(HELD, BROKEN, BROKEN), Diff())
    assert counts(result) == (1, 3, 1)
    assert result.fix is not None
    missed = {(s.file, s.line): (s.state, s.base, s.head) for s in result.fix.sites if s.state is State.MISSED}
    assert missed == dict.fromkeys((("phone.sh", 11), ("restore.py", 12)), (State.MISSED, BROKEN, BROKEN))
    assert result.verdict is BROKEN


def test_a_fix_of_two_of_three_is_broken_and_a_whole_fix_is_held() -> None:
    assert counts(compare(BROKEN_BASE, incident(HELD, HELD, BROKEN), Diff())) == (2, 3, 1)
    assert counts(compare(BROKEN_BASE, incident(HELD, HELD, HELD), Diff())) == (3, 3, 0)


def test_an_unproven_charge_is_not_covered_and_makes_the_exit_code_3() -> None:
    result = compare(BROKEN_BASE, incident(HELD, HELD, UNPROVEN), Diff())
    assert counts(result) == (2, 3, 3)
    assert result.verdict is UNPROVEN


def test_a_reason_that_is_allowed_may_stand_and_another_one_may_not() -> None:
    cells = (
        *incident(HELD, HELD, HELD).cells[:2],
        judged(PATHS[2], UNPROVEN, None, why="no machine of kind systemd here"),
    )
    head = side(*cells, sites=THREE)
    assert compare(BROKEN_BASE, head, Diff(), {"no machine of kind systemd"}).exit_code == 0
    assert compare(BROKEN_BASE, head, Diff(), {"no browser", ""}).exit_code == 3


def test_a_missed_site_stands_where_the_head_has_it_even_if_its_line_and_file_moved() -> None:
    head = replace(incident(HELD, BROKEN, BROKEN), sites=(THREE[0], place("s-1", "bin/phone.sh", 99)))
    result = compare(BROKEN_BASE, head, Diff())
    assert result.fix is not None
    assert {s.charge.id: (s.file, s.line) for s in result.fix.sites} == {
        "s-0": ("dashboard.py", 10), "s-1": ("bin/phone.sh", 99), "s-2": ("restore.py", 12),
    }  # fmt: skip


# obligations are followed, not places


def test_three_sites_merged_into_one_are_three_of_three() -> None:
    one = place("s-helper", "launch.py", 7)
    head = side(*(judged(p, HELD, site("s-helper")) for p in PATHS), sites=[one])
    assert counts(compare(BROKEN_BASE, head, Diff())) == (3, 3, 0)


def test_three_sites_merged_into_one_that_is_still_wrong_are_none_of_three() -> None:
    one = place("s-helper", "launch.py", 7)
    head = side(*(judged(p, BROKEN, site("s-helper")) for p in PATHS), sites=[one])
    assert counts(compare(BROKEN_BASE, head, changed(THREE, [one]))) == (0, 3, 1)


def test_a_site_deleted_whose_launch_path_now_goes_another_way_is_followed() -> None:
    head = side(
        judged(PATHS[0], HELD, site("s-0")), judged(PATHS[1], HELD, site("s-0")), judged(PATHS[2], BROKEN, site("s-2")),
        sites=(THREE[0], THREE[2]),
    )  # fmt: skip
    assert counts(compare(BROKEN_BASE, head, Diff())) == (2, 3, 1)


def test_a_site_deleted_with_everything_that_was_judged_there_is_removed_and_not_counted() -> None:
    head = side(*incident(HELD, HELD, HELD).cells[:2], sites=THREE[:2])
    result = compare(BROKEN_BASE, head, Diff())
    assert counts(result) == (2, 2, 0)
    assert result.fix is not None
    assert [s.state for s in result.fix.sites if s.charge == site("s-2")] == [State.REMOVED]


def test_a_launch_path_removed_from_the_configuration_alone_is_unproven_because_its_site_is_still_there() -> None:
    head = side(*incident(HELD, HELD, HELD).cells[:2], sites=THREE)
    result = compare(BROKEN_BASE, head, Diff())
    assert counts(result) == (2, 3, 3)
    assert "not judged at head" in next(c.why for c in result.changes if c.state is State.UNPROVEN)


def test_a_site_added_that_holds_is_new_and_one_that_is_broken_regressed() -> None:
    added = judged("watch", HELD, site("s-new"))
    result = compare(BROKEN_BASE, side(*incident(HELD, HELD, HELD).cells, added, sites=THREE), Diff())
    assert counts(result) == (3, 3, 0)
    assert State.NEW in {c.state for c in result.changes}
    added = judged("watch", BROKEN, site("s-new"))
    result = compare(BROKEN_BASE, side(*incident(HELD, HELD, HELD).cells, added, sites=THREE), Diff())
    assert counts(result) == (3, 3, 1)


def test_a_third_site_in_a_language_that_the_sweep_does_not_read_counts_by_its_launch_path() -> None:
    def at(*verdicts: Verdict) -> Side:
        charges = (site("s-0"), site("s-1"), launch_path("boot.restores"))
        return side(*(judged(p, v, c) for p, v, c in zip(PATHS, verdicts, charges, strict=True)), sites=THREE[:2])

    result = compare(at(BROKEN, BROKEN, BROKEN), at(HELD, HELD, BROKEN), Diff())
    assert counts(result) == (2, 3, 1)
    assert result.fix is not None
    assert [(s.charge, s.file, s.line) for s in result.fix.sites if s.state is State.MISSED] == [
        (launch_path("boot.restores"), None, None)
    ]
    assert counts(compare(at(BROKEN, BROKEN, BROKEN), at(HELD, HELD, HELD), Diff())) == (3, 3, 0)


def test_a_launch_path_that_is_no_longer_judged_is_unproven_for_no_sweep_ever_found_it() -> None:
    base = side(judged("cli", BROKEN, launch_path("cli")), judged("phone", BROKEN, site("s-1")), sites=THREE)
    assert counts(compare(base, side(judged("phone", HELD, site("s-1")), sites=THREE), Diff())) == (1, 2, 3)


# classes


def two_faults(prefix: Verdict, unit: Verdict) -> Side:
    return side(
        judged("dashboard", unit, site("s-0")), judged("phone", unit, site("s-1")),
        judged("cli", prefix, site("s-stop"), "killed by command", scenario="stop"), sites=THREE,
    )  # fmt: skip


def test_two_unrelated_faults_are_two_classes_and_the_one_not_touched_stood() -> None:
    result = compare(two_faults(BROKEN, BROKEN), two_faults(BROKEN, HELD), Diff())
    assert counts(result) == (2, 2, 0)
    assert [(c.state, c.cell.split("--")[0]) for c in result.changes if c.state is State.STOOD] == [
        (State.STOOD, "stop")
    ]


def test_a_fix_that_covers_both_faults_counts_both() -> None:
    assert counts(compare(two_faults(BROKEN, BROKEN), two_faults(HELD, HELD), Diff())) == (3, 3, 0)


def test_a_fault_that_stood_before_and_was_not_touched_blocks_nothing() -> None:
    result = compare(BROKEN_BASE, BROKEN_BASE, Diff())
    assert (result.fix, result.exit_code) == (None, 0)
    assert {c.state for c in result.changes} == {State.STOOD}


def test_a_wrong_guess_replaced_by_another_covers_none_and_is_broken() -> None:
    head = replace(BROKEN_BASE, sites=(place("s-0", argv=("tmux", "-L", "x")), *THREE[1:]))
    result = compare(BROKEN_BASE, head, changed(BROKEN_BASE.sites, head.sites))
    assert counts(result) == (0, 3, 1)


def test_a_wrong_guess_that_breaks_in_another_way_is_still_missed() -> None:
    newest = side(judged("cli", BROKEN, site("s-0"), "nobody's", "mapped"), sites=THREE)
    other = side(judged("cli", BROKEN, site("s-0"), "a new one", "mapped"), sites=THREE)
    assert counts(compare(newest, other, Diff(frozenset({"s-0"})))) == (0, 1, 1)


def test_a_cause_in_a_unit_file_touches_the_sites_that_it_rules() -> None:
    killed = tuple(
        place(s.id, s.file, s.line, s.argv, Cause("w.service", 5, "KillMode", "control-group")) for s in THREE
    )
    moved = tuple(replace(s, line=s.line + 3, causes=(replace(s.causes[0], line=9),)) for s in killed)
    mixed = tuple(replace(s, causes=(Cause("w.service", 5, "KillMode", "mixed"),)) for s in killed)
    assert changed(killed, moved) == Diff()
    assert changed(killed, mixed) == Diff(frozenset(s.id for s in THREE))
    base, head = replace(BROKEN_BASE, sites=killed), replace(BROKEN_BASE, sites=mixed)
    assert counts(compare(base, head, changed(killed, mixed))) == (0, 3, 1)
    process = replace(incident(HELD, HELD, HELD), sites=tuple(replace(s, causes=()) for s in killed))
    assert counts(compare(base, process, changed(killed, process.sites))) == (3, 3, 0)


def test_a_changed_launch_path_touches_its_class() -> None:
    base = side(judged("cli", BROKEN, launch_path("cli")))
    assert compare(base, base, Diff()).fix is None
    assert counts(compare(base, base, changed((), (), paths=["cli"]))) == (0, 1, 1)


def test_settings_argv_and_deletion_are_changes_and_moved_lines_are_not() -> None:
    old = place("s")
    assert changed([old], [replace(old, line=99, last_line=99, file="moved.py", text="x", symbol="y")]) == Diff()
    assert changed([old], [replace(old, settings=(("detached", "yes"),))]) == Diff(frozenset({"s"}))
    assert changed([old], [replace(old, argv=("tmux",))]) == Diff(frozenset({"s"}))
    assert changed([old], []) == Diff(frozenset({"s"}))
    assert changed([], [old]) == Diff()


def test_a_charge_is_covered_only_if_all_its_obligations_of_the_class_hold() -> None:
    def at(first: Verdict, second: Verdict, other: Verdict) -> Side:
        return side(
            judged("cli", first, site("s-0")), judged("cli", second, site("s-0"), scenario="service_restart"),
            judged("phone", other, site("s-1")), sites=THREE,
        )  # fmt: skip

    base = at(BROKEN, BROKEN, BROKEN)
    assert counts(compare(base, at(HELD, BROKEN, HELD), Diff())) == (1, 2, 1)
    assert counts(compare(base, at(HELD, UNPROVEN, HELD), Diff())) == (1, 2, 3)
    assert counts(compare(base, at(HELD, HELD, HELD), Diff())) == (2, 2, 0)


@pytest.mark.parametrize("charge", [site("s-0"), LAUNCHER])
def test_what_is_healed_in_part_has_missed_the_rest(charge: Charge) -> None:
    """By a guard, say: no argv, no setting and no cause is another. What is left behind is charged to the launcher."""
    paths = ("cli", "dashboard", "phone")

    def at(*verdicts: Verdict) -> Side:
        return side(*(judged(p, v, charge) for p, v in zip(paths, verdicts, strict=True)), sites=THREE)

    base = at(BROKEN, BROKEN, BROKEN)
    assert counts(compare(base, at(HELD, BROKEN, BROKEN), Diff())) == (0, 1, 1)
    assert counts(compare(base, at(HELD, HELD, HELD), Diff())) == (1, 1, 0)
    assert compare(base, at(BROKEN, BROKEN, BROKEN), Diff()).exit_code == 0
