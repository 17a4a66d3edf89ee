"""Bad input is refused with file, line, what and why: no traceback, no hang, and never a verdict."""

import subprocess
from pathlib import Path

import pytest

from tests.machine import bad_input, small
from tests.machine.command_line import assert_failed, assert_refused, cells, holdfast

OF_EACH_KIND = (
    *("a wrong key", "a role with a space", "a broken module", "an unknown agent", "an undeclared launch path"),
    *("no repository", "a `prepare` that fails", "a `history` that fails"),
)


@pytest.fixture
def at(tmp_path: Path) -> Path:
    """A folder with a sound launcher."""
    (tmp_path / "scenarios").mkdir()
    small.write(tmp_path)
    return tmp_path


def git(at: Path, *arguments: str) -> None:
    identity = ("-c", "user.name=me", "-c", "user.email=me@example.com")
    subprocess.run(("git", *identity, *arguments), cwd=at, check=True, capture_output=True)


@pytest.mark.parametrize("name", bad_input.ALL)
def test_the_command_line_refuses(at: Path, name: str) -> None:
    mistake = bad_input.ALL[name]
    mistake.put(at)
    assert_refused(holdfast(at, *mistake.arguments), *(part.replace("{at}", str(at)) for part in mistake.said))
    assert not list(at.glob(".holdfast/*/result.json"))


@pytest.mark.parametrize("workers", [(), ("-n2",)], ids=["alone", "with two workers"])
@pytest.mark.parametrize("name", OF_EACH_KIND)
def test_pytest_has_a_failing_item_that_says(at: Path, name: str, workers: tuple[str, ...]) -> None:
    mistake = bad_input.ALL[name]
    mistake.put(at)
    options = tuple(argument.replace("--", "--holdfast-", 1) for argument in mistake.arguments[1:])
    said = cells(at, *workers, *options)
    assert_failed(said, *(part.replace("{at}", str(at)) for part in mistake.said))


@pytest.mark.parametrize("side", ["base", "head"])
def test_a_revision_that_does_not_exist_is_named_with_those_that_do(at: Path, side: str) -> None:
    git(at, "init", "-q", "-b", "main")
    git(at, "add", "launcher", "holdfast.toml")
    git(at, "commit", "-qm", "one")
    revisions = {"base": "main", "head": "main", side: "nope"}
    options = [f"--{name}={revision}" for name, revision in revisions.items()]
    said = f"revision 'nope' does not exist in {at}"
    assert_refused(holdfast(at, "gate", *options), said, "There are: main")
    assert_failed(cells(at, *(option.replace("--", "--holdfast-") for option in options)), said, "There are: main")


@pytest.mark.parametrize("workers", ["0", "-3", "many"])
def test_a_number_of_workers_that_is_none_is_refused(at: Path, workers: str) -> None:
    assert_refused(holdfast(at, "verify", f"--workers={workers}"), "no number of workers", "above 0")


def test_a_machine_kind_that_is_none_is_refused(at: Path) -> None:
    assert_refused(holdfast(at, "verify", "--machine=docker"), "invalid choice: 'docker'", "namespace")


def test_a_result_that_cannot_be_copied_is_said_and_the_run_is_kept(at: Path) -> None:
    bad_input.toml('["sh", "launcher", "start"', '["no-such-program"')(at)
    said = holdfast(at, "verify", "--json=gone/result.json")
    assert_refused(said, "--json gone/result.json can't be written: No such file or directory")
    assert len(list(at.glob(".holdfast/2*/result.json"))) == 1
