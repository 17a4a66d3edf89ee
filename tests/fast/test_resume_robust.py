"""Whatever lies on the disk, the doctor says what it is or that it couldn't read it, and never breaks off."""

import contextlib
import json
import os
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from holdfast.agents.resume import places, reading
from holdfast.agents.resume.causes import Cause
from holdfast.agents.resume.command import word
from holdfast.agents.resume.diagnosis import Outcome
from tests.fast.resume_world import ID, OTHER, World, make_world

NOBODY = 65534


@pytest.fixture
def world(tmp_path: Path) -> World:
    return make_world(tmp_path)


@pytest.fixture
def open_world() -> Iterator[World]:
    """One in a folder that every user may enter."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        yield make_world(Path(folder))


@contextlib.contextmanager
def without_rights() -> Iterator[None]:
    """As a user who may not read what is closed: root may read everything."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)


@contextlib.contextmanager
def closed(path: Path, mode: int = 0) -> Iterator[None]:
    """A file or folder that its user, who has all the rest, may not read."""
    before = path.stat().st_mode
    path.chmod(mode)
    if os.geteuid() == 0:
        top = next(parent for parent in path.parents if (parent / "proc").is_dir())
        for each in (top, *top.rglob("*")):
            os.chown(each, NOBODY, NOBODY, follow_symlinks=False)
    try:
        with without_rights():
            yield
    finally:
        path.chmod(before)


def test_a_transcript_that_can_not_be_read_proves_nothing(open_world: World) -> None:
    path = open_world.say()
    with closed(path):
        answer = open_world.ask()
    assert (answer.outcome, answer.causes) == (Outcome.UNDETERMINED, [])
    assert f"not read   {path}: Permission denied" in answer.text
    assert open_world.ask().outcome is Outcome.RESUMABLE


@pytest.mark.parametrize("mode", [0o000, 0o444])
def test_a_project_folder_that_can_not_be_read_proves_nothing(open_world: World, mode: int) -> None:
    open_world.say()
    with closed(open_world.project(), mode):
        answer = open_world.ask()
    assert answer.outcome is Outcome.UNDETERMINED
    assert "Permission denied" in answer.text


def test_a_project_folder_that_can_be_entered_and_not_listed_is_good_enough(open_world: World) -> None:
    open_world.say()
    with closed(open_world.project(), 0o111):
        assert open_world.ask().outcome is Outcome.RESUMABLE


def test_a_place_that_can_not_be_read_leaves_the_cause_open(open_world: World) -> None:
    other = open_world.folder("vol/projects")
    with closed(other):
        answer = open_world.ask(also=(other.parent,))
    assert (answer.outcome, answer.causes) == (Outcome.UNDETERMINED, [Cause.NEVER_WRITTEN])
    assert "the cause may lie where it could not be looked" in answer.text


def test_a_place_that_can_not_be_read_takes_nothing_from_a_cause_that_is_seen(open_world: World) -> None:
    closed_one, folder = open_world.folder("vol/projects"), open_world.folder("other")
    open_world.say(open_world.project(folder) / f"{ID}.jsonl", cwd=folder)
    with closed(closed_one):
        answer = open_world.ask(also=(closed_one.parent,))
    assert (answer.outcome, answer.causes) == (Outcome.LOST, [Cause.TRACKED])


def test_what_the_agent_would_read_decides_and_not_what_is_seen_elsewhere(open_world: World) -> None:
    path, folder = open_world.say(), open_world.folder("other")
    open_world.say(open_world.project(folder) / f"{ID}.jsonl", cwd=folder)
    with closed(path):
        assert open_world.ask().outcome is Outcome.UNDETERMINED


def test_a_folder_of_another_user_can_not_be_written(open_world: World) -> None:
    open_world.say(session=OTHER)
    with closed(open_world.project(), 0o555):
        answer = open_world.ask()
    assert (answer.outcome, answer.causes) == (Outcome.LOST, [Cause.NEVER_WRITTEN])
    assert "can't be written by this user" in answer.because(Cause.NEVER_WRITTEN)


def test_a_registry_that_can_not_be_read_is_no_empty_one(open_world: World) -> None:
    path = open_world.register(7, 70)
    with closed(path.parent):
        assert open_world.ask().outcome is Outcome.UNDETERMINED


SUMMARY = json.dumps({"type": "summary", "summary": "x" * 200}) + "\n"
LONG = json.dumps({"type": "user", "uuid": "u", "x": "x" * 200}) + "\n"
SHORT = json.dumps({"type": "user", "uuid": "u"}) + "\n"


@pytest.mark.parametrize(
    "bound, text, outcome",
    [
        ("LONGEST_LINE", LONG, Outcome.UNDETERMINED),
        ("LONGEST_LINE", SUMMARY, Outcome.UNDETERMINED),
        ("LONGEST_LINE", SUMMARY + SHORT, Outcome.RESUMABLE),
        ("MOST", SUMMARY + SHORT, Outcome.UNDETERMINED),
        ("MOST", SHORT + SUMMARY, Outcome.RESUMABLE),
    ],
)
def test_beyond_the_bounds_of_a_transcript_nothing_is_claimed(
    world: World, monkeypatch: pytest.MonkeyPatch, bound: str, text: str, outcome: Outcome
) -> None:
    world.put(world.expected(), text)
    monkeypatch.setattr(reading, bound, 100)
    assert world.ask().outcome is outcome


def test_a_large_transcript_is_read_to_its_first_message_only(world: World) -> None:
    path = world.say()
    with path.open("ab") as file:
        file.truncate(1 << 34)
    assert world.ask().outcome is Outcome.RESUMABLE


def test_an_id_across_the_parts_in_which_a_file_is_read_is_found(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.say(session=OTHER, uuid=ID)
    monkeypatch.setattr(reading, "_PART", 20)
    assert world.ask().causes == [Cause.TRANSIENT]


def test_a_pipe_and_a_folder_of_that_name_are_no_transcripts(world: World) -> None:
    world.project().mkdir(parents=True)
    os.mkfifo(world.expected())
    assert world.ask().outcome is Outcome.UNDETERMINED
    world.expected().unlink()
    world.expected().mkdir()
    assert world.ask().outcome is Outcome.UNDETERMINED


def test_links_to_nothing_and_to_themselves_are_passed_over(world: World) -> None:
    projects = world.config / "projects"
    projects.mkdir(parents=True)
    (projects / "loop").symlink_to("loop")
    (projects / "gone").symlink_to("nothing")
    world.project().mkdir()
    world.expected(OTHER).symlink_to("nothing")
    world.expected().symlink_to("nothing")
    assert world.ask().outcome is Outcome.LOST


def test_a_volume_is_searched_to_its_bound_and_what_is_left_is_said(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    deep = world.root / "vol" / "/".join("abcdefghijk")
    world.say(world.project(config=deep) / f"{ID}.jsonl")
    answer = world.ask(also=(world.root / "vol",))
    assert answer.outcome is Outcome.UNDETERMINED
    assert "too deep" in answer.text
    monkeypatch.setattr(places, "DEEPEST", 20)
    assert world.ask(also=(world.root / "vol",)).causes == [Cause.OTHER_CONFIG]


@pytest.mark.parametrize("name", ["a\nb", "a'b\\c", "x\udcff", "\u2028", "$(touch x)", "-rf"])
def test_a_strange_name_is_one_printable_line_and_one_word_of_bash(world: World, name: str) -> None:
    strange = world.folder(name)
    world.say(world.project(strange) / f"{ID}.jsonl", cwd=strange)
    answer = world.ask()
    assert answer.causes == [Cause.TRACKED]
    answer.text.encode()
    assert all(line.isprintable() for line in answer.text.split("\n"))
    assert f"    do         cd {word(str(strange))} && claude" in answer.text
    command = ("bash", "-c", f"printf %s {word(str(strange))}")
    said = subprocess.run(command, capture_output=True, check=True, timeout=10)
    assert said.stdout == os.fsencode(strange)


STRANGE = [
    b"",
    b"\xff\xfe\0",
    b"[" * 100_000,
    b'{"cwd":7,"uuid":[],"type":{}}',
    b'{"type":"user","uuid":"u","cwd":"\\ud800\\u0000"}',
    b'{"timestamp":1e400,"sessionId":"%s","project":[],"cleanupPeriodDays":1e400}' % ID.encode(),
    b'{"timestamp":%s,"sessionId":"%s","pid":1e400,"cleanupPeriodDays":%s}' % (b"9" * 400, ID.encode(), b"9" * 400),
    b'{"projects":{"\\ud800":{"lastSessionId":"%s"}},"pid":"x","sessionId":"%s"}' % (ID.encode(), ID.encode()),
    b'{"pid":7,"procStart":{},"sessionId":null}\n{"leafUuid":"\\ud800"}',
    b"NaN",
]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from(STRANGE) | st.binary(max_size=40), min_size=6, max_size=6), st.booleans())
def test_whatever_stands_in_the_files_there_is_an_answer(contents: list[bytes], elsewhere: bool) -> None:
    with tempfile.TemporaryDirectory() as folder:
        world = make_world(Path(folder))
        config = world.config
        found = config / f"projects/-x/{ID}.jsonl" if elsewhere else world.expected()
        names = [found, world.expected(OTHER), config / "history.jsonl", config / "settings.json"]
        names += [config / "sessions/7.json", world.home / ".claude.json"]
        for path, content in zip(names, contents, strict=True):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        world.run(7, 70)
        answer = world.ask()
        answer.text.encode()
        assert answer.outcome is not Outcome.LOST or answer.causes
        assert answer.outcome is not Outcome.RESUMABLE or not elsewhere
