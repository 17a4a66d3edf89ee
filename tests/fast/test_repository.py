"""Revisions are read from git's objects, and what can't be read is refused in words."""

import os
import subprocess
from pathlib import Path

import pytest

from holdfast.config.launcher import Launcher
from holdfast.run.repository import Repository, RevisionError, at

WHO = {f"GIT_{who}_{what}": "holdfast@localhost" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}


def git(folder: Path, *arguments: str) -> str:
    environment = {**os.environ, **WHO, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
    return subprocess.run(
        ["git", "-C", str(folder), *arguments], env=environment, check=True, capture_output=True, text=True
    ).stdout.strip()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "repository"
    (folder / "tools" / "fleet").mkdir(parents=True)
    git(folder, "init", "-q")
    for words in ("one", "two"):
        (folder / "tools" / "fleet" / "start").write_text(words)
        git(folder, "add", "-A")
        git(folder, "commit", "-qm", words)
        git(folder, "tag", words)
    return folder


def test_a_tag_leads_to_its_commit(folder: Path) -> None:
    assert Repository(folder, "").resolve("one") == git(folder, "rev-parse", "one")


def test_a_revision_that_does_not_exist_is_refused_with_those_that_do(folder: Path) -> None:
    with pytest.raises(RevisionError, match=r"revision 'nope' does not exist in .*There are: .*one, two"):
        Repository(folder, "").resolve("nope")


@pytest.mark.parametrize("revision", ["--help", "-n1", "one:tools", ""])
def test_what_looks_like_an_option_or_is_no_commit_is_no_revision(folder: Path, revision: str) -> None:
    with pytest.raises(RevisionError, match="does not exist"):
        Repository(folder, "").resolve(revision)


def test_a_checkout_has_the_launchers_folder_as_it_was(folder: Path, tmp_path: Path) -> None:
    repository = Repository(folder, "tools/fleet")
    found = repository.checkout(repository.resolve("one"), tmp_path / "store")
    assert (found / "start").read_text() == "one"
    assert (folder / "tools" / "fleet" / "start").read_text() == "two"


def test_a_revision_without_the_launchers_folder_is_refused(folder: Path, tmp_path: Path) -> None:
    repository = Repository(folder, "elsewhere")
    with pytest.raises(RevisionError, match="has no folder elsewhere"):
        repository.checkout(repository.resolve("one"), tmp_path / "store")


def test_the_heads_configuration_is_moved_onto_another_checkout(tmp_path: Path) -> None:
    launcher = Launcher("fleet", Path("/a/holdfast.toml"), Path("/a"), Path("/a/src"), ("attach",), "claude", ())
    moved = at(launcher, tmp_path)
    assert (moved.root, moved.source) == (tmp_path, tmp_path / "src")
