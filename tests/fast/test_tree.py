"""Folders as content: a digest changes with what matters, and with nothing else."""

import os
from pathlib import Path

from holdfast.run import tree


def lay(folder: Path) -> Path:
    (folder / "bin").mkdir(parents=True)
    (folder / "bin" / "fleet").write_text("start")
    (folder / "bin" / "fleet").chmod(0o755)
    (folder / "link").symlink_to("bin/fleet")
    return folder


def test_the_same_content_elsewhere_has_the_same_digest(tmp_path: Path) -> None:
    assert tree.digest([lay(tmp_path / "a")]) == tree.digest([lay(tmp_path / "b")])


def test_bytes_names_links_and_the_right_to_run_change_it(tmp_path: Path) -> None:
    folder = lay(tmp_path / "a")
    found = {tree.digest([folder])}
    (folder / "bin" / "fleet").write_text("stop")
    found.add(tree.digest([folder]))
    (folder / "bin" / "fleet").chmod(0o644)
    found.add(tree.digest([folder]))
    (folder / "bin" / "fleet").rename(folder / "bin" / "desk")
    found.add(tree.digest([folder]))
    (folder / "link").unlink()
    (folder / "link").symlink_to("bin/desk")
    found.add(tree.digest([folder]))
    assert len(found) == 5


def test_times_caches_and_results_do_not(tmp_path: Path) -> None:
    folder = lay(tmp_path / "a")
    before = tree.digest([folder])
    os.utime(folder / "bin" / "fleet", (0, 0))
    for name in (".git", ".holdfast", "__pycache__"):
        (folder / name).mkdir()
        (folder / name / "file").write_text("x")
    assert tree.digest([folder]) == before


def test_a_copy_has_links_and_modes_but_no_caches_and_no_pipes(tmp_path: Path) -> None:
    folder = lay(tmp_path / "a")
    (folder / ".git").mkdir()
    os.mkfifo(folder / "pipe")
    tree.copy(folder, tmp_path / "b")
    assert sorted(path.name for path in (tmp_path / "b").iterdir()) == ["bin", "link"]
    assert (tmp_path / "b" / "link").readlink() == Path("bin/fleet")
    assert tree.digest([folder]) == tree.digest([tmp_path / "b"])


def test_a_copy_of_what_was_prepared_has_what_python_compiled_there(tmp_path: Path) -> None:
    folder = lay(tmp_path / "a")
    for name in (".git", "__pycache__"):
        (folder / name).mkdir()
    tree.copy(folder, tmp_path / "b", compiled=True)
    assert sorted(path.name for path in (tmp_path / "b").iterdir()) == ["__pycache__", "bin", "link"]
