"""The reference launcher holds with every agent that is installed: a launcher can't tell them apart.

The stand-in always is. The real one is where HOLDFAST_CLAUDE, PATH or .holdfast/agents lead to it.
"""

from pathlib import Path

import pytest

from holdfast.agents import find
from holdfast.config.load import load
from holdfast.machines import Holder
from holdfast.model.verdict import Verdict
from holdfast.run.cell import Revision, run_cell
from holdfast.run.plan import Choice, plan
from holdfast.run.scenarios import scenarios
from holdfast.sweep import sweep
from tests.machine.test_agents_conform import STANDIN, installed

LAUNCHER = STANDIN.parents[1] / "launchers" / "reference" / "holdfast.toml"


@pytest.mark.parametrize("scenario", ["resume_click", "hard_kill[server]"])
@pytest.mark.parametrize("kind", installed())
def test_the_reference_holds_with_every_installed_agent(
    kind: str, scenario: str, holder: Holder, tmp_path: Path
) -> None:
    launcher, agent = load(LAUNCHER), find(kind, STANDIN)
    chosen = [one for one in scenarios(None) if one.name == scenario]
    cell = plan(launcher, chosen, agent.kind, Choice("namespace"))[0]
    result = run_cell(cell, Revision(launcher, launcher.source, sweep(launcher.source).sites), agent, holder, tmp_path)
    assert result.reason is None
    assert [o for o in result.obligations if o.verdict is not Verdict.HELD] == []
    assert {o.role for o in result.obligations} == {"api", "web"}
