"""Single cells of a launcher, run by the real runner."""

from pathlib import Path

from holdfast.config.load import load
from holdfast.machines import Holder
from holdfast.model.cell import CellResult
from holdfast.operations.bounds import Bounds
from holdfast.run.cell import Revision, run_cell
from holdfast.run.plan import Choice, plan
from holdfast.run.scenarios import scenarios
from holdfast.sweep import sweep
from tests.standins import standin

ROOT = Path(__file__).resolve().parents[2]
SOON = Bounds(ready=20.0, answer=15.0, back=5.0, press=6.0, save=20.0)
"""A launcher that answers does so within a second: one that never does need not be waited for as by a person. One that
saves by its clock does so within 16 s."""


def revision(toml: Path) -> Revision:
    """The launcher of that holdfast.toml with its call sites."""
    launcher = load(toml)
    units = sorted({unit for pattern in launcher.units for unit in launcher.source.glob(pattern)})
    return Revision(launcher, launcher.source, sweep(launcher.source, units).sites)


def run(holder: Holder, launcher: Revision, cell: str, into: Path) -> CellResult:
    """Run the cell of that id, which is written without its agent. Its history goes to the folder `into`."""
    agent = standin()
    planned = plan(launcher.launcher, scenarios(None), agent.kind, Choice(all_pairs=True))
    (wanted,) = [each for each in planned if each.key.id == f"{cell}--{agent.kind}"]
    into.mkdir(exist_ok=True)
    return run_cell(wanted, launcher, agent, holder, into, SOON)
