"""A save goes bad: it grows old, a full disk leaves nothing in it, or it is gone. And a person who is alarmed puts it
back."""

import os
import sqlite3
import tempfile
import time
from contextlib import closing
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from holdfast.history.events import Stepped
from holdfast.operations.stage import Backup, CannotGoOn, Stage
from holdfast.operations.trusted import inside, look_at, max_age
from holdfast.witnesses import places, saves

_OLDER = 60.0  # seconds beyond twice what is allowed
_SHARED = "-shm"  # SQLite's index of a -wal: nothing is lost with it


class How(StrEnum):
    """OLD: file times beyond the launcher's max_age, as after saves that have stopped. EMPTY: 0 bytes, as a torn save
    leaves it. GONE: no such file."""

    OLD = "old"
    EMPTY = "empty"
    GONE = "gone"


@dataclass(frozen=True)
class Spoil:
    """Everything that recovery trusts is spoiled: of a pattern all that it matches, so that no older one counts."""

    how: How

    def do(self, stage: Stage) -> None:
        name = f"what recovery trusts is {self.how}"
        stage.note_launches()
        stage.observe(f"before {name}")
        back = time.time_ns() - int((2 * max_age(stage) + _OLDER) * 1e9)
        backups: list[Backup] = []
        proofs: list[tuple[bool, str]] = []
        for path in stage.setting.launcher.trusts:
            for place, file in places.matches(stage.machine.root, inside(stage, path)):
                try:
                    backups.append(_backup(path, place, file))
                    proofs.append(_spoil(self.how, file, back))
                except (OSError, sqlite3.Error) as error:
                    raise CannotGoOn(f"{place}, which recovery trusts, could not be spoiled: {error}") from error
        stage.spoiled = tuple(backups)
        proof = "; ".join(said for _, said in proofs) or "nothing that is trusted is there"
        stage.note_fault(name, bool(proofs) and all(bit for bit, _ in proofs), proof)


@dataclass(frozen=True)
class Heed:
    """A person who was alarmed puts back what was spoiled and not repaired, as it was; one who was not alarmed doesn't
    know."""

    def do(self, stage: Stage) -> None:
        if not stage.alarmed:
            said = "nobody was alarmed: nothing is put back"
        else:
            put = [backup for backup in stage.spoiled if _is_missed(stage, backup)]
            for backup in put:
                _put_back(backup, places.real(stage.machine.root, backup.inside))
            said = f"a person who was alarmed put back {', '.join(backup.inside for backup in put) or 'nothing'}"
        stage.recorder.append(Stepped(stage.recorder.now(), said))


def _is_missed(stage: Stage, backup: Backup) -> bool:
    """Whether it is still spoiled, and what it was trusted for still stale."""
    allowed = max_age(stage)
    spoiled = saves.read(stage.machine.root, backup.path, backup.inside).stale(allowed)
    return spoiled is not None and any(save.stale(allowed) for save in look_at(stage, backup.path))


def _spoil(how: How, file: Path, back: int) -> tuple[bool, str]:
    """Whether it bit, and how that is known: by a descriptor of the file itself, which no repair can replace. What
    is emptied stays as old as it was: or it would be newer than a good save that came while the others were spoiled."""
    opened = os.open(file, os.O_RDWR)
    try:
        match how:
            case How.OLD:
                os.utime(opened, ns=(back, back))
                for side in saves.SIDES:
                    if (beside := file.with_name(file.name + side)).exists():
                        os.utime(beside, ns=(back, back))
            case How.EMPTY:
                written = saves.written_at(file)
                _remove_sides(file)
                os.ftruncate(opened, 0)
                os.utime(opened, ns=(written, written))
            case How.GONE:
                _remove_sides(file)
                file.unlink()
        now = os.fstat(opened)
    finally:
        os.close(opened)
    bit = {How.OLD: now.st_mtime_ns == back, How.EMPTY: now.st_size == 0, How.GONE: now.st_nlink == 0}[how]
    age = time.time() - now.st_mtime
    return bit, f"{file.name}: {now.st_size} bytes, {now.st_nlink} names, written {age:.0f} s ago"


def _remove_sides(file: Path) -> None:
    if saves.is_sqlite(file):
        for side in (*saves.SIDES, _SHARED):
            file.with_name(file.name + side).unlink(missing_ok=True)


def _backup(path: str, place: str, file: Path) -> Backup:
    stat = file.stat()
    return Backup(path, place, _content(file), saves.written_at(file), stat.st_mode & 0o777)


def _content(file: Path) -> bytes:
    """Its bytes; of a database one file with all that was committed."""
    if not saves.is_sqlite(file):
        return file.read_bytes()
    with tempfile.TemporaryDirectory(prefix="holdfast-") as folder:
        copy = saves.copy_database(file, Path(folder))
        with closing(sqlite3.connect(copy)) as database:
            database.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        return copy.read_bytes()


def _put_back(backup: Backup, file: Path) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    new = file.with_name(f".{file.name}.back")
    new.write_bytes(backup.content)
    new.chmod(backup.mode)
    os.utime(new, ns=(backup.mtime_ns, backup.mtime_ns))
    for side in (*saves.SIDES, _SHARED):
        file.with_name(file.name + side).unlink(missing_ok=True)
    new.replace(file)
