"""A holder's folder is removed although somebody else removes from it at the same time."""

import threading
from pathlib import Path

import pytest

from holdfast.machines import state


def test_what_another_removes_meanwhile_is_no_error(tmp_path: Path) -> None:
    folder = tmp_path / "holder"
    for machine in range(20):
        (folder / f"m{machine}").mkdir(parents=True)
        for file in range(50):
            (folder / f"m{machine}" / str(file)).touch()
    other = threading.Thread(target=state.remove, args=(folder,))
    other.start()
    state.remove(folder)
    other.join()
    assert not folder.exists()


def test_a_folder_that_is_gone_is_removed(tmp_path: Path) -> None:
    state.remove(tmp_path / "never")


def test_what_can_not_be_removed_is_an_error(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.touch()
    with pytest.raises(NotADirectoryError):
        state.remove(file)
