"""Which files of a source tree are read, in which language, and which ones can't be."""

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_SKIPPED = frozenset(
    (
        ".git .hg .svn node_modules __pycache__ .tox .nox .mypy_cache .ruff_cache .pytest_cache .holdfast "
        "site-packages dist-packages"
    ).split()
)
_LARGEST = 1024 * 1024
_NAMES = re.compile(rb"tmux|claude|\bp?kill(?:pg|all)?\b|(?:new|attach)-session|send-keys")
_MENTIONS = re.compile(rb"\b(?:tmux|claude)\b")
_SUFFIXES = {".py": "python", ".sh": "bash", ".bash": "bash", ".ksh": "bash", ".bats": "bash"}
_TMUX = re.compile(
    rb"(?m)^[ \t]*(?:(?:un)?bind(?:-key)?[ \t]|setw?[ \t]+-[gsw]|set-(?:hook|option)|run-shell|if-shell|source-file)"
)
"""How a line begins that only tmux's configuration has; its files are called as people like, and end in .conf."""
_UNITS = (".service", ".scope", ".socket", ".timer", ".path")
_SHEBANG = re.compile(rb"#!\s*\S*?(?:env\s+(?:-S\s+)?)?([a-z]+)[0-9.]*(?:\s|$)")
_SHEBANGS = {b"python": "python", b"pypy": "python", b"sh": "bash", b"bash": "bash", b"dash": "bash", b"ksh": "bash"}
# What holds no commands that run by themselves: prose, pictures, and data that a program reads.
_INERT = frozenset(
    (
        ".md .rst .txt .adoc .html .css .scss .svg .xml .csv .json .toml .yaml .yml .ini .cfg .in .lock .log .map "
        ".snap .po .pot .patch .diff .typed .pyi .1"
    ).split()
)


@dataclass(frozen=True)
class Source:
    """A file to be read: `name` relative to the tree's root, its text, and the language: python, bash, tmux or
    systemd."""

    name: str
    language: str
    text: str


@dataclass(frozen=True)
class Unread:
    """A file that may hold a call site and that nobody read: a hole in the sweep, and why."""

    file: str
    why: str


def sources(root: Path) -> Iterator[Source | Unread]:
    """Every file under `root` that names tmux, an agent or a killer, in the order of their names."""
    for folder, folders, names in os.walk(root):
        folders[:] = sorted(name for name in folders if not _skipped(Path(folder, name)))
        for name in sorted(names):
            path = Path(folder, name)
            if path.is_file() and not path.is_symlink():
                found = source(path, str(path.relative_to(root)))
                if found is not None:
                    yield found


def source(path: Path, name: str) -> Source | Unread | None:
    """The file at `path`, or None where it names nothing that matters."""
    try:
        if path.stat().st_size > _LARGEST:
            with path.open("rb") as file:
                mentions = _MENTIONS.search(file.read(_LARGEST)) and path.suffix not in _INERT
            return Unread(name, "larger than 1 MiB: it is not read") if mentions else None
        data = path.read_bytes()
    except OSError as error:
        return Unread(name, f"can't be opened: {error.strerror}")
    language = "systemd" if path.suffix in _UNITS else "tmux" if _is_tmux(path, data) else None
    if b"\0" in data[:4096] or not (language or _NAMES.search(data)):
        return None
    language = language or _SUFFIXES.get(path.suffix) or _by_shebang(path, data)
    if language is None:
        if path.suffix in _INERT or not _MENTIONS.search(data) or (not path.suffix and not _runs(path, data)):
            return None
        kind = path.suffix.removeprefix(".") or path.name
        return Unread(
            name, f"names tmux or an agent, and the sweep doesn't read {kind}: call sites in it are not known"
        )
    try:
        return Source(name, language, data.decode())
    except UnicodeDecodeError:
        return Unread(name, f"is {language} but not UTF-8: it is not read")


def _skipped(folder: Path) -> bool:
    return folder.name in _SKIPPED or folder.is_symlink() or (folder / "pyvenv.cfg").exists()


def _is_tmux(path: Path, data: bytes) -> bool:
    return path.name.endswith("tmux.conf") or (path.suffix == ".conf" and _TMUX.search(data) is not None)


def _by_shebang(path: Path, data: bytes) -> str | None:
    found = _SHEBANG.match(data)
    return _SHEBANGS.get(found[1]) if found and not path.suffix else None


def _runs(path: Path, data: bytes) -> bool:
    return data.startswith(b"#!") or path.name in (
        "Makefile",
        "Justfile",
        "justfile",
        "Dockerfile",
        "Procfile",
        "crontab",
    )
