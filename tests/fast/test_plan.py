"""The planned matrix: every birth, press and scenario is accounted for."""

import os
import subprocess
import sys
from dataclasses import replace
from itertools import combinations, product
from pathlib import Path

import pytest

from holdfast.config.launcher import Carries, Launcher, Service
from holdfast.model.path import Action, Press, PressKind
from holdfast.model.result import NotApplicable
from holdfast.promises import promise
from holdfast.run.plan import Choice, PlannedCell, not_applicable, plan, union
from holdfast.world.scenario import RESTORES, RESUMES, STOPS, Scenario

CLI = [Press("cli", action, PressKind.RUN, ("fleet", "{role}")) for action in (Action.STARTS, Action.RESUMES)]
WEB = [Press("web", action, PressKind.HTTP, ("POST", "/{role}")) for action in (Action.STARTS, Action.RESUMES)]
BOOT = Press("boot", Action.RESTORES, PressKind.BOOT)


def launcher(*presses: Press, service: bool = False) -> Launcher:
    return Launcher(
        name="fleet",
        file=Path("holdfast.toml"),
        root=Path(),
        source=Path(),
        attach=("attach", "{role}"),
        agent="claude",
        presses=presses,
        service=Service(("serve",), "http://127.0.0.1:8080/") if service else None,
    )


def scenario(
    press: frozenset[Action] | None, service: bool = False, name: str = "s", dispatched: bool = False
) -> Scenario:
    return Scenario(name, ("api", "web"), "", print, press, (promise("mapped"),), (), service, dispatched, ())


def pairs(cells: tuple[PlannedCell, ...], machine: str) -> list[tuple[str, str | None]]:
    return [(cell.key.birth, cell.key.press) for cell in cells if cell.key.machine == machine]


def test_every_birth_and_every_press_meets_a_scenario_by_default() -> None:
    cells = plan(launcher(*CLI, *WEB, BOOT), [scenario(RESUMES)], "agent", Choice())
    assert {cell.key.birth for cell in cells} == {"cli", "cli.resumes", "web", "web.resumes", "boot.restores"}
    for machine in ("systemd", "namespace"):
        assert {press for _, press in pairs(cells, machine)} == {"cli", "web"}
    assert len(cells) == 5


def met_by(cells: tuple[PlannedCell, ...], first: str, second: str) -> set[tuple[object, object]]:
    """Which values of two factors meet in a cell; a factor is a field of the cell's key or an argument of scenarios."""

    def value(cell: PlannedCell, factor: str) -> object:
        return dict(cell.scenario.choice).get(factor) or getattr(cell.key, factor)

    return {(value(cell, first), value(cell, second)) for cell in cells}


LOSSES = tuple(
    replace(scenario(RESUMES, name=f"s[{lie}-{loss}]"), choice=(("lie", lie), ("loss", loss)))
    for lie, loss in product(("touched", "copied", "opened"), ("server", "machine"))
)
FACTORS = {
    "press": {"cli", "web"},
    "machine": {"systemd", "namespace"},
    "lie": {"touched", "copied", "opened"},
    "loss": {"server", "machine"},
}


@pytest.mark.parametrize(("first", "second"), list(combinations(FACTORS, 2)))
def test_every_two_of_press_machine_and_arguments_meet(first: str, second: str) -> None:
    cells = plan(launcher(*CLI, *WEB, BOOT), LOSSES, "agent", Choice())
    assert met_by(cells, first, second) == set(product(FACTORS[first], FACTORS[second]))


def test_each_variant_is_run_and_each_birth_meets_the_scenario() -> None:
    cells = plan(launcher(*CLI, *WEB, BOOT), LOSSES, "agent", Choice())
    assert {cell.scenario for cell in cells} == set(LOSSES)
    assert {cell.key.birth for cell in cells} == {"cli", "cli.resumes", "web", "web.resumes", "boot.restores"}
    assert len({cell.key for cell in cells}) == len(cells) == 6


def test_what_systemd_runs_gives_birth_on_systemd() -> None:
    unit = Press("unit", Action.STARTS, PressKind.UNIT, ("fleet@{role}.service",))
    cells = plan(launcher(*CLI, *WEB, unit, BOOT), [scenario(RESUMES)], "agent", Choice())
    born = {cell.key.birth for cell in cells if cell.key.machine == "systemd"}
    assert born >= {"web", "web.resumes", "unit", "boot.restores"}


PLANNED = """
from holdfast.config.load import load
from holdfast.fixtures import DEFAULT_LAUNCHER
from holdfast.run.plan import Choice, plan
from holdfast.run.scenarios import scenarios
print(*(cell.key.id for cell in plan(load(DEFAULT_LAUNCHER), scenarios(None), "agent", Choice())))
"""


def test_each_process_of_a_run_makes_the_same_plan() -> None:
    made = set()
    for seed in range(6):
        environment = {**os.environ, "PYTHONHASHSEED": str(seed)}
        done = subprocess.run([sys.executable, "-c", PLANNED], env=environment, capture_output=True, text=True)
        made.add(done.stdout)
    assert len(made) == 1
    assert len(made.pop().split()) == 60


@pytest.mark.parametrize("machine", ["systemd", "namespace"])
def test_what_is_planned_for_one_kind_of_machine_leaves_nothing_to_the_other(machine: str) -> None:
    cells = plan(launcher(*CLI, *WEB), LOSSES, "agent", Choice(machine=machine))
    for first, second in combinations(("press", "lie", "loss"), 2):
        assert met_by(cells, first, second) == set(product(FACTORS[first], FACTORS[second]))
    assert {cell.key.birth for cell in cells} == {"cli", "cli.resumes", "web", "web.resumes"}


def test_all_pairs_of_all_variants_are_planned_when_asked_for() -> None:
    variants = [scenario(RESUMES, name=f"s[{victim}]") for victim in ("agent", "pane", "server")]
    cells = plan(launcher(*CLI, *WEB, BOOT), variants, "agent", Choice(machine="systemd", all_pairs=True))
    assert len({cell.key for cell in cells}) == len(cells) == 3 * 5 * 2


def test_all_pairs_are_planned_when_asked_for() -> None:
    cells = plan(launcher(*CLI, *WEB, BOOT), [scenario(RESUMES)], "agent", Choice(all_pairs=True))
    assert len(pairs(cells, "systemd")) == 5 * 2
    assert len(set(pairs(cells, "systemd"))) == 5 * 2


def test_boots_and_units_are_planned_on_systemd_only() -> None:
    unit = Press("unit", Action.RESUMES, PressKind.UNIT, ("fleet@{role}.service",))
    cells = plan(launcher(*CLI, unit, BOOT), [scenario(RESUMES)], "agent", Choice())
    assert {press for _, press in pairs(cells, "namespace")} == {"cli"}
    assert {birth for birth, _ in pairs(cells, "namespace")} <= {"cli", "cli.resumes"}
    assert {press for _, press in pairs(cells, "systemd")} == {"cli", "unit"}


def test_a_scenario_without_a_press_meets_every_birth() -> None:
    cells = plan(launcher(*CLI), [scenario(None)], "agent", Choice(machine="namespace"))
    assert pairs(cells, "namespace") == [("cli", None), ("cli.resumes", None)]


@pytest.mark.parametrize("press", [STOPS, RESTORES])
def test_a_scenario_whose_press_nobody_declares_is_not_planned(press: frozenset[Action]) -> None:
    assert plan(launcher(*CLI), [scenario(press)], "agent", Choice()) == ()


def test_a_scenario_about_the_service_needs_one() -> None:
    assert plan(launcher(*CLI), [scenario(None, service=True)], "agent", Choice()) == ()
    assert plan(launcher(*CLI, service=True), [scenario(None, service=True)], "agent", Choice())


def needing(*needs: str, promises: tuple[str, ...] = ("mapped",)) -> Scenario:
    return replace(scenario(RESUMES), needs=needs, promises=tuple(map(promise, promises)))


TRUSTING = replace(launcher(*CLI), trusts=("~/.fleet/registry.db",), max_age=600.0)
CARRYING = replace(launcher(*CLI), carries=Carries(watchers=True))


def test_a_scenario_is_planned_only_where_what_it_needs_is_declared() -> None:
    for need, sound in (("trusts", TRUSTING), ("carries", CARRYING)):
        assert plan(launcher(*CLI), [needing(need)], "agent", Choice()) == ()
        assert plan(sound, [needing(need)], "agent", Choice())
    assert plan(TRUSTING, [needing("trusts", "carries")], "agent", Choice()) == ()
    assert plan(replace(launcher(*CLI), carries=Carries()), [needing("carries")], "agent", Choice()) == ()
    assert plan(replace(TRUSTING, max_age=None), [needing("trusts")], "agent", Choice()) == ()


def test_a_promise_that_no_declaration_lets_be_judged_is_not_applicable_with_its_reason() -> None:
    stale, kept = needing("trusts", promises=("mapped", "fresh")), needing("carries", promises=("mapped", "equipped"))
    assert not_applicable(launcher(*CLI), [scenario(RESUMES), stale, kept]) == (
        NotApplicable("equipped", "the launcher declares no `carries`"),
        NotApplicable("fresh", "the launcher declares no `trusts` and no `max_age`"),
    )
    assert not_applicable(replace(TRUSTING, max_age=None), [stale])[0].why == "the launcher declares no `max_age`"
    assert not_applicable(replace(TRUSTING, carries=Carries(folder=True)), [stale, kept]) == ()


def test_a_machine_and_a_launch_path_can_be_chosen() -> None:
    chosen = plan(launcher(*CLI, *WEB), [scenario(RESUMES)], "agent", Choice(machine="namespace", launch_path="web"))
    assert {cell.key.machine for cell in chosen} == {"namespace"}
    assert all("web" in (cell.birth.path, cell.press and cell.press.path) for cell in chosen)


def test_a_path_taken_out_of_the_file_still_has_to_hold() -> None:
    both = union(launcher(*CLI), launcher(*CLI, *WEB))
    assert {press.path for press in both.presses} == {"cli", "web"}


def test_a_press_taken_out_of_a_path_still_has_to_hold() -> None:
    both = union(launcher(CLI[0]), launcher(*CLI))
    assert both.presses == tuple(CLI)


def test_the_head_wins_where_both_declare_a_path() -> None:
    changed = Press("cli", Action.STARTS, PressKind.RUN, ("other", "{role}"))
    assert union(launcher(changed), launcher(*CLI)).presses == (changed, CLI[1])


def test_a_cell_that_is_born_or_pressed_in_a_browser_takes_one() -> None:
    page = Press("page", Action.RESUMES, PressKind.BROWSER, ("http://127.0.0.1/", "[data-role='{role}']"))
    both = [scenario(RESUMES), scenario(None, name="unpressed")]
    cells = plan(launcher(*CLI, page), both, "agent", Choice(machine="namespace", all_pairs=True))
    assert {cell.in_browser for cell in cells} == {True, False}
    assert all(cell.in_browser == ("page" in f"{cell.key.birth} {cell.key.press}") for cell in cells)


def test_dispatched_sessions_meet_their_own_scenarios_and_no_others() -> None:
    mill = tuple(Press("mill", action, PressKind.SDK) for action in (Action.STARTS, Action.RESUMES))
    click, dispatch = scenario(RESUMES), scenario(RESUMES, name="d", dispatched=True)
    found = {cell.key.scenario: cell.key for cell in plan(launcher(*CLI, *mill), [click, dispatch], "agent", Choice())}
    assert (found["d"].press, found["s"].press) == ("mill", "cli")
    cells = plan(launcher(*CLI, *mill), [click, dispatch], "agent", Choice(machine="namespace", all_pairs=True))
    assert {(cell.key.scenario, cell.key.birth, cell.key.press) for cell in cells} == {
        *(("s", birth, "cli") for birth in ("cli", "cli.resumes")),
        *(("d", birth, "mill") for birth in ("mill", "mill.resumes")),
    }
    assert plan(launcher(*CLI), [dispatch], "agent", Choice()) == ()
