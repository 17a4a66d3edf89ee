"""From judged cells to a run's result: nothing that was planned is lost, and no site is held unless it was reached."""

from dataclasses import replace

import pytest

from holdfast.model.cell import CellKey, CellResult, Obligation
from holdfast.model.charge import launch_path, site
from holdfast.model.path import Action, Press, PressKind
from holdfast.model.site import Site, SiteKind
from holdfast.model.verdict import Verdict, worst
from holdfast.run.plan import PlannedCell
from holdfast.run.session import complaint
from holdfast.run.summing import complete, judge_sites, reasons
from holdfast.world.scenario import Scenario
from tests.fast import sample_result

KEY = CellKey("click", "cli", "cli", "namespace", "agent")
SITE = Site("a1", SiteKind.START, "fleet.py", 7, 7, "start", "python", "tmux", ("tmux", "new-session"))


def cell(*obligations: Obligation, reached: tuple[str, ...] = ()) -> CellResult:
    return CellResult(KEY, obligations, 0.1, reached=reached)


def obligation(verdict: Verdict, charged: str = "a1", masked: bool = False) -> Obligation:
    return Obligation("api", "survives", verdict, f"it is {verdict}", charged_to=site(charged), masked=masked)


PLANNED = PlannedCell(
    KEY,
    Scenario("click", ("api",), "", print, None, (), (), False, False, ()),
    Press("cli", Action.STARTS, PressKind.RUN),
    None,
)


@pytest.mark.parametrize("first", [Verdict.BROKEN, Verdict.UNPROVEN, Verdict.HELD])
@pytest.mark.parametrize("again", [Verdict.BROKEN, Verdict.UNPROVEN, Verdict.HELD])
def test_a_cell_that_is_run_until_it_passes_has_not_held(first: Verdict, again: Verdict) -> None:
    (kept,) = complete([PLANNED], [cell(obligation(first)), cell(obligation(again))])
    assert kept.verdict is worst([first, again])


def test_a_planned_cell_that_never_ran_is_unproven() -> None:
    (missing,) = complete([PLANNED], [])
    assert missing.verdict is Verdict.UNPROVEN
    assert missing.reason is not None
    assert "did not run" in missing.reason


def test_a_site_has_the_worst_that_was_charged_to_it() -> None:
    cells = [cell(obligation(Verdict.HELD)), cell(obligation(Verdict.BROKEN)), cell(obligation(Verdict.UNPROVEN))]
    (judged,) = judge_sites([SITE], cells)
    assert (judged.verdict, judged.why) == (Verdict.BROKEN, "it is broken")


def test_what_is_masked_or_charged_elsewhere_is_not_the_sites() -> None:
    elsewhere = Obligation("api", "loud", Verdict.BROKEN, "", charged_to=launch_path("cli"))
    cells = [cell(obligation(Verdict.HELD), obligation(Verdict.BROKEN, masked=True), elsewhere)]
    assert judge_sites([SITE], cells)[0].verdict is Verdict.HELD


def test_a_site_that_no_press_reached_is_unproven() -> None:
    (judged,) = judge_sites([SITE], [cell(obligation(Verdict.HELD, charged="b2"))])
    assert (judged.verdict, judged.reached) == (Verdict.UNPROVEN, False)
    assert judged.why == "no press reached the call site fleet.py:7"


def test_a_site_that_was_reached_and_answers_for_nothing_is_held() -> None:
    assert judge_sites([SITE], [cell(reached=("a1",))])[0].verdict is Verdict.HELD


def test_reasons_are_counted_by_cell() -> None:
    unready = CellResult(KEY, (), 0.0, reason="no machine")
    unproven = cell(obligation(Verdict.UNPROVEN), obligation(Verdict.UNPROVEN))
    assert reasons([unready, unready, unproven]) == (("no machine", 2), ("it is unproven", 1))


@pytest.mark.parametrize(
    ("verdict", "allowed", "base", "excused"),
    [
        (Verdict.UNPROVEN, ("no machine", "no press"), None, True),
        (Verdict.UNPROVEN, ("no machine",), None, False),
        (Verdict.UNPROVEN, ("",), None, False),
        (Verdict.UNPROVEN, ("no machine", "no press"), "v1", False),
        (Verdict.BROKEN, ("no machine", "no press"), None, False),
    ],
)
def test_a_run_is_excused_for_reasons_only_that_were_allowed(
    verdict: Verdict, allowed: tuple[str, ...], base: str | None, excused: bool
) -> None:
    """A gate has taken them into its verdict."""
    missing = (("no machine of kind systemd", 2), ("no press reached the call site a.py:7", 1))
    result = replace(sample_result.empty(), verdict=verdict, missing=missing, allowed=allowed, base=base)
    assert result.excused is excused


def test_an_empty_reason_allows_nothing() -> None:
    unproven = cell(obligation(Verdict.UNPROVEN))
    assert complaint(unproven, ("unproven",)) is None
    assert complaint(unproven, ("",)) is not None
