"""The launchers that holdfast brings along: whole, executable, and broken in the places that are named."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from holdfast.config import load

LAUNCHERS = Path(__file__).resolve().parents[2] / "fixtures" / "launchers"
INCIDENT = LAUNCHERS / "incident"
SITES = ("worker/web.py", "worker/phone.sh", "worker/restore.py")
TAGS = ("broken", "first-fix", "second-fix", "fixed")


def git(repository: Path, *arguments: str) -> str:
    environment = {"PATH": os.environ["PATH"], "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
    argv = ["git", "-C", str(repository), *arguments]
    return subprocess.run(argv, env=environment, check=True, capture_output=True, text=True).stdout


def make_history(source: Path, into: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["./make-history", str(into)], cwd=source, capture_output=True, text=True)


@pytest.fixture(scope="module")
def history(tmp_path_factory: pytest.TempPathFactory) -> Path:
    into = tmp_path_factory.mktemp("history") / "desk"
    made = make_history(INCIDENT, into)
    assert made.returncode == 0, made.stderr
    return into


@pytest.mark.parametrize("name", ["reference", "incident", "tmuxp", "dispatcher"])
def test_a_launcher_has_a_configuration_that_is_accepted(name: str) -> None:
    assert load(LAUNCHERS / name / "holdfast.toml").name


@pytest.mark.parametrize(
    "program",
    [
        *(
            "reference/bin/fleet",
            "reference/bin/attach",
            "reference/bin/menu",
            "reference/hooks/tell",
            "incident/make-history",
        ),
        *("tmuxp/install.sh", "tmuxp/load"),
        *("dispatcher/dispatch", "dispatcher/install.sh"),
        *(f"incident/bin/{name}" for name in ("attach", "phone", "restore", "worker")),
        *(f"incident/{site}" for site in (*SITES, "worker/conversation.py")),
    ],
)
def test_a_program_is_executable_and_names_its_interpreter(program: str) -> None:
    path = LAUNCHERS / program
    assert os.access(path, os.X_OK)
    assert path.read_text(encoding="utf-8").startswith("#!")


def test_a_tag_stands_for_each_state_of_the_incident_in_order(history: Path) -> None:
    commits = git(history, "log", "--reverse", "--format=%H").split()
    assert [git(history, "rev-parse", tag).strip() for tag in TAGS] == commits


def test_the_history_is_the_same_wherever_it_is_built(history: Path, tmp_path: Path) -> None:
    source = shutil.copytree(INCIDENT, tmp_path / "installed")
    (source / "worker" / "__pycache__").mkdir(exist_ok=True)
    (source / "worker" / "__pycache__" / "conversation.cpython-311.pyc").write_bytes(b"compiled on installation")
    again = tmp_path / "again"
    made = make_history(source, again)
    assert made.returncode == 0, made.stderr
    assert git(again, "rev-parse", "fixed") == git(history, "rev-parse", "fixed")


def test_the_folder_itself_is_the_broken_state(history: Path) -> None:
    git(history, "checkout", "--quiet", "broken")
    names = git(history, "ls-files", "-z").split("\0")[:-1]
    kept = [path for path in INCIDENT.rglob("*") if path.is_file() and not {"__pycache__", ".holdfast"} & {*path.parts}]
    assert sorted(names) == sorted(str(path.relative_to(INCIDENT)) for path in kept)
    assert all((history / name).read_bytes() == (INCIDENT / name).read_bytes() for name in names)


@pytest.mark.parametrize("number, site", list(enumerate(SITES, start=1)))
def test_a_fix_touches_one_place_only(history: Path, number: int, site: str) -> None:
    changed = git(history, "diff", "--numstat", TAGS[number - 1], TAGS[number]).split()
    added, removed, file = changed
    assert (int(added), int(removed), file) == (2, 1, site)


@pytest.mark.parametrize("fixed", range(len(TAGS)))
def test_as_many_places_launch_outside_of_their_unit_as_were_fixed(history: Path, fixed: int) -> None:
    texts = [git(history, "show", f"{TAGS[fixed]}:{site}") for site in SITES]
    launches = [line for text in texts for line in text.splitlines() if "new-session" in line]
    assert ["--scope" in launch for launch in launches] == [True] * fixed + [False] * (len(SITES) - fixed)


def test_a_folder_that_is_not_empty_is_refused(tmp_path: Path) -> None:
    (tmp_path / "mine").write_text("kept", encoding="utf-8")
    made = make_history(INCIDENT, tmp_path)
    assert made.returncode == 1
    assert "is not empty" in made.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["mine"]
