"""The witness of saves, and what spoils them: plain files, JSON and SQLite, behind links and patterns."""

import os
import sqlite3
import time
from contextlib import closing
from pathlib import Path

import pytest

from holdfast.operations.spoil import How, _backup, _put_back, _spoil
from holdfast.witnesses import saves
from holdfast.witnesses.places import folder, matches, real, varying

HOUR = 3600 * 10**9


def put(root: Path, name: str, content: bytes = b"x", age: int = 0) -> Path:
    file = root / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content)
    then = time.time_ns() - age * 10**9
    os.utime(file, ns=(then, then))
    return file


def database(file: Path, rows: int = 200) -> sqlite3.Connection:
    """A database in WAL mode whose rows are in the -wal as long as the connection is open."""
    file.parent.mkdir(parents=True, exist_ok=True)
    opened = sqlite3.connect(file)
    opened.execute("PRAGMA journal_mode=WAL")
    opened.execute("PRAGMA wal_autocheckpoint=0")
    opened.execute("CREATE TABLE role (name TEXT, session TEXT)")
    opened.executemany("INSERT INTO role VALUES (?, ?)", [(f"role-{n}", "x" * 200) for n in range(rows)])
    opened.commit()
    return opened


@pytest.mark.parametrize("how", How)
def test_a_save_that_comes_while_others_are_spoiled_is_the_newest(tmp_path: Path, how: How) -> None:
    """The clock of a launcher may tick between the look at what is there and the last of its files."""
    earlier = put(tmp_path, "1.json", b"{}", age=2)
    put(tmp_path, "2.json", b"{}", age=1)
    bit, _ = _spoil(how, earlier, time.time_ns() - HOUR)
    assert bit
    found = saves.read(tmp_path, "~/*.json", "/*.json")
    assert (found.file, found.flaw) == ("/2.json", None)


@pytest.mark.parametrize(
    ("name", "content", "flaw"),
    [
        ("a.save", b"x", None),
        ("a.json", b'{"a": 1}', None),
        ("a.save", b"", "is empty"),
        ("a.json", b"", "is empty"),
        ("a.json", b'{"a": ', "is no JSON"),
        ("a.json", b"\xff\xfe", "is no JSON"),
        ("a.db", b"SQLite format 3\0" + b"\xff" * 5000, "is no sound SQLite database"),
    ],
)
def test_a_file_is_read_as_what_it_is(tmp_path: Path, name: str, content: bytes, flaw: str | None) -> None:
    put(tmp_path, f"home/{name}", content)
    seen = saves.read(tmp_path, f"~/{name}", f"/home/{name}")
    assert (seen.path, seen.file) == (f"~/{name}", f"/home/{name}")
    assert (seen.flaw or "").startswith(flaw or "")
    assert (seen.flaw is None) == (flaw is None)


def test_what_is_not_there_has_no_age(tmp_path: Path) -> None:
    for pattern in ("/home/none", "/home/*.json"):
        seen = saves.read(tmp_path, "p", pattern)
        assert (seen.file, seen.age, seen.flaw) == (None, None, "is not there")


def test_of_a_pattern_the_newest_counts(tmp_path: Path) -> None:
    put(tmp_path, "s/a.json", b"{}", age=50)
    put(tmp_path, "s/b.json", b"", age=5)
    put(tmp_path, "s/c.txt", b"{}")
    seen = saves.read(tmp_path, "p", "/s/*.json")
    assert (seen.file, seen.flaw) == ("/s/b.json", "is empty")
    assert seen.age is not None
    assert 5 <= seen.age < 50


def test_a_database_is_sound_with_what_is_in_its_wal_and_is_left_as_it_was(tmp_path: Path) -> None:
    file = tmp_path / "registry.db"
    with closing(database(file)):
        wal = file.with_name("registry.db-wal")
        os.utime(file, ns=(time.time_ns() - HOUR,) * 2)
        before = [(one.stat().st_mtime_ns, one.read_bytes()) for one in (file, wal)]
        seen = saves.read(tmp_path, "p", "/registry.db")
        assert seen.flaw is None
        assert seen.age is not None
        assert seen.age < 60
        assert [(one.stat().st_mtime_ns, one.read_bytes()) for one in (file, wal)] == before


def test_a_database_that_was_torn_is_not_sound(tmp_path: Path) -> None:
    file = tmp_path / "registry.db"
    database(file).close()
    whole = file.read_bytes()
    file.write_bytes(whole[: len(whole) // 2 // 4096 * 4096])
    assert "is no sound SQLite database" in str(saves.read(tmp_path, "p", "/registry.db").flaw)


def test_a_database_with_a_page_of_zeros_is_not_sound(tmp_path: Path) -> None:
    file = tmp_path / "registry.db"
    database(file).close()
    whole = file.read_bytes()
    file.write_bytes(whole[:8192] + bytes(4096) + whole[12288:])
    flaw = saves.read(tmp_path, "p", "/registry.db").flaw
    assert flaw is not None
    assert "Page 3" in flaw


def test_links_lead_on_in_the_machine_s_own_tree(tmp_path: Path) -> None:
    put(tmp_path, "data/last.json", b"{}")
    (tmp_path / "home").mkdir()
    (tmp_path / "home/saves").symlink_to("/data")
    (tmp_path / "home/last").symlink_to("saves/../data/last.json")
    assert real(tmp_path, "/home/last") == tmp_path / "data/last.json"
    assert list(matches(tmp_path, "/home/saves/*.json")) == [("/home/saves/last.json", tmp_path / "data/last.json")]
    assert real(tmp_path, "/../../etc") == tmp_path / "etc"
    (tmp_path / "home/round").symlink_to("round")
    with pytest.raises(OSError, match="too many symbolic links"):
        real(tmp_path, "/home/round/x")


def test_what_a_pattern_leaves_open_is_told_from_what_it_fixes() -> None:
    assert varying("/home/web/*.save", "/home/web/api.save") == "api.save"
    assert varying("/home/*/x/*.save", "/home/web/x/api.save") == "web/x/api.save"
    assert varying("/home/web/a.save", "/home/web/a.save") == ""


def test_only_what_is_wanted_counts(tmp_path: Path) -> None:
    put(tmp_path, "s/api.save", b"x", age=50)
    put(tmp_path, "s/web.save", b"", age=5)
    assert saves.read(tmp_path, "p", "/s/*.save", lambda name: "api" in name).flaw is None
    assert saves.read(tmp_path, "p", "/s/*.save", lambda name: "ops" in name).flaw == "is not there"


def test_the_nearest_folder_that_is_there_is_watched(tmp_path: Path) -> None:
    (tmp_path / "home/saves").mkdir(parents=True)
    assert folder(tmp_path, "/home/saves/a.db") == tmp_path / "home/saves"
    assert folder(tmp_path, "/home/saves/*.db") == tmp_path / "home/saves"
    assert folder(tmp_path, "/home/none/at/all/*.db") == tmp_path / "home"


@pytest.mark.parametrize("how", How)
def test_a_spoiled_file_is_seen_as_spoiled_and_can_be_put_back_as_it_was(tmp_path: Path, how: How) -> None:
    file = put(tmp_path, "s/a.json", b'{"a": 1}', age=7)
    before, backup = file.stat().st_mtime_ns, _backup("p", "/s/a.json", file)
    bit, proof = _spoil(how, file, time.time_ns() - HOUR)
    assert bit, proof
    assert saves.read(tmp_path, "p", "/s/a.json").stale(600) is not None
    _put_back(backup, file)
    assert saves.read(tmp_path, "p", "/s/a.json").stale(600) is None
    assert (file.read_bytes(), file.stat().st_mtime_ns) == (b'{"a": 1}', before)


@pytest.mark.parametrize("how", How)
def test_a_spoiled_database_loses_what_is_in_its_wal_and_gets_it_back(tmp_path: Path, how: How) -> None:
    file = tmp_path / "registry.db"
    with closing(database(file)):
        backup = _backup("p", "/registry.db", file)
        bit, proof = _spoil(how, file, time.time_ns() - HOUR)
        assert bit, proof
        assert saves.read(tmp_path, "p", "/registry.db").stale(600) is not None
        assert file.with_name("registry.db-wal").exists() is (how is How.OLD)
        _put_back(backup, file)
    assert saves.read(tmp_path, "p", "/registry.db").stale(600) is None
    with closing(sqlite3.connect(file)) as opened:
        assert opened.execute("SELECT count(*) FROM role").fetchone() == (200,)
