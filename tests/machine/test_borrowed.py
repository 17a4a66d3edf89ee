"""What a launcher borrows of the host is in its machines, read-only; without it nothing is shown."""

from pathlib import Path

from holdfast.machines import Holder
from holdfast.model.verdict import Verdict
from tests.machine import small

BORROWS = 'borrows = { "~/.plug-ins/greeting" = "../lent" }\nmachines'
TOML = small.TOML.replace("machines", BORROWS, 1)
START = f"""
        [ "$(cat ~/.plug-ins/greeting/text)" = hello ] && ! touch ~/.plug-ins/greeting/mine || exit 7
        {small.VERBS["start"]}"""


def test_what_is_borrowed_is_in_the_machine_and_cannot_be_changed(holder: Holder, tmp_path: Path) -> None:
    (tmp_path / "lent").mkdir()
    (tmp_path / "lent" / "text").write_text("hello")
    ran = small.run(holder, small.write(tmp_path / "l", TOML, start=START), "resume_click")
    assert (ran.result.verdict, ran.result.reason) == (Verdict.HELD, None), ran.broken
    assert [path.name for path in (tmp_path / "lent").iterdir()] == ["text"]


def test_what_is_not_on_the_host_makes_the_cell_unproven_and_is_named(holder: Holder, tmp_path: Path) -> None:
    file = small.write(tmp_path / "l", TOML)
    ran = small.run(holder, file, "resume_click")
    assert ran.result.verdict is Verdict.UNPROVEN
    assert ran.result.reason == (
        f"{tmp_path}/l/../lent is not on this host, and small is used with it as ~/.plug-ins/greeting: install it "
        f"there, or name another place in {file}:5"
    )
