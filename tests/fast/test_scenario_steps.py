"""The order of a scenario's steps, where one of them would undo a fault."""

import pytest

from holdfast import World
from holdfast.operations.kill import Kill
from holdfast.operations.mislead import Mislead
from holdfast.operations.power import Reboot
from holdfast.run.scenarios import scenarios
from holdfast.world.world import Operation


class Noted(World):
    """A world in which nothing happens."""

    def __init__(self) -> None:
        self.steps: list[type] = []

    def do(self, operation: Operation) -> None:
        self.steps.append(type(operation))

    def press(self, *roles: str) -> None:
        self.steps.append(type(roles))


@pytest.mark.parametrize(("loss", "steps"), [("server", [Kill, Mislead, tuple]), ("machine", [Mislead, Reboot, tuple])])
def test_no_agent_writes_to_a_conversation_between_the_lie_about_its_time_and_the_press(
    loss: str, steps: list[type]
) -> None:
    """An agent that loses its terminal writes a last record, and its conversation is the newest again."""
    (scenario,) = (one for one in scenarios(None) if one.name == f"misleading_mtime[touched-{loss}]")
    world = Noted()
    scenario.run(world)
    assert world.steps[-3:] == steps
