"""`holdfast doctor --session ID`: its exit code for scripts, its defaults, and the questions that it refuses."""

from pathlib import Path

import pytest

from holdfast.agents.resume import look
from holdfast.agents.resume.question import QuestionError, question
from holdfast.cli import main
from tests.fast.resume_world import ID, World, make_world


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    """A person's login: nothing of the one that runs the tests is looked at."""
    made = make_world(tmp_path)
    monkeypatch.setattr(look, "PROC", made.proc)
    monkeypatch.setenv("HOME", str(made.home))
    monkeypatch.setenv("PWD", str(made.work))
    monkeypatch.delenv("CLAUDE_CONFIG_DIR", raising=False)
    monkeypatch.chdir(made.work)
    return made


def test_0_says_that_it_would_be_resumed(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    world.say()
    assert main(["doctor", "--session", ID]) == 0
    assert capsys.readouterr().out.startswith(f"{ID}: would be resumed\n")


def test_1_says_that_it_would_not_and_why(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    world.say()
    assert main(["doctor", "--session", ID, "--cwd", str(world.home)]) == 1
    said = capsys.readouterr().out
    assert said.startswith(f"{ID}: would not be resumed: tracked under another cwd\n")
    assert f"    do         cd {world.work} && claude --resume {ID}\n" in said


@pytest.mark.parametrize("given", ["", "msg_01AbC", "0f5a1c9e", f"{ID}.jsonl", f"/x/{ID}", "the api session"])
def test_2_says_that_this_is_no_session_id(world: World, capsys: pytest.CaptureFixture[str], given: str) -> None:
    world.say()
    assert main(["doctor", f"--session={given}"]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert "is no session id" in said.err
    assert "session_id from the result of a turn that succeeded" in said.err


def test_3_says_that_nothing_is_proven(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    world.expected().mkdir(parents=True)
    assert main(["doctor", "--session", ID]) == 3
    said = capsys.readouterr().out
    assert said.startswith(f"{ID}: undetermined: ")
    assert f"not read   {world.expected()}: it is no regular file" in said


@pytest.mark.parametrize(
    "arguments, said",
    [
        (("--session", ID, "--cwd", "/nowhere"), "--cwd /nowhere is no folder here"),
        (("--session", ID, "--also", "/nowhere"), "--also /nowhere is not there"),
        (("--cwd", "/"), "with --session ID"),
        (("--config-dir", "/"), "with --session ID"),
        (("--also", "/"), "with --session ID"),
    ],
)
def test_2_says_what_else_is_wrong_with_the_question(
    world: World, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], said: str
) -> None:
    assert main(["doctor", *arguments]) == 2
    assert said in capsys.readouterr().err
    assert world.home.is_dir()


def test_the_config_dir_is_the_one_given_then_the_logins_then_the_usual_one(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = world.root / "mine"
    world.say(world.project(config=config) / f"{ID}.jsonl")
    assert main(["doctor", "--session", ID]) == 1
    assert main(["doctor", "--session", ID, "--config-dir", str(config)]) == 0
    monkeypatch.setenv("CLAUDE_CONFIG_DIR", str(config))
    assert main(["doctor", "--session", ID]) == 0
    assert main(["doctor", "--session", ID, "--config-dir", str(world.config)]) == 1


def test_more_places_can_be_named_more_than_once(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    config = world.root / "vol"
    world.say(world.project(config=config) / f"{ID}.jsonl")
    main(["doctor", "--session", ID, "--also", str(world.work), "--also", str(config)])
    assert "written under another config dir or volume (seen)" in capsys.readouterr().out


def test_the_current_folder_goes_by_the_shells_name_if_that_is_true(world: World) -> None:
    link = world.home / "link"
    link.symlink_to(world.work)
    told = {"HOME": str(world.home), "PWD": str(link)}
    assert question(ID, cwd=None, config=None, also=(), environment=told).cwd == link
    for untrue in (str(world.home), "link", ""):
        told["PWD"] = untrue
        assert question(ID, cwd=None, config=None, also=(), environment=told).cwd == world.work


def test_relative_paths_are_from_here(world: World) -> None:
    asked = question(ID, cwd=Path(), config=Path("../c"), also=(Path(".."),), environment={"HOME": "/h"})
    assert (asked.cwd, asked.config, asked.also) == (world.work, world.home / "c", (world.home,))


def test_a_refusal_is_an_error_of_its_own() -> None:
    with pytest.raises(QuestionError):
        question("x", cwd=None, config=None, also=(), environment={})
