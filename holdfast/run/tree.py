"""Folders as content: what a result depends on is known by digest, never by name or time."""

import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterable
from pathlib import Path

_COMPILED = "__pycache__"
_NOT_CONTENT = frozenset({".git", ".holdfast", _COMPILED, ".pytest_cache", ".mypy_cache", ".ruff_cache"})


def digest(folders: Iterable[Path]) -> str:
    """SHA-256 over every file's relative path, mode bit and bytes, in all `folders`. A file may stand for a folder."""
    total = hashlib.sha256()
    for folder in folders:
        for path in [folder] if folder.is_file() else _files(folder):
            name = path.name if path == folder else str(path.relative_to(folder))
            content = str(path.readlink()).encode() if path.is_symlink() else path.read_bytes()
            runs = path.lstat().st_mode & 0o111 != 0
            total.update(f"{name}\0{runs}\0{len(content)}\0".encode() + content)
    return total.hexdigest()


def copy(source: Path, target: Path, *, compiled: bool = False) -> None:
    """Copy what is content; and what Python has `compiled` there, for a source that was prepared in a machine. What is
    neither file, folder nor link (a socket, a pipe) is left out."""
    left_out = _NOT_CONTENT - {_COMPILED} if compiled else _NOT_CONTENT

    def ignored(folder: str, names: list[str]) -> set[str]:
        return {name for name in names if name in left_out or _is_odd(Path(folder) / name)}

    shutil.copytree(source, target, symlinks=True, ignore=ignored)


def fresh(folder: Path, name: str) -> Path:
    """A new, empty folder in `folder`."""
    return Path(tempfile.mkdtemp(prefix=f"{name}-", dir=folder))


def _files(folder: Path) -> Iterable[Path]:
    for here, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if name not in _NOT_CONTENT)
        links = [name for name in folders if (Path(here) / name).is_symlink()]
        for name in sorted([*files, *links]):
            path = Path(here) / name
            if name not in _NOT_CONTENT and (path.is_file() or path.is_symlink()):
                yield path


def _is_odd(path: Path) -> bool:
    return not (path.is_symlink() or path.is_dir() or path.is_file())
