"""A conversation that is on disk, and not where the agent looks: for each cause what must give it, and a near miss."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from holdfast.agents.folders import encoded
from holdfast.agents.resume.causes import Cause, Proof
from holdfast.agents.resume.diagnosis import Outcome
from holdfast.agents.resume.worktrees import worktrees
from tests.fast.resume_world import ID, World, make_world


@pytest.fixture
def world(tmp_path: Path) -> World:
    return make_world(tmp_path)


def test_a_conversation_where_the_agent_looks_would_be_resumed(world: World) -> None:
    path = world.say()
    answer = world.ask()
    assert (answer.outcome, answer.causes, answer.diagnosis.warnings) == (Outcome.RESUMABLE, [], ())
    assert f"{ID}: would be resumed\n" in answer.text
    assert f"looked at  {path}: {path.stat().st_size} bytes" in answer.text


@pytest.mark.parametrize("kind", ["user", "assistant", "attachment", "system"])
def test_one_message_of_any_kind_is_a_conversation(world: World, kind: str) -> None:
    world.say(type=kind)
    assert world.ask().outcome is Outcome.RESUMABLE


def test_a_cwd_behind_a_symbolic_link_is_the_real_one(world: World) -> None:
    world.say()
    link = world.home / "link"
    link.symlink_to(world.work)
    answer = world.ask(cwd=link)
    assert answer.outcome is Outcome.RESUMABLE
    assert f"from {link}, which is {world.work}" in answer.text


def test_another_config_dir_of_the_same_person_is_found(world: World) -> None:
    path = world.say()
    asked = world.home / "other"
    answer = world.ask(config=asked)
    (finding,) = answer.diagnosis.findings
    assert (answer.outcome, finding.cause, finding.proof) == (Outcome.LOST, Cause.OTHER_CONFIG, Proof.SEEN)
    assert finding.at == str(path)
    assert finding.next == f"env -u CLAUDE_CONFIG_DIR claude --resume {ID}"
    assert str(asked / "projects" / encoded(str(world.work)) / f"{ID}.jsonl") in answer.text


def test_a_config_dir_on_a_volume_is_found_below_what_is_named(world: World) -> None:
    config = world.root / "volumes/one/_data"
    path = world.say(world.project(config=config) / f"{ID}.jsonl")
    assert world.ask().causes == [Cause.NEVER_WRITTEN]
    answer = world.ask(also=(world.root / "volumes",))
    assert answer.causes == [Cause.OTHER_CONFIG]
    assert answer.next(Cause.OTHER_CONFIG) == f"CLAUDE_CONFIG_DIR={config} claude --resume {ID}"
    by_projects = world.ask(also=(config / "projects",)).diagnosis.findings[0]
    assert (by_projects.at, by_projects.next) == (str(path), answer.next(Cause.OTHER_CONFIG))


def test_a_file_in_no_config_dir_is_to_be_copied(world: World) -> None:
    path = world.say(world.root / f"backup/{ID}.jsonl")
    answer = world.ask(also=(world.root / "backup",))
    assert answer.causes == [Cause.OTHER_CONFIG]
    wanted = f"mkdir -p {world.project()} && cp {path} {world.expected()} && claude --resume {ID}"
    assert answer.next(Cause.OTHER_CONFIG) == wanted


def test_the_same_config_dir_by_another_name_is_no_other_one(world: World) -> None:
    world.say(world.project(world.folder("b")) / f"{ID}.jsonl", cwd=world.home / "b")
    link = world.home / "claude"
    link.symlink_to(world.config)
    assert world.ask(also=(link,)).causes == [Cause.TRACKED]
    assert world.ask(config=link).causes == [Cause.TRACKED]


def test_another_config_dir_and_another_cwd_can_both_hold(world: World) -> None:
    config, folder = world.root / "vol", world.folder("b c")
    world.say(world.project(folder, config) / f"{ID}.jsonl", cwd=folder)
    answer = world.ask(also=(config,))
    assert answer.causes == [Cause.OTHER_CONFIG, Cause.TRACKED]
    wanted = f"cd '{folder}' && CLAUDE_CONFIG_DIR={config} claude --resume {ID}"
    assert {finding.next for finding in answer.diagnosis.findings} == {wanted}


def test_an_agent_that_runs_leads_to_its_config_dir_and_nothing_else_of_it_is_told(world: World) -> None:
    config = world.root / "elsewhere"
    world.say(world.project(config=config) / f"{ID}.jsonl")
    world.run(7, 70, "claude", environment={"HOME": "/", "CLAUDE_CONFIG_DIR": str(config), "SECRET": "s3cret"})
    other = world.folder("unread")
    world.run(8, 80, "vim", environment={"CLAUDE_CONFIG_DIR": str(other)})
    answer = world.ask()
    assert str(other) not in [place.config for place in answer.facts.places]
    assert answer.causes == [Cause.OTHER_CONFIG]
    assert "that of pid 7" in answer.because(Cause.OTHER_CONFIG)
    assert "s3cret" not in answer.text + repr(answer.facts)


def test_a_container_is_looked_into_through_its_agent(world: World) -> None:
    folder = world.run(9, 90, "claude", environment={"HOME": "/home/dev"}, mounts="mnt:[2]")
    (world.root / "inside").mkdir()
    (folder / "root").symlink_to(world.root / "inside")
    path = folder / "root/home/dev/.claude/projects" / encoded(str(world.work)) / f"{ID}.jsonl"
    world.say(path)
    answer = world.ask()
    assert answer.causes == [Cause.OTHER_CONFIG]
    assert answer.diagnosis.findings[0].at == str(path)
    assert f"cp {path} {world.expected()}" in answer.next(Cause.OTHER_CONFIG)
    assert "pid 9" in answer.next(Cause.OTHER_CONFIG)


@pytest.mark.parametrize(
    "wrong, said",
    [(lambda cwd: cwd.replace("/", "-"), "only / is replaced"), (lambda _: "moved", "it lies in moved")],
)
def test_a_folder_whose_records_are_of_this_cwd_is_named_differently(world: World, wrong: object, said: str) -> None:
    assert callable(wrong)
    cwd = world.folder("a.b")
    path = world.say(world.config / "projects" / wrong(str(cwd)) / f"{ID}.jsonl", cwd=cwd)
    answer = world.ask(cwd=cwd)
    assert answer.causes == [Cause.ENCODED]
    assert said in answer.because(Cause.ENCODED)
    assert answer.next(Cause.ENCODED).startswith(f"mkdir -p {world.project(cwd)} && cp {path} ")


def test_a_home_that_has_become_a_link_has_other_names(world: World) -> None:
    before = world.root / "before"
    world.say(world.project(before / "work") / f"{ID}.jsonl", cwd=before / "work")
    before.symlink_to(world.home)
    answer = world.ask()
    assert answer.causes == [Cause.ENCODED]
    assert f"which leads to {world.work} today" in answer.because(Cause.ENCODED)
    assert "cp " in answer.next(Cause.ENCODED)


def test_a_link_that_was_not_resolved_is_said(world: World) -> None:
    link = world.home / "link"
    link.symlink_to(world.work)
    world.say(world.project(link) / f"{ID}.jsonl")
    assert "symbolic links are not resolved" in world.ask(cwd=link).because(Cause.ENCODED)


def test_another_cwd_of_the_same_name_is_no_other_folder(world: World) -> None:
    """a.b and a-b share a project folder, and each other's conversations."""
    world.say(world.project(world.folder("a.b")) / f"{ID}.jsonl", cwd=world.home / "a.b")
    assert world.ask(cwd=world.folder("a-b")).outcome is Outcome.RESUMABLE


def test_a_conversation_of_another_cwd_is_tracked_there(world: World) -> None:
    other = world.folder("other")
    path = world.say(world.project(other) / f"{ID}.jsonl", cwd=other)
    answer = world.ask()
    (finding,) = answer.diagnosis.findings
    assert (answer.outcome, finding.cause, finding.proof) == (Outcome.LOST, Cause.TRACKED, Proof.SEEN)
    assert (finding.at, finding.next) == (str(path), f"cd {other} && claude --resume {ID}")
    assert "2.1.197 fails" in answer.text
    assert "2.1.329 succeeds" in answer.text
    assert world.ask(cwd=other).outcome is Outcome.RESUMABLE


def test_a_name_that_its_own_cwd_explains_is_no_misreading_of_this_one(world: World) -> None:
    """-a-b is a.b's by the rule, and would be a😀b's by characters instead of UTF-16 units."""
    other = world.folder("a.b")
    world.say(world.project(other) / f"{ID}.jsonl", cwd=other)
    assert world.ask(cwd=world.folder("a\U0001f600b")).causes == [Cause.TRACKED]


def test_a_cwd_that_is_gone_is_to_be_made_again(world: World) -> None:
    other = world.folder("worktree")
    world.say(world.project(other) / f"{ID}.jsonl", cwd=other)
    other.rmdir()
    assert world.ask().next(Cause.TRACKED) == f"mkdir -p {other} && cd {other} && claude --resume {ID}"


def test_the_asked_config_dir_is_named_where_it_is_not_the_usual_one(world: World) -> None:
    other, config = world.folder("other"), world.root / "mine"
    world.say(world.project(other, config) / f"{ID}.jsonl", cwd=other)
    answer = world.ask(config=config)
    assert answer.next(Cause.TRACKED) == f"cd {other} && CLAUDE_CONFIG_DIR={config} claude --resume {ID}"


def test_records_without_a_cwd_only_suggest_another_one(world: World) -> None:
    world.put(world.config / f"projects/-x/{ID}.jsonl", '{"type":"user","uuid":"u"}\n')
    answer = world.ask()
    assert [(one.cause, one.proof) for one in answer.diagnosis.findings] == [(Cause.TRACKED, Proof.INFERRED)]


def test_an_id_in_another_case_is_another_id(world: World) -> None:
    world.say()
    answer = world.ask(session=ID.upper())
    assert answer.causes == [Cause.TRANSIENT]
    assert answer.next(Cause.TRANSIENT) == f"claude --resume {ID}"


def test_a_copy_beside_the_right_one_changes_nothing_and_is_told(world: World) -> None:
    world.say()
    other = world.project(world.folder("other")) / f"{ID}.jsonl"
    other.parent.mkdir()
    shutil.copy(world.expected(), other)
    answer = world.ask()
    assert answer.outcome is Outcome.RESUMABLE
    assert any(str(other) in warning for warning in answer.diagnosis.warnings)


def repository(world: World) -> tuple[Path, Path]:
    """A repository at `work` with a linked worktree, as git writes them down: their folders."""
    tree, admin = world.folder("tree"), world.work / ".git/worktrees/tree"
    world.put(admin / "gitdir", f"{tree}/.git\n")
    world.put(admin / "commondir", "../..\n")
    world.put(tree / ".git", f"gitdir: {admin}\n")
    return world.work, tree


@pytest.mark.parametrize("born, asked", [(0, 1), (1, 0)])
def test_a_conversation_of_another_worktree_is_found_and_the_danger_is_told(
    world: World, born: int, asked: int
) -> None:
    """Observed on 2.1.197."""
    trees = repository(world)
    path = world.say(world.project(trees[born]) / f"{ID}.jsonl", cwd=trees[born])
    below = trees[asked] / "below"
    below.mkdir()
    for cwd in (trees[asked], below):
        answer = world.ask(cwd=cwd)
        assert answer.outcome is Outcome.RESUMABLE
        assert f"looked at  {path}: " in answer.text
        assert any("as long as git lists the worktree" in warning for warning in answer.diagnosis.warnings)


def test_an_empty_file_here_does_not_keep_it_from_the_worktrees(world: World) -> None:
    """Observed on 2.1.197."""
    _, tree = repository(world)
    world.put(world.expected(), "")
    assert world.ask().causes == [Cause.EMPTY]
    world.say(world.project(tree) / f"{ID}.jsonl", cwd=tree)
    assert world.ask().outcome is Outcome.RESUMABLE


def test_a_worktree_that_is_deleted_and_still_listed_counts(world: World) -> None:
    """Observed on 2.1.197; after `git worktree remove` it doesn't."""
    _, tree = repository(world)
    world.say(world.project(tree) / f"{ID}.jsonl", cwd=tree)
    shutil.rmtree(tree)
    assert world.ask().outcome is Outcome.RESUMABLE
    shutil.rmtree(world.work / ".git/worktrees/tree")
    assert world.ask().causes == [Cause.TRACKED]


def test_a_folder_below_a_worktree_is_none(world: World) -> None:
    """Observed on 2.1.197."""
    _, tree = repository(world)
    below = tree / "below"
    below.mkdir()
    world.say(world.project(below) / f"{ID}.jsonl", cwd=below)
    assert world.ask(cwd=tree).causes == [Cause.TRACKED]


def test_the_worktrees_are_those_that_git_lists(world: World) -> None:
    def git(*arguments: str) -> str:
        settings = {"GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_SYSTEM": "/dev/null", "PATH": os.environ["PATH"]}
        who = ("-c", "user.name=x", "-c", "user.email=x@x")
        command = ("git", *who, "-C", str(world.work), *arguments)
        return subprocess.run(command, env=settings, capture_output=True, text=True, check=True, timeout=10).stdout

    assert worktrees(str(world.work), []) == ()
    git("init", "--quiet")
    git("commit", "--quiet", "--allow-empty", "--message=x")
    for name in ("one", "two", "three"):
        git("worktree", "add", "--quiet", str(world.home / name))
    git("worktree", "remove", str(world.home / "two"))
    shutil.rmtree(world.home / "three")
    listed = re.findall(r"^worktree (.*)$", git("worktree", "list", "--porcelain"), re.MULTILINE)
    assert set(listed) == {str(path) for path in (world.work, world.home / "one", world.home / "three")}
    for cwd in (world.work, world.home / "one"):
        assert set(worktrees(str(cwd), [])) == set(listed)


@pytest.mark.parametrize("text", ["", "gitdir:", "gitdir: /nowhere", "\0", "gitdir: \0x"])
def test_a_strange_git_file_leads_nowhere(world: World, text: str) -> None:
    world.put(world.work / ".git", text)
    assert world.ask().causes == [Cause.NEVER_WRITTEN]
