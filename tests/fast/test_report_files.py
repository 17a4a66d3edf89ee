"""Markdown, JUnit, SARIF and Allure: each from a run, a gate, an empty run and a hostile one."""

import json
from dataclasses import dataclass, replace
from pathlib import Path
from xml.etree import ElementTree

import msgspec
import pytest
from holdfast.reports import allure, junit, markdown, sarif

from holdfast.model.cell import CellKey, CellResult, Obligation
from holdfast.model.charge import launch_path
from holdfast.model.result import RunResult
from holdfast.model.verdict import Verdict
from tests.fast import sample_history, sample_result

HELD = Verdict.HELD
RESULTS = [sample_result.incident(), sample_result.gate(), sample_result.empty(), sample_result.hostile()]


def _markdown(result: RunResult, run: Path) -> str:
    markdown.render(result, run)
    return (run / "summary.md").read_text(encoding="utf-8")


def _junit(result: RunResult, run: Path) -> ElementTree.Element:
    junit.render(result, run)
    return ElementTree.parse(run / "junit.xml").getroot()


def _sarif(result: RunResult, run: Path) -> list[dict[str, object]]:
    sarif.render(result, run)
    log = json.loads((run / "result.sarif").read_bytes())
    assert log["version"] == "2.1.0"
    found: list[dict[str, object]] = log["runs"][0]["results"]
    assert {f["ruleId"] for f in found} == {rule["id"] for rule in log["runs"][0]["tool"]["driver"]["rules"]}
    return found


@dataclass(frozen=True)
class Attached:
    name: str
    source: str


@dataclass(frozen=True)
class Step:
    name: str
    start: int
    stop: int
    attachments: tuple[Attached, ...] = ()


@dataclass(frozen=True)
class Case:
    """What Allure reads of a test result."""

    fullName: str
    uuid: str
    status: str
    start: int = 0
    stop: int = 0
    steps: tuple[Step, ...] = ()
    attachments: tuple[Attached, ...] = ()


def _allure(result: RunResult, run: Path, screen: str = "") -> dict[str, Case]:
    """The test results by full name."""
    sample_history.keep(result, run, screen)
    allure.render(result, run)
    return _cases(run)


def _cases(run: Path) -> dict[str, Case]:
    files = (run / "allure-results").glob("*-result.json")
    return {case.fullName: case for case in (msgspec.json.decode(f.read_bytes(), type=Case) for f in files)}


def test_the_markdown_has_the_verdict_the_fix_and_the_reasons(tmp_path: Path) -> None:
    text = _markdown(sample_result.gate(), tmp_path)
    assert text.startswith(
        "# ❌ incident: broken on systemd\n\n**This fix covers 1 of 3 call sites** (broken to first-fix)"
    )
    assert "| missed | <code>bin/phone:17</code> | broken | broken | api: survives:" in text
    assert "| 4 | the press of \\`web\\` needs a browser" in text


def test_the_markdown_says_what_does_not_apply(tmp_path: Path) -> None:
    assert "\nnot applicable: equipped: the launcher declares no \\`carries\\`\n" in _markdown(
        sample_result.incident(), tmp_path
    )


def test_a_hostile_text_stays_text_in_markdown(tmp_path: Path) -> None:
    text = _markdown(sample_result.hostile(), tmp_path)
    assert "<script" not in text
    assert "<img" not in text
    assert all(line.replace("\\|", "").count("|") in (0, 3, 4, 5, 6) for line in text.splitlines())


@pytest.mark.parametrize("result", RESULTS)
def test_junit_counts_every_planned_cell_once(result: RunResult, tmp_path: Path) -> None:
    root = _junit(result, tmp_path)
    cells = [case for case in root.iter("testcase") if case.get("classname") != "verdict"]
    assert len(cells) == result.planned
    assert int(root.get("tests", "")) == len(root.findall(".//testcase"))


def test_junit_is_not_green_where_every_cell_held_and_the_run_did_not(tmp_path: Path) -> None:
    cell = CellResult(
        CellKey("click", "cli", "cli", "namespace", "agent"), (Obligation("api", "mapped", HELD, ""),), 0.1
    )
    held = replace(sample_result.empty(), verdict=HELD, cells=(cell,), planned=1)
    assert _junit(held, tmp_path).get("errors") == "0"
    unreached = replace(held, verdict=Verdict.UNPROVEN, missing=(("no press reached the call site a.py:7", 1),))
    (error,) = _junit(unreached, tmp_path).iter("error")
    assert error.get("message") == "no press reached the call site a.py:7"
    root = _junit(replace(unreached, allowed=("no press reached",)), tmp_path)
    assert (root.get("errors"), root.get("skipped")) == ("0", "1")
    assert _junit(replace(held, verdict=Verdict.BROKEN), tmp_path).get("failures") == "1"


def test_junit_shows_broken_as_failure_and_unproven_as_error(tmp_path: Path) -> None:
    root = _junit(replace(sample_result.incident(), planned=63), tmp_path)
    assert (root.get("failures"), root.get("errors"), root.get("skipped")) == ("12", "5", "0")
    assert "2 cells of the plan without any result" in [e.get("message") for e in root.iter("error")]


def test_junit_skips_what_was_allowed_to_be_unproven(tmp_path: Path) -> None:
    root = _junit(replace(sample_result.incident(), allowed=("needs a browser",)), tmp_path)
    assert (root.get("errors"), root.get("skipped")) == ("0", "4")


def test_sarif_has_a_finding_for_each_broken_site_at_its_line(tmp_path: Path) -> None:
    found = _sarif(sample_result.incident(), tmp_path)
    places = [json.dumps(f["locations"]) for f in found]
    assert len(found) == 3
    assert any('"dashboard.py"' in place and '"startLine": 42' in place for place in places)
    assert not any("baselineState" in f for f in found)
    assert len({json.dumps(f["partialFingerprints"]) for f in found}) == 3


def test_sarif_says_what_a_gate_missed_and_what_is_gone(tmp_path: Path) -> None:
    found = _sarif(sample_result.gate(), tmp_path)
    assert sorted(str(f["baselineState"]) for f in found) == ["absent", "unchanged", "unchanged"]


def test_sarif_puts_a_launch_path_on_the_configuration(tmp_path: Path) -> None:
    (found,) = _sarif(sample_result.charged_to(launch_path("cli")), tmp_path)
    assert found["locations"] == [{"physicalLocation": {"artifactLocation": {"uri": "holdfast.toml"}}}]


@pytest.mark.parametrize("result", RESULTS[2:])
def test_sarif_stands_for_an_empty_run_and_a_hostile_one(result: RunResult, tmp_path: Path) -> None:
    assert len(_sarif(result, tmp_path)) == (4 if result.cells else 0)


def test_allure_has_a_result_a_cell_and_unproven_is_never_passed(tmp_path: Path) -> None:
    run = sample_result.incident()
    cut = replace(run.cells[4], reason="the machine did not boot", obligations=())
    cells = (*run.cells[:4], cut, *run.cells[5:])
    cases = _allure(replace(run, cells=cells), tmp_path)
    statuses = {cell.key.id: cases[cell.key.id].status for cell in cells}
    assert statuses[cells[0].key.id] == "failed"
    assert statuses[cut.key.id] == "broken"
    assert statuses[cells[-1].key.id] == "skipped"
    assert sum(status == "passed" for status in statuses.values()) == 45


def test_allure_has_steps_with_the_text_of_every_pane_and_the_history(tmp_path: Path) -> None:
    run = sample_result.incident()
    case = _allure(run, tmp_path)[run.cells[0].key.id]
    names = {attached.name for step in case.steps for attached in step.attachments}
    assert {"pane %0 of api", "pane %1 of web", "what a person saw of api", "what the press said"} <= names
    results = tmp_path / "allure-results"
    texts = [(results / a.source).read_text(encoding="utf-8") for step in case.steps for a in step.attachments]
    assert any("Welcome back!" in text for text in texts)
    (history,) = case.attachments
    assert (results / history.source).read_bytes() == (tmp_path / str(run.cells[0].history)).read_bytes()


def test_allure_has_the_page_after_a_click(tmp_path: Path) -> None:
    run = sample_result.incident()
    sample_history.keep(run, tmp_path)
    sample_history.clicked(tmp_path / str(run.cells[0].history))
    allure.render(run, tmp_path)
    (picture,) = (tmp_path / "allure-results").glob("*-attachment.png")
    assert picture.read_bytes() == sample_history.PNG


def test_allure_steps_have_times_within_the_cell(tmp_path: Path) -> None:
    run = sample_result.incident()
    case = _allure(run, tmp_path)[run.cells[0].key.id]
    assert case.stop - case.start == 920
    assert all(case.start <= step.start <= step.stop <= case.stop for step in case.steps)


def test_allure_gives_the_same_again_for_a_kept_run(tmp_path: Path) -> None:
    run = sample_result.gate()
    first = _allure(run, tmp_path)
    names = {file.name for file in (tmp_path / "allure-results").glob("*-attachment.*")}
    allure.render(run, tmp_path)
    assert _cases(tmp_path) == first
    assert {file.name for file in (tmp_path / "allure-results").glob("*-attachment.*")} == names


def test_allure_stands_for_an_empty_run_and_a_hostile_one(tmp_path: Path) -> None:
    assert _allure(sample_result.empty(), tmp_path) == {}
    assert len(_allure(sample_result.hostile(), tmp_path, sample_result.HOSTILE)) == 61
