"""The reference launcher holds with every agent that is installed: a launcher can't tell them apart.

The stand-in always is, in each of its versions. The real one is where HOLDFAST_CLAUDE or PATH lead to it.
"""

from pathlib import Path

import pytest

from holdfast.agents import Agent
from holdfast.config.load import load
from holdfast.machines import Holder
from holdfast.model.verdict import Verdict
from holdfast.run.cell import Revision, run_cell
from holdfast.run.plan import Choice, plan
from holdfast.run.scenarios import scenarios
from holdfast.sweep import sweep
from tests.machine.test_agents_conform import installed
from tests.standins import standin

LAUNCHER = Path(__file__).resolve().parents[2] / "fixtures" / "launchers" / "reference" / "holdfast.toml"


@pytest.mark.parametrize("scenario", ["resume_click", "hard_kill[server]", "misleading_mtime[opened-server]"])
@pytest.mark.parametrize("agent", [*installed(), standin("2.1.329")], ids=lambda agent: agent.kind)
def test_the_reference_holds_with_every_installed_agent(
    agent: Agent, scenario: str, holder: Holder, tmp_path: Path
) -> None:
    launcher = load(LAUNCHER)
    chosen = [one for one in scenarios(None) if one.name == scenario]
    cell = plan(launcher, chosen, agent.kind, Choice("namespace"))[0]
    result = run_cell(cell, Revision(launcher, launcher.source, sweep(launcher.source).sites), agent, holder, tmp_path)
    assert result.reason is None
    assert [o for o in result.obligations if o.verdict is not Verdict.HELD] == []
    assert {o.role for o in result.obligations} == {"api", "web"}
