"""A kept run is judged again from its histories and rendered again; what was damaged is refused, what was tampered with
is seen."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.machine import small
from tests.machine.command_line import Said, assert_refused, cells, holdfast

CELL = "resume_click--cli--cli--namespace--claude-standin"
HISTORY = f"history/{CELL}.jsonl"
Damage = Callable[[Path], None]


@pytest.fixture(scope="module")
def launcher(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a launcher, with a run of two of its cells."""
    folder = tmp_path_factory.mktemp("launcher")
    small.write(folder)
    said = cells(folder, "-k", "resume_click")
    assert "2 passed" in said.text, said.text
    return folder


@pytest.fixture
def run(launcher: Path, tmp_path: Path) -> Path:
    """A copy of that run, as if it had been made there."""
    made = (launcher / ".holdfast/latest").resolve()
    copy = shutil.copytree(made, tmp_path / ".holdfast/kept")
    summary = copy / "summary.txt"
    summary.write_text(summary.read_text().replace(str(made), str(copy)))
    return copy


def verdicts(run: Path) -> dict[str, str]:
    return {cell["id"]: cell["verdict"] for cell in json.loads((run / "result.json").read_bytes())["cells"]}


def rendered(run: Path) -> dict[str, bytes]:
    """Every file of a run whose name doesn't change from one rendering to the next."""
    return {
        str(file.relative_to(run)): file.read_bytes()
        for file in sorted(run.rglob("*"))
        if file.is_file() and not file.name.endswith("-result.json")
    }


@pytest.mark.parametrize("command", ["recheck", "report"])
@pytest.mark.parametrize("named", ["kept", ".holdfast/kept", "latest"], ids=["by name", "by folder", "as latest"])
def test_a_kept_run_gives_the_same_verdict_and_the_same_reports(run: Path, command: str, named: str) -> None:
    (run.parent / "latest").symlink_to("kept")
    before = rendered(run)
    results = len(list(run.glob("allure-results/*-result.json")))
    said = holdfast(run.parents[1], command, named)
    assert said.code == 3, "11 of 13 cells were planned and did not run"
    assert "11 of 13 cells unproven, 2 held" in said.text
    assert rendered(run) == before
    assert len(list(run.glob("allure-results/*-result.json"))) == results
    assert verdicts(run)[CELL] == "held"


def test_reports_that_were_lost_are_rendered_again(run: Path) -> None:
    before = rendered(run)
    for name in ("index.html", "summary.md", "result.sarif", "junit.xml"):
        (run / name).unlink()
    shutil.rmtree(run / "allure-results")
    holdfast(run.parents[1], "report", "kept")
    assert rendered(run) == before


def edit(run: Path, change: Callable[[dict[str, object]], object]) -> None:
    """Change every final asking in the history."""
    file = run / HISTORY
    events = [json.loads(line) for line in file.read_text().splitlines()]
    changed = [event for event in events if event["event"] == "Asked" and event["final"] and change(event) is None]
    assert changed
    file.write_text("".join(json.dumps(event) + "\n" for event in events))


@pytest.mark.parametrize(
    ("key", "value", "symptom"),
    [
        ("proof", "0" * 32, "copied or changed conversation"),
        ("session", "11111111-2222-3333-4444-555555555555", "nobody's"),
        ("proof", None, "none"),
    ],
    ids=["another proof", "another session", "no proof"],
)
def test_a_history_that_was_tampered_with_is_broken(run: Path, key: str, value: str | None, symptom: str) -> None:
    edit(run, lambda event: event.update({key: value}))
    said = holdfast(run.parents[1], "recheck", "kept")
    assert said.code == 1, said.text
    assert symptom in said.text
    assert verdicts(run)[CELL] == "broken"


def test_a_history_that_was_cut_in_the_middle_shows_nothing(run: Path) -> None:
    file = run / HISTORY
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])
    said = holdfast(run.parents[1], "recheck", "kept")
    assert said.code == 3, said.text
    assert "the history stops before its end" in said.text
    assert "Traceback" not in said.text
    assert verdicts(run)[CELL] == "unproven"


def cut_front(file: Path) -> None:
    file.write_text("".join(file.read_text().splitlines(keepends=True)[1:]))


def cut_line(file: Path) -> None:
    lines = file.read_text().splitlines(keepends=True)
    lines[4] = lines[4][:40] + "\n"
    file.write_text("".join(lines))


def of_another_cell(file: Path) -> None:
    shutil.copyfile(file.with_name(file.name.replace("--cli--cli--", "--cli.resumes--cli--")), file)


def a_folder(file: Path) -> None:
    file.unlink()
    file.mkdir()


def empty(file: Path) -> None:
    file.write_bytes(b"")


def binary(file: Path) -> None:
    file.write_bytes(bytes(range(256)) * 4)


def truncated(file: Path) -> None:
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])


def of_wrong_type(file: Path) -> None:
    result = json.loads(file.read_bytes())
    result["cells"][0]["verdict"] = "splendid"
    file.write_text(json.dumps(result))


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (Path.unlink, "No such file"),
        (a_folder, "Is a directory"),
        (empty, ":1: the history doesn't begin with what was planned"),
        (binary, ":1: not an event of a history"),
        (cut_front, ":1: the history doesn't begin with what was planned"),
        (cut_line, ":5: not an event of a history"),
        (of_another_cell, ":1: this is the history of resume_click--cli.resumes--cli"),
    ],
)
def test_a_damaged_history_is_refused(run: Path, damage: Damage, said: str) -> None:
    before = (run / "result.json").read_bytes()
    damage(run / HISTORY)
    assert_refused(holdfast(run.parents[1], "recheck", "kept"), str(HISTORY), said, "Run it again")
    assert (run / "result.json").read_bytes() == before


@pytest.mark.parametrize("command", ["recheck", "report"])
@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (Path.unlink, "no result can be read here (No such file or directory)"),
        (a_folder, "no result can be read here (Is a directory)"),
        (empty, "not a result of holdfast"),
        (binary, "not a result of holdfast"),
        (truncated, "not a result of holdfast"),
        (of_wrong_type, "Invalid enum value 'splendid' - at `$.cells[0].verdict`"),
    ],
)
def test_a_damaged_result_is_refused(run: Path, command: str, damage: Damage, said: str) -> None:
    damage(run / "result.json")
    assert_refused(holdfast(run.parents[1], command, "kept"), f"{run}/result.json: ", said)


@pytest.mark.parametrize("command", ["recheck", "report"])
def test_a_run_that_isnt_there_is_refused(tmp_path: Path, command: str) -> None:
    said: Said = holdfast(tmp_path, command, "nope")
    assert_refused(said, f"{tmp_path}/.holdfast/nope", "no result can be read here", "Name a run's folder")
    assert not list(tmp_path.iterdir())
