"""Every known defect is caught by the scenario that is there for it, with the symptom that it has, and the sound
launcher passes the same cell."""

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from fixtures.defects import LAUNCHER, Breach, Defect, DefectError, defects, read
from holdfast.config.load import load
from holdfast.machines import Holder
from holdfast.model.cell import CellResult, Obligation
from holdfast.model.charge import ChargeKind
from holdfast.model.verdict import Verdict
from holdfast.run.cell import Revision
from holdfast.run.scenarios import scenarios
from tests.quality import cells

KNOWN = tuple(defects())
CAUGHT = [pytest.param(defect, cell, id=f"{defect.name}-{cell}") for defect in KNOWN for cell in defect.cells]
Sound = Callable[[Path, str], CellResult]


@pytest.fixture(scope="module")
def sound(holder: Holder, tmp_path_factory: pytest.TempPathFactory) -> Sound:
    """The reference launcher's result in a cell, which is run once."""
    into = tmp_path_factory.mktemp("sound")
    ran: dict[tuple[Path, str], CellResult] = {}

    def result(toml: Path, cell: str) -> CellResult:
        if (toml, cell) not in ran:
            ran[toml, cell] = cells.run(holder, cells.revision(toml), cell, into)
        return ran[toml, cell]

    return result


def changed(defect: Defect, into: Path) -> Revision:
    """The reference launcher with the defect in it."""
    shutil.copytree(LAUNCHER.parent, into, ignore=shutil.ignore_patterns("__pycache__", ".holdfast"))
    subprocess.run(["git", "apply", "--unsafe-paths", defect.patch], cwd=into, check=True)
    return cells.revision(into / defect.launcher.name)


@pytest.mark.parametrize(("defect", "cell"), CAUGHT)
def test_a_defect_is_caught_where_the_sound_launcher_holds(
    defect: Defect, cell: str, holder: Holder, sound: Sound, tmp_path: Path
) -> None:
    launcher = changed(defect, tmp_path / "launcher")
    found = cells.run(holder, launcher, cell, tmp_path / "history")
    assert found.verdict is (Verdict.UNPROVEN if defect.unproven else Verdict.BROKEN)
    assert breaches(found, masked=False) == set(defect.breaks)
    assert breaches(found, masked=True) >= set(defect.follows)
    assert verdicts(found, defect.holds) <= {Verdict.HELD}
    assert charges(found, launcher) == set(defect.charged)
    if defect.unproven is not None:
        assert {o.verdict for o in found.obligations} == {Verdict.UNPROVEN}
        assert all(defect.unproven in o.why for o in found.obligations)
    held = sound(defect.launcher, cell)
    assert (held.verdict, held.reason, breaches(held, masked=False)) == (Verdict.HELD, None, set())


def test_every_scenario_catches_a_defect() -> None:
    caught = {scenario for defect in KNOWN for scenario in defect.scenarios}
    # What needs a declaration that the reference doesn't make has launchers, and defects, of its own.
    reference = load(LAUNCHER)
    asked = {scenario.declared for scenario in scenarios(None) if not any(map(reference.lacks, scenario.needs))}
    assert asked == {name.partition("[")[0] for name in caught}
    for group in ("hard_kill[agent]", "hard_kill[pane]", "hard_kill[server]", "stop[gone]", "stop[live]"):
        assert group in caught
    for lie in ("touched", "copied", "opened", "server]", "machine]"):
        assert any(lie in name for name in caught if name.startswith("misleading_mtime"))


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("Cell: a\nBreaks: api mapped: none\n\n", "a defect has a Cell, a Seen-in"),
        ("Cell: a\nSeen-in: o/r#1\n\n", "either what it Breaks or why it is Unproven"),
        ("Cell: a\nSeen-in: o/r#1\nBreaks: mapped: none\n\n", "must be a role, a promise"),
        ("Cell: a\nSeen-in: o/r#1\nBreaks: api mapped: none\nCells: b\n\n", "no such field: Cells"),
    ],
)
def test_a_defect_that_doesnt_say_what_it_must_is_refused(text: str, why: str, tmp_path: Path) -> None:
    file = tmp_path / "wrong.patch"
    file.write_text(text)
    with pytest.raises(DefectError, match=why):
        read(file)


def breaches(result: CellResult, *, masked: bool) -> set[Breach]:
    return {Breach(o.role, o.promise, str(o.symptom)) for o in _broken(result) if o.masked is masked}


def verdicts(result: CellResult, of: tuple[Breach, ...]) -> set[Verdict]:
    """The verdicts of those promises; a KeyError if one of them was not judged."""
    judged = {(o.role, o.promise): o.verdict for o in result.obligations}
    return {judged[each.role, each.promise] for each in of}


def charges(result: CellResult, launcher: Revision) -> set[str]:
    """Who answers for what is broken and not masked: a call site's file, a launch path, or the launcher."""
    files = {site.id: site.file for site in launcher.sites}
    charged = [o.charged_to for o in _broken(result) if not o.masked and o.charged_to is not None]
    return {files[charge.id] if charge.kind is ChargeKind.SITE else charge.id for charge in charged}


def _broken(result: CellResult) -> list[Obligation]:
    return [o for o in result.obligations if o.verdict is Verdict.BROKEN]
