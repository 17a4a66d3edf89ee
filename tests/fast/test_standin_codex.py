"""The stand-in for Codex: its threads, made at the first prompt, resumed by id and by its database; observed of the
real one."""

import json
import os
import re
import time
from pathlib import Path

import pytest

from tests.fast.standin import digest
from tests.fast.standin_codex import CodexHome, make_home, terminal

UNKNOWN = "11111111-2222-4333-8444-555555555555"


@pytest.fixture
def home(tmp_path: Path) -> CodexHome:
    return make_home(tmp_path)


def test_words_are_noted_and_proven(home: CodexHome) -> None:
    thread = home.born("remember alpha", "remember beta")
    assert home.exec("resume", thread, "prove 7").stdout == f"proof {thread} {digest(['alpha', 'beta'], '7')}\n"
    assert home.exec("anything else").stdout == "ok\n"


def test_a_thread_is_one_rollout_named_by_its_time_and_a_uuid_of_version_7(home: CodexHome) -> None:
    thread = home.born("remember alpha", "remember beta")
    (path,) = home.rollouts()
    assert re.fullmatch(rf"rollout-\d{{4}}(-\d\d){{2}}T\d\d(-\d\d){{2}}-{thread}\.jsonl", path.name)
    assert path.parent == home.config / time.strftime("sessions/%Y/%m/%d")
    assert thread[14] == "7"
    assert abs(int(thread.replace("-", "")[:12], 16) / 1000 - time.time()) < 60


def test_records_are_numbered_and_the_first_says_where_the_thread_comes_from(home: CodexHome) -> None:
    thread = home.born("remember alpha", "remember beta")
    records = home.records(thread)
    assert [record["ordinal"] for record in records] == list(range(len(records)))
    meta = records[0]["payload"]
    assert isinstance(meta, dict)
    assert (meta["id"], meta["cwd"], meta["source"]) == (thread, str(home.work), "exec")
    assert (meta["originator"], meta["cli_version"]) == ("codex_exec", "0.169.0")
    assert [record["type"] for record in records].count("session_meta") == 1


def test_the_database_has_a_row_a_thread(home: CodexHome) -> None:
    one = home.born("remember alpha", "remember beta")
    two = home.born("remember gamma")
    assert home.rows() == [(one, "exec", "remember alpha"), (two, "exec", "remember gamma")]


def test_last_follows_the_database_and_not_the_files_times(home: CodexHome) -> None:
    home.born("remember old")
    new = home.born("remember new")
    os.utime(home.rollouts()[0], (time.time() + 60, time.time() + 60))
    assert home.exec("resume", "--last", "prove 7").stdout.split()[1] == new


def test_a_lost_database_is_made_again_from_the_files(home: CodexHome) -> None:
    thread = home.born("remember alpha")
    for path in home.config.glob("state_5.sqlite*"):
        path.unlink()
    assert home.exec("resume", "--last", "prove 7").stdout.split()[1:] == [thread, digest(["alpha"], "7")]


def test_last_in_a_folder_without_threads_is_silently_a_new_one(home: CodexHome) -> None:
    thread = home.born("remember alpha")
    done = home.exec("resume", "--last", "prove 7", cwd=home.path)
    assert (done.returncode, done.stdout.split()[2]) == (0, digest([], "7"))
    assert home.exec("resume", "--last", "--all", "prove 7", cwd=home.path).stdout.split()[1] != thread


def test_an_id_is_known_from_every_folder(home: CodexHome) -> None:
    thread = home.born("remember alpha")
    assert home.exec("resume", thread, "prove 7", cwd=home.path).stdout.split()[1] == thread


def test_an_unknown_id_is_said(home: CodexHome) -> None:
    done = home.exec("resume", UNKNOWN, "prove 7")
    assert (done.returncode, done.stdout) == (1, "")
    said = f"thread/resume failed: no rollout found for thread id {UNKNOWN} (code -32600)"
    assert done.stderr == f"Error: thread/resume: {said}\n"


def test_an_unknown_name_is_silently_a_new_thread_in_exec_and_refused_on_a_terminal(home: CodexHome) -> None:
    done = home.exec("resume", "nosuchname", "prove 7")
    assert (done.returncode, done.stdout.split()[2]) == (0, digest([], "7"))
    with terminal(home, "resume", "nosuchname") as agent:
        agent.expect("ERROR: No saved session found with ID nosuchname. Run `codex resume`")
        assert agent.ended() == 1


def test_a_copied_rollout_answers_as_the_thread_that_its_first_record_names(home: CodexHome) -> None:
    thread = home.born("remember alpha")
    (path,) = home.rollouts()
    path.with_name(path.name.replace(thread, UNKNOWN)).write_bytes(path.read_bytes())
    assert home.exec("resume", UNKNOWN, "prove 7").stdout.split()[1] == thread


def test_a_torn_last_line_does_not_matter_and_an_empty_file_can_not_be_resumed(home: CodexHome) -> None:
    thread = home.born("remember alpha")
    (path,) = home.rollouts()
    path.write_bytes(path.read_bytes() + b'{"timestamp":"2026')
    home.exec("resume", thread, "remember beta")
    assert home.exec("resume", thread, "prove 7").stdout.split()[2] == digest(["alpha", "beta"], "7")
    path.write_bytes(b"")
    done = home.exec("resume", thread, "prove 7")
    assert (done.returncode, "is empty (code -32603)" in done.stderr) == (1, True)


def test_one_writer_a_thread(home: CodexHome) -> None:
    with terminal(home) as agent:
        agent.expect("› ")
        thread = agent.say("remember alpha", r"noted (\S+)")[1]
        done = home.exec("resume", thread, "prove 7")
        assert (done.returncode, done.stdout) == (1, "")
        assert f"thread {thread} already has an active writer (code -32600)" in done.stderr


def test_the_formats_of_exec(home: CodexHome) -> None:
    events = [json.loads(line) for line in home.exec("--json", "remember alpha").stdout.splitlines()]
    assert [event["type"] for event in events] == ["thread.started", "turn.started", "item.completed", "turn.completed"]
    assert events[2]["item"]["text"] == f"noted {events[0]['thread_id']} 1"
    out = home.path / "out"
    done = home.exec("-o", str(out), "remember alpha")
    assert out.read_text() + "\n" == done.stdout
    assert f"session id: {done.stdout.split()[1]}\n" in done.stderr


def test_a_prompt_can_come_on_stdin(home: CodexHome) -> None:
    assert home.exec(stdin="remember alpha\n").stdout.startswith("noted ")
    assert home.exec("-", stdin="remember alpha\n").stdout.startswith("noted ")
    done = home.exec()
    assert (done.returncode, done.stderr) == (1, "Reading prompt from stdin...\nNo prompt provided via stdin.\n")


def test_an_unknown_option_and_a_command_that_is_not_there_are_refused(home: CodexHome) -> None:
    assert home.exec("--bogus", "hi").returncode == 2
    with terminal(home, "login") as agent:
        agent.expect("the stand-in has no `login`")
        assert agent.ended() == 2
