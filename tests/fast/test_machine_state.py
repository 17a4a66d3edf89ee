"""A holder's folder is removed although somebody else removes from it at the same time."""

import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from holdfast.machines import state

NOBODY = 65534


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


READ_ONLY = """
import sys, tempfile
from pathlib import Path
sys.path.insert(0, sys.argv[1])
from holdfast.machines import state
home = Path(tempfile.mkdtemp())
(home / "cache" / "module").mkdir(parents=True)
(home / "cache" / "module" / "file").touch()
(home / "cache" / "link").symlink_to("/etc")
(home / "cache" / "closed" / "below").mkdir(parents=True)
for folder, mode in (("cache/module", 0o555), ("cache/closed", 0), ("cache", 0o555)):
    (home / folder).chmod(mode)
state.remove(home)
print(home.exists())
"""


def test_folders_that_nobody_may_write_to_are_removed() -> None:
    """As Go's module cache. Nothing is read-only to root."""
    user = NOBODY if os.geteuid() == 0 else None
    root = Path(state.__file__).parents[2]
    command = [sys.executable, "-c", READ_ONLY, str(root)]
    done = subprocess.run(command, user=user, cwd="/", capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr) == ("False\n", "")


def test_what_can_not_be_removed_is_an_error(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.touch()
    with pytest.raises(NotADirectoryError):
        state.remove(file)
