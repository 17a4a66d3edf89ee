"""A unit is pressed by starting and stopping it. Collected for root only: it takes a systemd machine."""

from pathlib import Path

from holdfast.history.events import Outcome
from holdfast.machines.protocol import Blueprint
from holdfast.model.path import Action, PressKind
from tests.machine.asking import Maker
from tests.machine.test_press import UNIT, press


def test_a_unit_is_started_and_stopped(make: Maker, tmp_path: Path) -> None:
    machine = make(Blueprint(kind="systemd", home=tmp_path, units=(UNIT,)))
    started = press(machine, PressKind.UNIT, "mark@{role}.service")
    assert (started.outcome, started.code, started.refused) == (Outcome.DONE, 0, False)
    assert (machine.root / "run/api").exists()
    press(machine, PressKind.UNIT, "mark@{role}.service", action=Action.STOPS)
    assert not (machine.root / "run/api").exists()


def test_a_unit_that_isnt_there_is_a_refusal(make: Maker, tmp_path: Path) -> None:
    machine = make(Blueprint(kind="systemd", home=tmp_path))
    said = press(machine, PressKind.UNIT, "nowhere@{role}.service")
    assert said.refused
    assert "nowhere@api.service" in said.output
