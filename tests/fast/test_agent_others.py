"""opencode and gemini-cli as the engine sees them: their screens, conversations and processes, and how they are
equipped. The screens and records are the real ones', shortened.
"""

import contextlib
import json
import sqlite3
from pathlib import Path

import pytest

from holdfast.agents import Agent, Given
from holdfast.agents.gemini import Gemini
from holdfast.agents.opencode import Opencode
from holdfast.agents.protocol import Unreadable
from holdfast.model.seen import Process, ProcessId

OPENCODE = Opencode(Given(Path("opencode"), "1.18.33", Path("suite")))
GEMINI = Gemini(Given(Path("package/bundle/gemini.js"), "0.61.0", Path("suite")))
SESSION = "ses_e0112614effeS5dlJoln2vqud9"
ID = "01c9940b-2d68-45db-b121-c1d664bb3e6e"


@pytest.mark.parametrize(
    "agent, text, ready, holding",
    [
        (OPENCODE, '  ┃  Ask anything… "Fix broken tests"\n  ┃\n  ┃  Build · m holdfast\n', True, False),
        (OPENCODE, "  ┃  hold\n  ┃\n  ┃  ⠹ tail -f /dev/null\n  ┃  Build · m\n   ⬝⬝■■  esc interrupt\n", False, True),
        (OPENCODE, "  ┃  User aborted the command\n     ▣  Build · m · interrupted\n  ┃  Build · m\n", True, False),
        (OPENCODE, "", False, False),
        (GEMINI, " ▝▜▄     Gemini CLI v0.61.0\n >   Type your message or @path/to/file\n", True, False),
        (
            GEMINI,
            "│ ⊶  Shell tail -f /dev/null\n ⠼ Thinking... (esc to cancel, 2s)\n >   Type your message\n",
            False,
            True,
        ),
        (GEMINI, "ℹ Request cancelled.\n│ -  Shell tail -f /dev/null\n >   Type your message\n", True, False),
        (GEMINI, "", False, False),
    ],
)
def test_a_screen_tells_whether_it_waits_and_whether_a_task_runs(
    agent: Agent, text: str, ready: bool, holding: bool
) -> None:
    assert (agent.ready(text), agent.holding(text)) == (ready, holding)


def test_answers_are_read() -> None:
    digest = "a" * 32
    assert OPENCODE.noted(f"noted {SESSION} 1\n") == SESSION
    assert OPENCODE.proof(f"proof {SESSION} {digest}\n") == (SESSION, digest)
    assert GEMINI.noted("✦ noted nobody 1\n") == "nobody"
    assert GEMINI.proof(f"✦ proof nobody {digest}\n") == ("nobody", digest)
    assert (OPENCODE.noted("noted 1"), OPENCODE.proof("proof"), GEMINI.noted(""), GEMINI.proof("")) == (None,) * 4
    assert GEMINI.leaving(" Press Ctrl+C again to exit.\n")


def test_the_conversations_of_gemini_are_those_with_a_prompt(tmp_path: Path) -> None:
    assert GEMINI.transcripts(tmp_path) == ()
    folder = tmp_path / ".gemini" / "tmp" / "work" / "chats"
    folder.mkdir(parents=True)
    head = {"sessionId": ID, "projectHash": "7", "kind": "main"}
    prompts = [{"id": "47c4", "type": "user", "content": [{"text": "remember beta"}]}]
    answers = [{"id": "1000", "type": "gemini", "content": "noted nobody 1"}, {"$set": {"lastUpdated": "x"}}]
    for name, records in (("16-23", [head, *prompts, *answers]), ("16-24", [head])):
        lines = "".join(json.dumps(record) + "\n" for record in records)
        (folder / f"session-2026-11-21T{name}-01c9940b.jsonl").write_text(lines + '{"torn')
    (found,) = GEMINI.transcripts(tmp_path)
    assert (found.session, [turn.word for turn in found.turns]) == (ID, ["beta"])
    assert GEMINI.watched(tmp_path) == (tmp_path / ".gemini" / "tmp",)


def test_the_conversations_of_opencode_are_in_its_database(tmp_path: Path) -> None:
    assert OPENCODE.transcripts(tmp_path) == ()
    folder = tmp_path / ".local" / "share" / "opencode"
    folder.mkdir(parents=True)
    with contextlib.closing(sqlite3.connect(folder / "opencode.db", isolation_level=None)) as database:
        database.execute("CREATE TABLE session (id, time_created, time_updated)")
        database.execute("CREATE TABLE message (id, session_id, time_created, data)")
        database.execute("CREATE TABLE part (id, message_id, data)")
        database.execute("INSERT INTO session VALUES (?, 1, 5)", (SESSION,))
        said = [("user", '"remember alpha"'), ("assistant", "noted"), ("user", "remember beta"), ("user", "hold")]
        for number, (role, text) in enumerate(said):
            database.execute(
                "INSERT INTO message VALUES (?, ?, ?, ?)", (number, SESSION, number, json.dumps({"role": role}))
            )
            for part, data in (("a", {"type": "step-start"}), ("b", {"type": "text", "text": text})):
                database.execute("INSERT INTO part VALUES (?, ?, ?)", (f"{number}{part}", number, json.dumps(data)))
    (found,) = OPENCODE.transcripts(tmp_path)
    assert (found.session, found.mtime_ns) == (SESSION, 5_000_000)
    assert [turn.word for turn in found.turns] == ["alpha", "beta", None]
    assert OPENCODE.watched(tmp_path) == (folder,)
    (folder / "opencode.db").write_bytes(b"no database at all")
    with pytest.raises(Unreadable, match="can't be read"):
        OPENCODE.transcripts(tmp_path)


def test_a_running_one_is_known_by_its_argv_and_its_session_by_what_it_resumes(tmp_path: Path) -> None:
    def process(pid: int, parent: int, *argv: str) -> Process:
        return Process(ProcessId(pid, pid), parent, argv)

    seen = (
        process(3, 1, "opencode", "run", "-s", SESSION, "hi"),
        process(4, 3, "opencode", "run", "-s", SESSION, "hi"),
        process(5, 1, "opencode", f"--session={SESSION}"),
        process(6, 1, "opencode"),
        process(7, 1, "node", "/opt/holdfast/gemini/bundle/gemini.js", "--resume", ID),
        process(8, 1, "vim", "opencode"),
    )
    live = [(each.id.pid, each.session) for each in OPENCODE.live(tmp_path, seen)]
    assert live == [(3, SESSION), (5, SESSION), (6, "")]
    assert [(each.id.pid, each.session) for each in GEMINI.live(tmp_path, seen)] == [(7, ID)]


@pytest.mark.parametrize("agent", [OPENCODE, GEMINI])
def test_they_are_equipped_to_ask_only_the_model(agent: Agent, tmp_path: Path) -> None:
    outfit = agent.outfit(tmp_path)
    written = [path.read_text() for path in tmp_path.rglob("*.json")]
    assert outfit.service
    assert (Path("suite/model"), outfit.service[2]) in outfit.binds
    assert f"http://127.0.0.1:{outfit.port}" in "".join([*written, *outfit.environment.values()])
