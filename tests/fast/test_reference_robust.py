"""What must not stop the reference launcher: one role's trouble, an odd letter, a stale journal, a long command."""

import json
import os
import stat
import subprocess
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.fast.test_reference_records import BEGIN, NEW, OLD, REFERENCE, begun, fleet, registry, session, tell

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)
TOLD = st.fixed_dictionaries(
    {"hook_event_name": st.sampled_from(["SessionStart", "UserPromptSubmit", "PostToolUse"])},
    optional={
        "session_id": st.just(OLD) | st.just(NEW) | JSON,
        "source": JSON,
        "prompt": JSON,
        "tool_name": st.sampled_from(["Bash", "TodoWrite", "Edit"]) | JSON,
        "tool_input": st.fixed_dictionaries({}, optional={"todos": JSON, "command": JSON, "file_path": JSON}) | JSON,
    },
)
KNOWN = "print([entry.role for entry in registry.known()])"


def saves(home: Path) -> list[Path]:
    return sorted((home / ".fleet" / "saves").iterdir())


def other(role: str) -> str:
    return BEGIN.replace('"api"', f'"{role}"')


def test_a_save_that_is_the_first_to_hear_of_a_move_does_not_wait_for_itself(tmp_path: Path) -> None:
    begun(tmp_path)
    tell(tmp_path, hook_event_name="SessionStart", session_id=NEW, source="clear")
    assert fleet(tmp_path, "import signal; signal.alarm(10); registry.save()") == ""
    assert NEW in saves(tmp_path)[-1].read_text()


def test_what_an_agent_says_is_taken_in_whatever_it_is(tmp_path: Path) -> None:
    begun(tmp_path)
    inbox = tmp_path / ".fleet" / "inbox"

    @settings(max_examples=200, deadline=None)
    @given(TOLD)
    def write(told: dict[str, object]) -> None:
        (inbox / f"{100000001 + len(list(inbox.iterdir()))}-7.b.api").write_text(json.dumps(told))

    write()
    (inbox / "100009999-7.b.api").write_text('{"hook_event_name": "Stop", "deep": ' + "[" * 100_000)
    assert "100009999-7.b.api can't be understood" in fleet(tmp_path, KNOWN)
    assert list(inbox.iterdir()) == []


def test_one_roles_state_file_that_cant_be_written_is_no_other_roles_business(tmp_path: Path) -> None:
    begun(tmp_path)
    state = tmp_path / ".agent-session.json"
    state.unlink()
    state.mkdir()
    tell(tmp_path, hook_event_name="UserPromptSubmit", session_id=OLD, prompt="build it")
    assert "api: its state file can't be written" in fleet(tmp_path, KNOWN)
    assert session(tmp_path) == f"{OLD} 1 1", "the letter was taken in"
    state.rmdir()
    assert fleet(tmp_path, "registry.save()") == ""
    assert json.loads(state.read_text())["task"] == "build it", "the next save has brought it up to date"


@pytest.mark.parametrize("role", ["api", "\udcff", "../api"])
def test_no_letter_holds_up_a_role(tmp_path: Path, role: str) -> None:
    begun(tmp_path)
    letter = tmp_path / ".fleet" / "inbox" / f"100000001-7.b.{role.replace('/', '')}"
    letter.write_text(json.dumps({"hook_event_name": "SessionStart", "session_id": NEW, "source": "\ud800"}))
    assert fleet(tmp_path, KNOWN) == "['api']"
    assert not letter.exists()


def test_a_config_dir_that_cant_be_looked_at_is_one_roles_trouble(tmp_path: Path) -> None:
    begun(tmp_path)
    tell(tmp_path, hook_event_name="SessionStart", session_id=NEW, source="resume")
    away = """
from fleet import agent
def has_conversation(config, session):
    raise OSError(107, "Transport endpoint is not connected")
agent.has_conversation = has_conversation
entry = registry.load("api")
print(entry.session, entry.prompted)
"""
    assert fleet(tmp_path, away) == f"{NEW} 1", "and it is never begun afresh"


def test_a_user_without_an_entry_has_an_environment(tmp_path: Path) -> None:
    code = """
import os
os.geteuid = lambda: 1234567
from fleet import agent, sessions
agent.search_path = lambda: "/bin"
own = sessions._own_environment()
print(own["SHELL"], own["HOME"])
"""
    assert fleet(tmp_path, code) == f"/bin/sh {tmp_path}"


def test_of_whoever_presses_only_settings_are_handed_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("CLAUDECODE", "SSH_AUTH_SOCK", "SECRET_OF_A_SERVICE", "TMUX", "ANTHROPIC_BASE_URL", "https_proxy"):
        monkeypatch.setenv(name, "given")
    code = """
from fleet import agent, sessions
agent.search_path = lambda: "/bin"
print(sorted(name for name, value in sessions._own_environment().items() if value == "given"))
"""
    assert fleet(tmp_path, code) == "['ANTHROPIC_BASE_URL', 'https_proxy']"


def test_a_live_role_whose_stop_was_ended_half_done_is_wanted_again(tmp_path: Path) -> None:
    begun(tmp_path, 'registry.change("api", stopped=True)')
    code = """
from fleet import sessions
sessions._agent_pane = lambda role: sessions.Pane("%0", True)
print(sessions.resume("api"), registry.load("api").stopped)
"""
    assert fleet(tmp_path, code) == "api: live, left alone 0"


def test_a_move_to_a_conversation_that_is_on_disk_is_never_begun_afresh(tmp_path: Path) -> None:
    begun(tmp_path)
    transcript = tmp_path / ".claude" / "projects" / "-work" / f"{NEW}.jsonl"
    transcript.parent.mkdir(parents=True)
    transcript.write_text("{}\n")
    tell(tmp_path, hook_event_name="SessionStart", session_id=NEW, source="resume")
    assert session(tmp_path) == f"{NEW} 2 1"


def test_a_role_may_be_called_part(tmp_path: Path) -> None:
    assert fleet(tmp_path, other("part").format(home=str(tmp_path))) == ""
    tell(tmp_path, "part", hook_event_name="SessionStart", session_id=NEW, source="clear")
    assert fleet(tmp_path, 'print(registry.load("part").session)') == NEW


def test_two_hooks_at_once_write_two_letters(tmp_path: Path) -> None:
    begun(tmp_path)
    environment = {"HOME": str(tmp_path), "PATH": os.environ["PATH"], "FLEET_ROLE": "api"}
    running = [
        subprocess.Popen([REFERENCE / "hooks" / "tell"], stdin=subprocess.PIPE, env=environment) for _ in range(8)
    ]  # each has counted the letters that were there, or will, and waits for its words
    for hook in running:
        hook.communicate(b'{"hook_event_name": "Stop"}', timeout=30)
    assert len(list((tmp_path / ".fleet" / "inbox").iterdir())) == len(running)


def test_a_letter_that_cant_be_written_is_told_to_the_agent(tmp_path: Path) -> None:
    done = tell(tmp_path, hook_event_name="Stop")
    assert (done.returncode, "what the agent does now is not saved" in done.stderr) == (1, True)


@pytest.mark.parametrize("name", ["a" * 65, "a.b", "-a", "é"])
def test_a_name_that_no_file_or_target_can_have_is_no_role(tmp_path: Path, name: str) -> None:
    assert fleet(tmp_path, f"import re; print(re.fullmatch(registry.ROLE, {name!r}))") == "None"


def test_a_registry_that_has_gone_is_not_begun_anew_beside_saves_of_which_none_is_good(tmp_path: Path) -> None:
    begun(tmp_path)
    registry(tmp_path).unlink()
    for save in saves(tmp_path):
        save.write_text("torn")
    assert "has gone, and there is no good save" in fleet(tmp_path, KNOWN)
    assert not registry(tmp_path).exists()


def test_a_journal_belongs_to_no_other_registry(tmp_path: Path) -> None:
    begun(tmp_path)
    registry(tmp_path).unlink()
    journal = registry(tmp_path).with_name("registry.db-wal")
    journal.write_bytes(b"of another registry" * 400)
    assert "went back to the save" in fleet(tmp_path, KNOWN)
    assert fleet(tmp_path, KNOWN) == "['api']"
    (kept,) = journal.parent.glob("damaged-*.registry.db-wal")
    assert kept.read_bytes().startswith(b"of another")


def test_a_strange_file_among_the_saves_is_none(tmp_path: Path) -> None:
    begun(tmp_path)
    (tmp_path / ".fleet" / "saves" / "notes.json").write_text("{}")
    assert fleet(tmp_path, "registry.save(); print(saves.verdict()[:5])") == "saved"


def test_a_save_from_before_the_clock_was_set_back_is_an_alarm_and_puts_none_off(tmp_path: Path) -> None:
    begun(tmp_path)
    ahead = "import time; now = time.time(); time.time = lambda: now + 7200; registry.save()"
    assert fleet(tmp_path, ahead) == ""
    os.utime(saves(tmp_path)[-1], (time.time() + 7200,) * 2)
    assert "minutes from now" in fleet(tmp_path, "print(saves.verdict())")
    soon = """
import threading
from fleet import clock
saves.EVERY, clock.TICK = 0.2, 0.05
taken = threading.Event()
registry.save = taken.set
threading.Thread(target=clock.run, args=(threading.Event(),), daemon=True).start()
print(taken.wait(20.0))
"""
    assert fleet(tmp_path, soon) == "True"


@pytest.mark.parametrize(
    "text",
    [
        '{"api_key": "hunter2"}',
        "curl -u me:hunter2 https://example.org",
        "curl --user=me:hunter2 https://example.org",
        "export DB_PASS=hunter2",
        "mysql -u root -phunter2 shop",
        "mysql -phunter2 shop",
        "mysqldump --password=hunter2 shop | ssh -p2222 b",
        "mysqldump -u root -phunter2 x | ssh -p2222 h",
        "mysql -h db \\\n -u root \\\n -phunter2",
        "sshpass -p hunter2 ssh host",
        'curl -H "Authorization: token hunter2"',
        'curl -d "{\\"password\\": \\"hunter2\\"}"',
        'token := "hunter2"',
        "curl -u :hunter2 https://example.org",
        "curl -sSu  me:hunter2 https://example.org",
        "key=-----BEGIN PRIVATE KEY-----\nhunter2\nhunter2",
        "PASS=hunter2 ./run",
        "git clone https://:hunter2@example.org/x",
        "npm_hunter2hunter2 is mine",
        "echo '-----BEGIN RSA PRIVATE KEY-----\nhunter2'",
        "curl -H 'Authorization: Bearer hunter2'",
        "aws configure set secret_access_key hunter2",
    ],
)
def test_a_secret_is_in_no_state_file(tmp_path: Path, text: str) -> None:
    begun(tmp_path)
    tell(tmp_path, hook_event_name="PostToolUse", tool_name="Bash", session_id=OLD, tool_input={"command": text})
    assert fleet(tmp_path, KNOWN) == "['api']"
    (command,) = json.loads((tmp_path / ".agent-session.json").read_text())["commands"]
    assert ("hunter2" in command, "***" in command) == (False, True)


@pytest.mark.parametrize(
    "text", ["sort -u names.txt", "docker run -u 1000:1000 x", "ssh -p 2222 host", "git add -A && make -j4"]
)
def test_a_command_without_a_secret_stays_as_it_is(tmp_path: Path, text: str) -> None:
    assert fleet(tmp_path, f"print(state.clean({text!r}))") == text


@pytest.mark.parametrize("word", ["a", "auth", "key ", "-u", "pass"])
def test_a_long_text_holds_nothing_up(tmp_path: Path, word: str) -> None:
    began = time.monotonic()
    assert fleet(tmp_path, f"print(len(state.clean({word!r} * 100_000)) <= 300)") == "True"
    assert time.monotonic() - began < 10


def test_what_fleet_keeps_is_its_owners_alone(tmp_path: Path) -> None:
    begun(tmp_path)
    folders = [tmp_path / ".fleet", *(path for path in (tmp_path / ".fleet").rglob("*") if path.is_dir())]
    assert {stat.S_IMODE(folder.stat().st_mode) for folder in folders} == {0o700}


def test_a_resume_that_is_ended_while_the_agent_comes_up_is_wanted_and_one_that_fails_is_not(tmp_path: Path) -> None:
    begun(tmp_path, 'registry.change("api", stopped=True)')
    resume = """
import os
from fleet import sessions
def launch(*_):
    {}
sessions._launch = launch
sessions.resume("api")
"""
    stopped = 'print(registry.load("api").stopped)'
    assert fleet(tmp_path, resume.format("raise OSError('no agent')")) == "OSError: no agent"
    assert fleet(tmp_path, stopped) == "1"
    assert fleet(tmp_path, resume.format("os._exit(0)")) == ""
    assert fleet(tmp_path, stopped) == "0"


def test_the_working_set_is_shown_to_whoever_comes_back(tmp_path: Path) -> None:
    begun(tmp_path)
    tell(tmp_path, hook_event_name="UserPromptSubmit", session_id=OLD, prompt="build it")
    tell(tmp_path, hook_event_name="PostToolUse", tool_name="Edit", session_id=OLD, tool_input={"file_path": "a.py"})
    shown = fleet(tmp_path, 'print(state.shown(registry.load("api")))')
    assert shown.splitlines()[:3] == [f"folder: {tmp_path}", "  task: build it", "  files: a.py"]
