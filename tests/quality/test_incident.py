"""The incident is broken in exactly the cells in which it should be."""

import subprocess
import sys
from pathlib import Path

import pytest

from holdfast.config.load import load
from holdfast.model.cell import CellKey, CellResult
from holdfast.run import result_json
from holdfast.run.plan import Choice, plan
from holdfast.run.scenarios import scenarios
from tests.quality.expected_incident import FIXED, PHONE, RESTORE, WEB, Loss, differences, expected

LAUNCHER = Path(__file__).resolve().parents[2] / "fixtures/launchers/incident"
pytestmark = pytest.mark.xdist_group("incident")  # one run serves all that stands here
BOUND = 300.0
"""Seconds for a run of all its default pairs; 40 are usual."""


def test_it_is_broken_in_exactly_the_cells_in_which_it_should_be(tmp_path: Path) -> None:
    """The default run of the incident as it happened, from an empty folder."""
    command = [sys.executable, "-m", "holdfast", "verify", "--launcher", str(LAUNCHER)]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=BOUND, check=False)
    assert done.returncode == 1, done.stdout + done.stderr
    broken = result_json.read(tmp_path / ".holdfast/latest")
    assert {cell.key for cell in broken.cells} == set(planned(all_pairs=False))
    assert differences("broken", broken.cells, tuple(site.site for site in broken.sites)) == []


def planned(all_pairs: bool) -> list[CellKey]:
    """The cells of the incident."""
    launcher = load(LAUNCHER / "holdfast.toml")
    return [cell.key for cell in plan(launcher, scenarios(None), "claude-standin", Choice(all_pairs=all_pairs))]


@pytest.mark.parametrize("all_pairs", [False, True])
def test_every_site_answers_for_something_and_every_birth_is_hit(all_pairs: bool) -> None:
    """A rule that expected nothing would agree with a run that finds nothing."""
    wanted = {key: expected("broken", key) for key in planned(all_pairs)}
    assert {loss.file for losses in wanted.values() for loss in losses} == {WEB, PHONE, RESTORE}
    assert {key.birth for key, losses in wanted.items() if losses} == {key.birth for key in wanted}
    assert {loss.role for losses in wanted.values() for loss in losses} == {"api", "web"}
    assert not all(wanted.values())


def test_a_fix_takes_out_the_losses_of_its_own_site_and_no_other() -> None:
    for key in planned(all_pairs=True):
        for tag, fixed in FIXED.items():
            assert expected(tag, key) == {loss for loss in expected("broken", key) if loss.file not in fixed}
        assert expected("fixed", key) == set()


@pytest.mark.parametrize(
    ("cell", "losses"),
    [
        (("resume_click", "phone", "dashboard"), {("api", PHONE), ("web", PHONE)}),
        (("resume_click", "dashboard.resumes", "phone"), {("api", WEB), ("web", WEB)}),
        (("hard_kill[pane]", "boot.restores", "phone"), {("web", RESTORE)}),
        (("hard_kill[server]", "phone", "phone"), set()),
        (("reboot", "phone", "dashboard"), {("api", RESTORE), ("web", RESTORE)}),
        (("reboot", "phone", "boot.restores"), set()),
        (("misleading_mtime[copied-machine]", "dashboard", "phone"), {("api", RESTORE), ("web", RESTORE)}),
        (("misleading_mtime[copied-server]", "dashboard", "phone"), set()),
        (("service_restart", "dashboard", None), set()),
    ],
)
def test_the_rule_reads_so(cell: tuple[str, str, str | None], losses: set[tuple[str, str]]) -> None:
    key = CellKey(*cell, machine="systemd", agent="claude-standin")
    assert expected("broken", key) == {Loss(role, "survives", "unit stopped", file) for role, file in losses}


def test_a_cell_that_did_not_run_is_a_difference() -> None:
    key = CellKey("service_restart", "phone", None, "systemd", "claude-standin")
    assert differences("broken", (CellResult(key, (), 0.0, reason="the machine did not boot"),), ()) == [
        f"{key.id}: unproven, the machine did not boot; expected nothing broken"
    ]
