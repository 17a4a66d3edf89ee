"""The witness of saves: whether what recovery trusts is there, readable and recent, read from outside."""

import json
import shutil
import sqlite3
import tempfile
import time
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path

from holdfast.model.save import Save
from holdfast.witnesses.places import matches

SIDES = ("-wal", "-journal")
"""What SQLite keeps beside a database that belongs to its content (https://www.sqlite.org/tempfiles.html)."""
_SQLITE = b"SQLite format 3\0"
_COPIES = 20  # a database that is written to the whole time can't be copied in one moment


class Restless(OSError):
    """A database was written to while each of its copies was made: what is in it can't be told."""


def read(root: Path, path: str, inside: str, wanted: Callable[[str], bool] = bool) -> Save:
    """What stands at `path`, the absolute path or pattern `inside` of the machine at `root`: of several that are
    `wanted`, by the machine's names of them, the newest.

    A SQLite file must pass `PRAGMA quick_check`, a JSON file (.json) must parse; any other must not be empty. OSError
    where that can't be told.
    """
    found = {name: file for name, file in matches(root, inside) if wanted(name)}
    try:
        written = {name: written_at(file) for name, file in found.items()}
        newest = max(written, key=lambda name: (written[name], name))
        flaw = _flaw(found[newest])
    except (FileNotFoundError, ValueError):  # of none at all there is no newest
        return Save(path, None, None, "is not there")
    return Save(path, newest, max(0.0, time.time() - written[newest] / 1e9), flaw)


def written_at(file: Path) -> int:
    """When it was last written, in nanoseconds; a database in WAL mode is written to its -wal first."""
    times = [file.stat().st_mtime_ns]
    with suppress(FileNotFoundError):
        times.append(file.with_name(f"{file.name}-wal").stat().st_mtime_ns)
    return max(times)


def is_sqlite(file: Path) -> bool:
    with file.open("rb") as opened:
        return opened.read(len(_SQLITE)) == _SQLITE


def copy_database(file: Path, folder: Path) -> Path:
    """A copy of a database as it stood at one moment, with what belongs to it, in the empty `folder`. Restless if it
    never stood still."""
    copy = folder / file.name
    for _ in range(_COPIES):
        before = _stamps(file)
        for side in ("", *SIDES):
            copy.with_name(copy.name + side).unlink(missing_ok=True)
            with suppress(FileNotFoundError):
                shutil.copyfile(file.with_name(file.name + side), copy.with_name(copy.name + side))
        if _stamps(file) == before:
            return copy
    raise Restless(f"{file.name} was written to while it was copied, {_COPIES} times in a row")


def _flaw(file: Path) -> str | None:
    """Why nothing can be recovered from it."""
    if file.stat().st_size == 0:
        return "is empty"
    try:
        if is_sqlite(file):
            return _sqlite_flaw(file)
        if file.suffix == ".json":
            json.loads(file.read_bytes())
        else:
            file.open("rb").close()
    except PermissionError as error:
        return f"can't be read: {error.strerror}"
    except ValueError as error:
        return f"is no JSON: {error}"
    return None


def _sqlite_flaw(file: Path) -> str | None:
    """Asked of a copy: who opens the database itself may change it by closing it again."""
    with tempfile.TemporaryDirectory(prefix="holdfast-") as folder:
        copy = copy_database(file, Path(folder))
        try:
            with closing(sqlite3.connect(copy)) as database:
                (said,) = database.execute("PRAGMA quick_check(1)").fetchone()
        except sqlite3.DatabaseError as error:
            return f"is no sound SQLite database: {error}"
    return None if said == "ok" else f"is no sound SQLite database: {' '.join(said.split())}"


def _stamps(file: Path) -> list[tuple[int, int, int] | None]:
    found: list[tuple[int, int, int] | None] = []
    for side in ("", *SIDES):
        try:
            stat = file.with_name(file.name + side).stat()
            found.append((stat.st_ino, stat.st_size, stat.st_mtime_ns))
        except FileNotFoundError:
            found.append(None)
    return found
