"""What is read off an agent's disk: its conversations, and which of them a process holds."""

import hashlib
import json
import os
import signal
from pathlib import Path

import pytest

from holdfast.agents import configs
from holdfast.agents.protocol import Unreadable
from holdfast.model.seen import LiveAgent, Process, ProcessId
from tests.fast.standin import Home, Terminal, make_home, terminal
from tests.standins import standin

UNKNOWN = "11111111-2222-4333-8444-555555555555"
AGENT = standin()


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return make_home(tmp_path)


def process(pid: int, *argv: str, parent: int = 1) -> Process:
    start = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[19]
    return Process(ProcessId(pid, int(start)), parent, argv)


def entry(home: Home, pid: int, start: int, session: str) -> Path:
    folder = home.config / "sessions"
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{pid}.json"
    path.write_text(
        json.dumps({"pid": pid, "procStart": str(start), "sessionId": session, "cwd": "/w", "status": "idle"})
    )
    return path


def words(home: Home) -> list[str | None]:
    (transcript,) = AGENT.transcripts(home.path)
    return [turn.word for turn in transcript.turns]


def test_a_home_without_conversations_has_none(home: Home) -> None:
    assert AGENT.transcripts(home.path) == ()
    assert AGENT.live(home.path, ()) == ()


def test_a_conversation_is_read_with_its_turns_and_its_file(home: Home) -> None:
    session = home.born("remember alpha", "prove 1", "remember beta")
    (found,) = AGENT.transcripts(home.path)
    status = home.transcripts()[0].stat()
    assert [turn.word for turn in found.turns] == ["alpha", None, "beta"]
    uuids = [record["uuid"] for record in home.records(session) if record["type"] == "user"]
    assert [turn.uuid for turn in found.turns] == uuids
    assert (found.session, found.path) == (session, str(home.transcripts()[0]))
    assert (found.size, found.mtime_ns, found.ctime_ns) == (status.st_size, status.st_mtime_ns, status.st_ctime_ns)
    assert found.digest == hashlib.sha256(home.transcripts()[0].read_bytes()).hexdigest()
    assert found.inode == status.st_ino


def test_what_no_person_typed_is_no_turn(home: Home) -> None:
    with terminal(home) as agent:
        agent.expect("> ")
        agent.say("/clear", "\x1b\\[2J")
        agent.hold()
        agent.type("\x03")
        agent.expect("released")
        agent.say("remember alpha", "noted")
    assert words(home) == [None, "alpha"]


@pytest.mark.parametrize(
    "content",
    [
        [{"type": "tool_result", "content": "remember me", "tool_use_id": "t"}],
        [{"type": "text", "text": "[Request interrupted by user for tool use]"}],
        "<command-name>/clear</command-name>",
        "<local-command-stdout></local-command-stdout>",
        None,
    ],
)
def test_what_the_real_one_writes_as_user_and_nobody_typed_is_no_turn(home: Home, content: object) -> None:
    home.project.mkdir(parents=True)
    record = {"type": "user", "uuid": UNKNOWN, "message": {"role": "user", "content": content}}
    (home.project / f"{UNKNOWN}.jsonl").write_text(json.dumps(record))
    assert words(home) == []


def test_torn_lines_and_other_values_are_passed_over(home: Home) -> None:
    home.born("remember alpha", "remember beta")
    path = home.transcripts()[0]
    path.write_bytes(b"[1]\n\0\0\n" + path.read_bytes()[:-40])
    assert words(home) == ["alpha", "beta"]


def test_names_that_are_no_uuid_are_no_conversations(home: Home) -> None:
    home.born("remember alpha")
    path = home.transcripts()[0]
    (home.project / "backup.jsonl").write_bytes(path.read_bytes())
    (home.project / f"{UNKNOWN}.json").write_bytes(path.read_bytes())
    assert [found.path for found in AGENT.transcripts(home.path)] == [str(path)]


def test_a_copy_is_the_conversation_that_its_name_says(home: Home) -> None:
    session = home.born("remember alpha")
    (home.project / f"{UNKNOWN}.jsonl").write_bytes(home.transcripts()[0].read_bytes())
    assert {found.session for found in AGENT.transcripts(home.path)} == {session, UNKNOWN}


def test_what_can_not_be_read_is_an_error_and_not_empty(home: Home) -> None:
    home.config.mkdir()
    (home.config / "projects").write_text("in the way")
    (home.config / "sessions").write_text("in the way")
    with pytest.raises(Unreadable, match="projects"):
        AGENT.transcripts(home.path)
    with pytest.raises(Unreadable, match="sessions"):
        AGENT.live(home.path, ())


def test_a_live_agent_is_found_by_pid_and_start(home: Home) -> None:
    with terminal(home) as agent:
        session = agent.say("remember alpha", r"noted (\S+)")[1]
        seen = process(agent.pid, "claude")
        assert AGENT.live(home.path, (seen,)) == (LiveAgent(seen.id, session, str(home.work)),)


def test_the_entry_of_a_killed_agent_is_nobodys(home: Home) -> None:
    with terminal(home) as agent:
        agent.expect("> ")
        agent.signal(signal.SIGKILL)
        agent.ended()
    assert len(home.registry()) == 1
    assert AGENT.live(home.path, (process(os.getpid(), "python"),)) == ()


def test_a_pid_that_is_anothers_now_does_not_count(home: Home) -> None:
    mine = process(os.getpid(), "python")
    entry(home, mine.id.pid, mine.id.start - 1, UNKNOWN)
    assert AGENT.live(home.path, (mine,)) == ()


@pytest.mark.parametrize(
    "argv", [("claude",), ("/opt/holdfast/bin/claude", "-c"), ("/usr/bin/python3", "-IS", "/x/claude")]
)
def test_an_agent_without_an_entry_is_not_lost(home: Home, argv: tuple[str, ...]) -> None:
    mine = process(os.getpid(), *argv)
    assert AGENT.live(home.path, (mine,)) == (LiveAgent(mine.id, "", ""),)


def test_a_child_of_an_agent_is_no_agent_of_its_own(home: Home) -> None:
    mine, other = process(os.getpid(), "claude"), process(1, "claude", parent=os.getpid())
    entry(home, mine.id.pid, mine.id.start, UNKNOWN)
    assert [agent.session for agent in AGENT.live(home.path, (mine, other))] == [UNKNOWN]


@pytest.mark.parametrize("argv", [("sh", "-c", "claude"), ("vim", "claude"), ("claude-helper",), ()])
def test_what_only_speaks_of_an_agent_is_none(home: Home, argv: tuple[str, ...]) -> None:
    assert AGENT.live(home.path, (process(os.getpid(), *argv),)) == ()


def test_an_entry_that_is_being_written_is_read_as_far_as_it_is_whole(home: Home) -> None:
    mine = process(os.getpid(), "claude")
    path = entry(home, mine.id.pid, mine.id.start, UNKNOWN)
    path.write_text(path.read_text() + '67}"busy"}')
    assert [agent.session for agent in AGENT.live(home.path, (mine,))] == [UNKNOWN]
    for nothing in ("", "\0" * 40):  # the second is what a power cut leaves
        path.write_text(nothing)
        assert [agent.session for agent in AGENT.live(home.path, (mine,))] == [""]
    path.write_text("{}")
    with pytest.raises(Unreadable, match="no registry entry"):
        AGENT.live(home.path, (mine,))


def test_conversations_and_agents_are_found_in_a_config_dir_of_the_agents_own(home: Home) -> None:
    """One a container, and none of them the usual one; a folder to work in may have a .claude of settings alone."""
    (home.work / ".claude").mkdir()
    for volume in ("agents/api/.claude", ".fleet/agents/web"):
        config = home.path / volume
        home.ask("-p", f"remember {config.parent.name}", CLAUDE_CONFIG_DIR=str(config))
    found = AGENT.transcripts(home.path)
    assert [turn.word for transcript in found for turn in transcript.turns] == ["agents", "api"]
    assert [AGENT.environment(home.path, "/home/dev", Path(transcript.path)) for transcript in found] == [
        {"CLAUDE_CONFIG_DIR": "/home/dev/.fleet/agents/web"},
        {"CLAUDE_CONFIG_DIR": "/home/dev/agents/api/.claude"},
    ]
    home.born("remember alpha")
    usual = next(home.config.glob("projects/*/*.jsonl"))
    assert AGENT.environment(home.path, "/home/dev", usual) == {}
    mine = process(os.getpid(), "claude")
    for path in (home.path / "agents/api/.claude/sessions").iterdir():
        path.unlink()
    apart = Home(home.path / "agents" / "api")
    entry(apart, mine.id.pid, mine.id.start, UNKNOWN)
    assert AGENT.live(home.path, (mine,)) == (LiveAgent(mine.id, UNKNOWN, "/w"),)
    assert apart.config / "sessions" in AGENT.watched(home.path)


def test_the_watched_folder_is_the_nearest_that_exists(home: Home) -> None:
    assert AGENT.watched(home.path) == (home.path,)
    agent = Terminal(home)
    agent.expect("> ")
    agent.close()
    assert AGENT.watched(home.path) == (home.config / "sessions",)


def test_the_summary_of_a_compacted_conversation_is_no_prompt_of_a_persons(home: Home) -> None:
    with terminal(home) as agent:
        agent.say("remember alpha", "● noted")
        agent.say("remember beta", "● noted")
        agent.say("/compact", "Compacted")
        agent.say("remember gamma", "● noted")
    (found,) = AGENT.transcripts(home.path)
    assert [turn.word for turn in found.turns] == ["alpha", "beta", "gamma"]


def test_a_folder_that_goes_while_config_dirs_are_looked_for_is_no_failure(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The real agent's lock, ~/.claude.json.lock, is a folder that lasts for a moment."""
    (tmp_path / "agents" / "api" / ".claude" / "projects").mkdir(parents=True)
    lock = tmp_path / ".claude.json.lock"
    scan = os.scandir

    def late(folder: str) -> object:
        if folder == str(lock):
            lock.rmdir()
        return scan(folder)

    lock.mkdir()
    monkeypatch.setattr(os, "scandir", late)
    assert configs.configs(tmp_path) == (tmp_path / ".claude", tmp_path / "agents" / "api" / ".claude")
    assert not lock.exists()
