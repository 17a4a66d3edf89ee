"""A reboot is over when what the boot started has come up."""

from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest

from holdfast.agents.protocol import Outfit
from holdfast.history.record import Recorder
from holdfast.machines.protocol import Machine
from holdfast.model.seen import LiveAgent, Observation, ProcessId
from holdfast.operations.bounds import USUAL
from holdfast.operations.power import Reboot
from holdfast.operations.stage import Setting, Stage
from holdfast.witnesses.changes import Changes

STARTING = LiveAgent(ProcessId(10, 100), "", "")
UP = LiveAgent(ProcessId(10, 100), "07907550-2ae3-4aa6-adea-2d73b264aad6", "/home/dev")


class Rebooted(Stage):
    """Sees one of `sights` after the other, the last one for ever; a change comes `changes` times."""

    def __init__(self, file: Path, changes: int, *sights: tuple[LiveAgent, ...]) -> None:
        setting = SimpleNamespace(bounds=USUAL, launcher=SimpleNamespace(name="fleet", agent="claude"), sites=())
        machine = SimpleNamespace(boot_id="1", run=file.parent, off=lambda: None, boot=lambda: None)
        super().__init__(cast(Setting, setting), Outfit(file), cast(Machine, machine), Recorder(file))
        self.sights = list(sights)
        self.left = changes

    def look(self, texts: bool = False) -> Observation:  # noqa: ARG002  (the stage's)
        return Observation("1", agents=self.sights[0] if len(self.sights) == 1 else self.sights.pop(0))

    def changes(self) -> AbstractContextManager[Changes]:
        return nullcontext(cast(Changes, SimpleNamespace(wait=self.change)))

    def change(self, until: float) -> bool:  # noqa: ARG002  (the changes')
        self.left -= 1
        return self.left >= 0

    def note_launches(self) -> None:
        """Nothing is traced."""


@pytest.mark.parametrize(
    ("sights", "unused_changes"),
    [(((),), 5), (((), (UP,)), 5), (((), (STARTING,), (STARTING, UP), (UP,)), 3), (((), (STARTING,)), -1)],
)
def test_a_reboot_waits_until_every_agent_that_runs_holds_a_conversation(
    tmp_path: Path, sights: tuple[tuple[LiveAgent, ...], ...], unused_changes: int
) -> None:
    """The first sight is that before the reboot. One that never comes up is waited for until the bound, and no longer:
    that is the launcher's matter."""
    stage = Rebooted(tmp_path / "history", 5, *sights)
    Reboot().do(stage)
    stage.recorder.close()
    assert stage.left == unused_changes
