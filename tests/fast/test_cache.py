"""Kept histories: used again where nothing that they depend on has changed, and never when they are stale."""

import os
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from holdfast.config.launcher import Borrowed, Launcher
from holdfast.history.events import Closed, Failed, Outcome, Planned, Pressed
from holdfast.history.record import Recorder
from holdfast.model.cell import CellKey
from holdfast.model.path import Action, Press, PressKind
from holdfast.run import cache
from holdfast.run.cache import EVIDENCE_LASTS, Kept, kept
from holdfast.run.cell import Revision
from holdfast.run.plan import PlannedCell
from holdfast.world.scenario import Scenario

KEY = CellKey("click", "cli", "cli", "namespace", "agent")
START = Press("cli", Action.STARTS, PressKind.RUN, ("fleet", "{role}"))


def history(folder: Path, *, whole: bool = True) -> Path:
    file = folder / "history.jsonl"
    recorder = Recorder(file)
    recorder.append(Planned(0.0, KEY, ("api",), ("mapped",)))
    recorder.append(Closed(1.0) if whole else Failed(1.0, "the machine did not boot"))
    recorder.close()
    return file


def clicked(picture: str) -> Pressed:
    return Pressed(0.5, 0.1, "web", Action.RESUMES, PressKind.BROWSER, "api", Outcome.DONE, 200, False, "", picture)


def revision(tree: Path) -> Revision:
    launcher = Launcher("fleet", Path("a"), Path("b"), Path("c"), ("attach", "{role}"), "claude", (START,))
    return Revision(launcher, tree, ())


def place(
    tmp_path: Path,
    name: str = "tree",
    words: str = "start",
    found: Revision | None = None,
    program: Path | None = None,
    extensions: Sequence[Path] = (),
) -> Path:
    tree = tmp_path / name
    tree.mkdir(exist_ok=True)
    (tree / "fleet").write_text(words)
    scenario = Scenario("click", ("api",), "", print, None, (), (), False, False, ())
    cell = PlannedCell(KEY, scenario, START, None)
    usual = tmp_path / "agent"
    usual.write_text("agent")
    return kept(cell, found or revision(tree), program or usual, extensions, tmp_path / "cache").file


def test_a_whole_history_is_kept_and_taken(tmp_path: Path) -> None:
    store = Kept(tmp_path / "cache" / "one.jsonl")
    assert store.take() is None
    store.keep(history(tmp_path))
    taken = store.take()
    assert taken is not None
    assert taken.planned.cell == KEY


def test_pictures_are_kept_and_laid_out_with_their_history(tmp_path: Path) -> None:
    file = tmp_path / "run" / "kill[server]--cli.jsonl"
    file.parent.mkdir()
    recorder = Recorder(file)
    recorder.append(Planned(0.0, KEY, ("api",), ("mapped",)))
    recorder.append(clicked(recorder.keep(b"picture", "png")))
    recorder.append(Closed(1.0))
    recorder.close()
    store = Kept(tmp_path / "cache" / "one.jsonl")
    store.keep(file)
    again = tmp_path / "again" / file.name
    again.parent.mkdir()
    store.lay(again)
    assert again.read_bytes() == file.read_bytes()
    assert (again.parent / "kill[server]--cli.1.png").read_bytes() == b"picture"
    assert store.take() is not None
    (tmp_path / "cache" / "one" / "kill[server]--cli.1.png").unlink()
    assert store.take() is None


def test_what_is_too_old_shows_nothing(tmp_path: Path) -> None:
    store = Kept(tmp_path / "one.jsonl")
    store.keep(history(tmp_path))
    old = time.time() - EVIDENCE_LASTS - 60
    os.utime(store.file, (old, old))
    assert store.take() is None


@pytest.mark.parametrize("damage", ["failed", "cut", "empty", "nonsense"])
def test_what_did_not_come_to_its_end_shows_nothing(tmp_path: Path, damage: str) -> None:
    file = history(tmp_path, whole=damage != "failed")
    text = file.read_bytes()
    file.write_bytes({"failed": text, "cut": text[:-5], "empty": b"", "nonsense": b"nonsense\n"}[damage])
    store = Kept(tmp_path / "one.jsonl")
    store.keep(file)
    assert store.take() is None


def test_the_same_content_is_kept_in_one_place_wherever_it_stands(tmp_path: Path) -> None:
    assert place(tmp_path, "here") == place(tmp_path, "there")


def test_other_words_in_the_source_are_kept_elsewhere(tmp_path: Path) -> None:
    assert place(tmp_path, "one", "start") != place(tmp_path, "two", "stop")


def test_another_declaration_is_kept_elsewhere(tmp_path: Path) -> None:
    found = revision(tmp_path / "tree")
    other = replace(found, launcher=replace(found.launcher, attach=("tmux", "attach", "{role}")))
    assert place(tmp_path, found=found) != place(tmp_path, found=other)


def test_a_program_is_known_by_what_its_link_leads_to(tmp_path: Path) -> None:
    """npm's link says the same for every version."""

    def installed(version: str) -> Path:
        folder = tmp_path / version
        (folder / "bin").mkdir(parents=True)
        (folder / "program").write_text(version)
        (folder / "bin" / "claude").symlink_to("../program")
        return place(tmp_path, program=folder / "bin" / "claude")

    assert installed("2.1.329") != installed("2.1.330")


def test_the_users_own_agents_and_scenarios_count(tmp_path: Path) -> None:
    beside = [tmp_path / "scenarios", tmp_path / "agents"]
    found = {place(tmp_path, extensions=beside)}
    for folder in beside:
        folder.mkdir()
        (folder / "own.py").write_text("one")
        cache._of.cache_clear()  # a run sees them once
        found.add(place(tmp_path, extensions=beside))
    assert len(found) == 3


def test_what_is_borrowed_is_known_by_its_content(tmp_path: Path) -> None:
    def with_plugin(folder: str, words: str) -> Path:
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "restore.sh").write_text(words)
        outside = tmp_path / f"link-to-{folder}"
        outside.symlink_to(folder)
        found = revision(tmp_path / "tree")
        lent = (Borrowed(".tmux/plugins", outside),)
        return place(tmp_path, found=replace(found, launcher=replace(found.launcher, borrows=lent)))

    assert with_plugin("here", "one") == with_plugin("there", "one") != with_plugin("newer", "two")
