"""A stop may take its time; it must take effect."""

from pathlib import Path

import pytest

from holdfast.machines import Holder
from tests.machine import small
from tests.machine.stopping import STOPPABLE

LATER = '(sleep 2; exec tmux kill-session -t "=$role") >/dev/null 2>&1 &'


@pytest.mark.parametrize(
    ("stop", "broken"), [(LATER, {}), (":", {("api", "clean"): "still running"})], ids=["later", "never"]
)
def test_a_stop_that_takes_effect_after_it_has_returned(
    holder: Holder, tmp_path: Path, stop: str, broken: dict[tuple[str, str], str]
) -> None:
    assert small.run(holder, small.write(tmp_path / "l", STOPPABLE, stop=stop), "stop[live]").broken == broken
