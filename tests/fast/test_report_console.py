"""The terminal: the verdict first, progress without noise."""

from dataclasses import replace
from pathlib import Path

import pytest
from holdfast.reports import console

from holdfast.model import digest
from holdfast.model.result import RunResult
from tests.fast import sample_result


def _progress(result: RunResult, tty: bool) -> list[str]:
    written: list[str] = []
    progress = console.Progress(result.planned, written.append, tty)
    for cell in result.cells:
        progress.cell(cell)
    progress.close()
    return written


def test_the_verdict_stands_first(tmp_path: Path) -> None:
    said = console.summary(sample_result.incident(), tmp_path, colour=False)
    assert said.startswith("broken on systemd: 12 of 61 cells broken, 4 unproven, 45 held, in 41.3 s\n")


def test_a_gate_names_file_and_line_of_each_missed_call_site(tmp_path: Path) -> None:
    said = console.summary(sample_result.gate(), tmp_path, colour=False)
    assert "This fix covers 1 of 3 call sites\n" in said
    fix = said.split("This fix covers")[1].split("\n\n")[0]
    assert "missed   bin/phone:17     broken to broken" in fix
    assert "missed   restore.py:23    broken to broken" in fix
    assert fix.count("which the press") == 2
    assert "covered  dashboard.py:42  broken to held" in fix


def test_broken_promises_are_grouped_with_an_example(tmp_path: Path) -> None:
    said = console.summary(sample_result.incident(), tmp_path, colour=False)
    assert said.count("Broken: survives, unit stopped. For api:") == 1
    assert "phone:17     4 cells  such as resume_click--phone--dashboard--systemd--claude-standin" in said
    assert "mapped" not in said, "masked obligations are not told"


def test_what_is_unproven_has_its_reason_and_number(tmp_path: Path) -> None:
    said = console.summary(replace(sample_result.incident(), planned=70), tmp_path, colour=False)
    assert f"4 x  {sample_result.NO_BROWSER}" in said
    assert "9 x  planned, but no result came of it" in said


def test_a_promise_that_does_not_apply_has_a_line_of_its_own(tmp_path: Path) -> None:
    said = console.summary(sample_result.incident(), tmp_path, colour=False)
    assert f"\nnot applicable: equipped: {sample_result.NO_CARRIES}\n" in said
    assert "not applicable" not in console.summary(sample_result.empty(), tmp_path, colour=False)


def test_an_empty_run_is_said_to_be_one(tmp_path: Path) -> None:
    said = console.summary(sample_result.empty(), tmp_path, colour=False)
    assert said.startswith("unproven: no cell was planned")


def test_no_line_is_wider_than_the_page_and_nothing_steers_the_terminal() -> None:
    said = console.summary(sample_result.hostile(), Path("run"), colour=False)
    assert "\x1b" not in said
    assert "\u202e" not in said
    own = console.summary(sample_result.gate(), Path("run"), colour=False)
    assert max(map(len, own.splitlines())) <= console.WIDTH


def test_colour_is_for_terminals_and_no_color_wins(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    assert "\x1b[31mbroken\x1b[0m" in console.summary(sample_result.gate(), Path("run"), colour=True)
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b" not in console.summary(sample_result.gate(), Path("run"), colour=True)


def test_a_log_gets_a_line_a_tenth_and_one_when_it_gets_worse() -> None:
    written = _progress(sample_result.incident(), tty=False)
    assert written[0].endswith("--dashboard--systemd--claude-standin: api: survives: unit stopped\n")
    assert written[-1].startswith("61/61")
    assert len(written) <= 13


def test_a_terminal_keeps_one_line_and_is_left_clean(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "60")
    written = _progress(sample_result.incident(), tty=True)
    assert all(line.startswith("\r\x1b[2K") and "\n" not in line for line in written)
    assert max(map(len, written)) <= 60 + len("\r\x1b[2K")
    assert written[-1] == "\r\x1b[2K"


def test_the_summary_is_kept(tmp_path: Path) -> None:
    console.render(sample_result.gate(), tmp_path)
    assert (tmp_path / "summary.txt").read_text(encoding="utf-8").startswith("broken on systemd")


def test_sites_of_one_line_are_told_apart() -> None:
    result = sample_result.incident()
    first, *rest = result.sites
    again = replace(first, site=replace(first.site, id="again", argv=(*first.site.argv[:-1], "respawn-pane", "-k")))
    shown = [digest.symbol(replace(result, sites=(first, again, *rest)), one.site) for one in (first, again, *rest)]
    assert shown[1] == f"{first.site.symbol}: respawn-pane"
    assert shown[2:] == [one.site.symbol for one in rest]
    assert digest.symbol(result, first.site) == first.site.symbol
