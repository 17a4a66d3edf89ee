"""Histories kept by content. A history is used again when nothing that it depends on has changed and it is young
enough."""

import hashlib
import os
import platform
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from holdfast.history.events import Closed
from holdfast.history.record import History, read
from holdfast.machines import browser
from holdfast.run import tree
from holdfast.run.cell import Revision
from holdfast.run.plan import PlannedCell

EVIDENCE_LASTS = 7 * 24 * 3600.0  # seconds; what is older shows nothing about the machine of today


@dataclass(frozen=True)
class Kept:
    """Where the history of one cell with this very content is kept."""

    file: Path

    def take(self) -> History | None:
        """The kept history, or None if there is none that counts: none at all, too old, or not to its end."""
        try:
            age = time.time() - self.file.stat().st_mtime
            history = read(self.file)
        except (FileNotFoundError, ValueError):
            return None
        there = all((self._pictures / name).is_file() for name in history.pictures)
        return history if age <= EVIDENCE_LASTS and history.all(Closed) and there else None

    def keep(self, file: Path) -> None:
        """Keep the history in `file`, whole or not at all, and the pictures beside it."""
        self.file.parent.mkdir(parents=True, exist_ok=True)
        for picture in file.parent.iterdir():
            if picture.name.startswith(f"{file.stem}.") and picture.suffix == ".png":
                self._pictures.mkdir(exist_ok=True)
                shutil.copyfile(picture, self._pictures / picture.name)
        partial = self.file.with_suffix(f".{os.getpid()}")
        shutil.copyfile(file, partial)
        partial.replace(self.file)

    def lay(self, file: Path) -> None:
        """Lay the kept history out as `file`, and its pictures beside it."""
        for name in read(self.file).pictures:
            shutil.copyfile(self._pictures / name, file.with_name(name))
        shutil.copyfile(self.file, file)

    @property
    def _pictures(self) -> Path:
        return self.file.with_suffix("")


def kept(cell: PlannedCell, revision: Revision, program: Path, extensions: Sequence[Path], folder: Path) -> Kept:
    """`program` is the agent's, `extensions` the user's own folders of scenarios and agents. What a link leads to
    counts: npm's link to an agent is the same for every version of it."""
    lent = tuple(replace(borrowed, outside=Path()) for borrowed in revision.launcher.borrows)
    launcher = replace(revision.launcher, file=Path(), root=Path(), source=Path(), borrows=lent)
    parts = [
        cell.key.id,
        repr(launcher),
        _of(revision.tree),
        _of(program.resolve()),
        *(_of(extension) if extension.is_dir() else "" for extension in extensions),
        *(_of(one.outside.resolve()) for one in revision.launcher.borrows if os.path.exists(one.outside)),  # noqa: PTH110
        _suite(),
        *(f"{name} {version}" for name, version in versions()),
        *((browser.identity(),) if cell.in_browser else ()),
    ]
    key = hashlib.sha256("\0".join(parts).encode()).hexdigest()
    return Kept(folder / key[:2] / f"{key}.jsonl")


@cache
def versions() -> tuple[tuple[str, str], ...]:
    """What a result depends on beside the project's own files, as name and version."""
    return (
        ("kernel", platform.release()),
        ("python", sys.version.split()[0]),
        ("tmux", _said("tmux", "-V")),
        ("bubblewrap", _said("bwrap", "--version")),
        ("systemd", _said("systemctl", "--version")),
    )


@cache
def _of(path: Path) -> str:
    return tree.digest([path])


@cache
def _suite() -> str:
    package = Path(__file__).resolve().parents[1]
    beside = [folder for folder in (package.parent / "scenarios", package / "scenarios") if folder.is_dir()]
    return tree.digest([package, *beside])


def _said(*argv: str) -> str:
    try:
        done = subprocess.run(argv, capture_output=True, text=True, timeout=10, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return "none"
    return done.stdout.partition("\n")[0].partition(" ")[2] or "none"
