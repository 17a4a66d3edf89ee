"""A launcher's prepared source is there whole or not at all, whatever became of the run that made it."""

from pathlib import Path

from holdfast.config.load import load
from holdfast.machines import Holder
from holdfast.run.source import ready
from tests.machine.interrupting import small_launcher


def test_a_copy_that_a_killed_run_left_half_made_is_made_anew(holder: Holder, tmp_path: Path) -> None:
    (tmp_path / "launcher").mkdir()
    launcher = load(small_launcher(tmp_path / "launcher", ("namespace",)))
    made = ready(launcher, holder, tmp_path / "prepared")
    made.rename(half := made.with_name(f"{made.name}.partial"))
    (half / "launcher").unlink()
    assert ready(launcher, holder, tmp_path / "prepared") == made
    assert (made / "launcher").is_file()
    assert not half.exists()
