"""What the reference launcher keeps of its roles: whole after damage, and never taken from a worse source."""

import json
import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

REFERENCE = Path(__file__).resolve().parents[2] / "fixtures" / "launchers" / "reference"
OLD, NEW = "11111111-1111-4111-8111-111111111111", "22222222-2222-4222-8222-222222222222"
BEGIN = f"""
registry.begin(Record("api", "claude", {{home!r}}, "", {OLD!r}, 1, False, False, "{{{{}}}}", "{{{{}}}}"))
"""


def fleet(home: Path, code: str) -> str:
    """What fleet's own modules print when they run `code` with that home; what they refuse on stderr as well."""
    text = "from fleet import inbox, registry, saves, state\nfrom fleet.registry import Record\n" + code
    done = subprocess.run(
        [sys.executable, "-c", text],
        cwd=REFERENCE,
        env={**os.environ, "HOME": str(home)},
        capture_output=True,
        text=True,
    )
    return (done.stdout + done.stderr.strip().rpartition("\n")[2]).strip()


def begun(home: Path, *more: str) -> None:
    assert fleet(home, BEGIN.format(home=str(home)) + "\n".join(more)) == ""


def tell(home: Path, role: str = "api", **said: object) -> subprocess.CompletedProcess[str]:
    """The hook, as the agent runs it."""
    environment = {"HOME": str(home), "PATH": os.environ["PATH"], "FLEET_ROLE": role}
    return subprocess.run(
        [REFERENCE / "hooks" / "tell"], input=json.dumps(said), env=environment, capture_output=True, text=True
    )


def session(home: Path) -> str:
    return fleet(home, 'entry = registry.load("api"); print(entry.session, entry.generation, entry.prompted)')


def registry(home: Path) -> Path:
    return home / ".fleet" / "registry.db"


def test_the_agents_own_start_tells_the_id_and_a_prompt_marks_it(tmp_path: Path) -> None:
    begun(tmp_path)
    assert session(tmp_path) == f"{OLD} 1 0"
    tell(tmp_path, hook_event_name="UserPromptSubmit", session_id=OLD, prompt="build it")
    assert session(tmp_path) == f"{OLD} 1 1"
    tell(tmp_path, hook_event_name="SessionStart", session_id=NEW, source="clear")
    assert session(tmp_path) == f"{NEW} 2 0"
    assert list((tmp_path / ".fleet" / "inbox").iterdir()) == []


def test_an_end_and_a_strangers_prompt_tell_no_id(tmp_path: Path) -> None:
    begun(tmp_path)
    tell(tmp_path, hook_event_name="SessionEnd", session_id=NEW, reason="other")
    tell(tmp_path, hook_event_name="UserPromptSubmit", session_id=NEW, prompt="not mine")
    tell(tmp_path, "web", hook_event_name="SessionStart", session_id=NEW, source="startup")
    assert session(tmp_path) == f"{OLD} 1 0"


def test_letters_are_taken_in_in_the_order_of_writing_and_torn_ones_are_not_believed(tmp_path: Path) -> None:
    begun(tmp_path)
    inbox = tmp_path / ".fleet" / "inbox"
    for one in (NEW, OLD, NEW, OLD):
        tell(tmp_path, hook_event_name="SessionStart", session_id=one, source="resume")
    (inbox / "100000009-7.b.api").write_text('{"hook_event_name": "Session')
    (inbox / ".100000010-7.b.api").write_text("")
    assert "100000009-7.b.api can't be understood" in session(tmp_path)
    assert session(tmp_path) == f"{OLD} 5 0"
    assert [letter.name for letter in inbox.iterdir()] == [".100000010-7.b.api"], "its writer may live"


def test_a_step_that_cant_be_saved_is_told(tmp_path: Path) -> None:
    done = tell(tmp_path, hook_event_name="UserPromptSubmit", session_id=OLD)
    assert done.returncode == 1
    assert "can't be written; what the agent does now is not saved" in done.stderr


@pytest.mark.parametrize("damage", ["gone", "empty", "torn", "other"])
def test_a_registry_that_cant_be_read_is_built_from_the_newest_save(tmp_path: Path, damage: str) -> None:
    begun(tmp_path)
    tell(tmp_path, hook_event_name="SessionStart", session_id=NEW, source="clear")
    assert session(tmp_path) == f"{NEW} 2 0"
    file = registry(tmp_path)
    if damage == "gone":
        file.unlink()
    else:
        whole = file.read_bytes()
        file.write_bytes({"empty": b"", "torn": whole[:5000], "other": b"no database at all" * 400}[damage])
    said = session(tmp_path)
    assert said.startswith(f"{NEW} 2 0")
    assert "went back to the save" in said
    if damage in ("torn", "other"):
        assert [kept.suffix for kept in file.parent.glob("damaged-*.registry.db")] == [".db"], "nothing is thrown away"


def test_a_registry_that_cant_be_read_and_has_no_save_is_left_as_it_is(tmp_path: Path) -> None:
    begun(tmp_path)
    for save in (tmp_path / ".fleet" / "saves").iterdir():
        save.unlink()
    registry(tmp_path).write_bytes(b"no database at all" * 400)
    assert "cannot be read, and there is no good save in" in session(tmp_path)
    assert registry(tmp_path).read_bytes().startswith(b"no database"), "it may be mended"


def test_a_registry_of_a_newer_fleet_is_refused_and_untouched(tmp_path: Path) -> None:
    begun(tmp_path)
    with sqlite3.connect(registry(tmp_path)) as newer:
        newer.execute("PRAGMA user_version = 7")
    newer.close()
    assert "was written by a newer fleet (version 7, this one knows 1)" in session(tmp_path)
    assert list(registry(tmp_path).parent.glob("damaged-*")) == []


def test_a_damaged_save_is_passed_over_and_raises_the_alarm(tmp_path: Path) -> None:
    begun(tmp_path, "registry.save()")
    saves = sorted((tmp_path / ".fleet" / "saves").iterdir())
    assert fleet(tmp_path, "print(saves.verdict())").endswith(f"({saves[-1].name})")
    saves[-1].write_bytes(saves[-1].read_bytes()[:-20])
    assert fleet(tmp_path, "print(saves.newest().file.name)") == saves[-2].name
    assert f"the newest good save is {saves[-2].name}" in fleet(tmp_path, "print(saves.verdict())")


def test_crons_alarm_says_why_to_the_persons_command_and_else_nothing(tmp_path: Path) -> None:
    begun(tmp_path)
    (tmp_path / "fleet").symlink_to(REFERENCE)
    lines = (REFERENCE / "deploy" / "crontab").read_text().splitlines()
    (line,) = [text.split(None, 5)[5] for text in lines if "status" in text]
    environment = {**os.environ, "HOME": str(tmp_path), "FLEET_ALARM": "sed s/^/ALARM:/"}

    def alarm() -> str:
        return subprocess.run(["sh", "-c", line], env=environment, capture_output=True, text=True).stdout

    assert alarm() == ""
    for save in (tmp_path / ".fleet" / "saves").iterdir():
        save.unlink()
    assert alarm().startswith("ALARM:fleet: there is no good save")


@pytest.mark.parametrize("old", ["the file", "what stands in it"])
def test_a_save_is_as_old_as_the_older_of_file_and_text(tmp_path: Path, old: str) -> None:
    begun(tmp_path)
    (save,) = (tmp_path / ".fleet" / "saves").iterdir()
    if old == "the file":
        os.utime(save, (0, save.stat().st_mtime - 3600))
    else:
        again = "import time; now = time.time(); time.time = lambda: now - 3600; registry.save()"
        assert fleet(tmp_path, again) == ""
    assert "the newest save is 60 minutes old" in fleet(tmp_path, "print(saves.verdict())")


def test_old_saves_go_but_none_with_a_role_that_the_new_ones_lack(tmp_path: Path) -> None:
    begun(tmp_path)
    (first,) = (tmp_path / ".fleet" / "saves").iterdir()
    begin = BEGIN.format(home=str(tmp_path)).replace('"api"', '"web"')
    assert fleet(tmp_path, 'registry.remove("api")\n' + begin + "registry.save()\n" * 14) == ""
    kept = sorted((tmp_path / ".fleet" / "saves").iterdir())
    assert (first in kept, len(kept)) == (True, 11)


@pytest.mark.parametrize(
    "text",
    [
        "curl -H 'Authorization: Bearer hush-hush-4711' https://x",
        "export OPENAI_API_KEY=hush-hush-4711",
        "psql postgres://me:hush-hush-4711@db/x",
        "gh auth login --with-token hush-hush-4711",
        "use sk-ant-hush-hush-4711-4711",
    ],
)
def test_no_secret_gets_into_the_state_file(tmp_path: Path, text: str) -> None:
    begun(tmp_path)
    tell(tmp_path, hook_event_name="UserPromptSubmit", session_id=OLD, prompt=text)
    tell(tmp_path, hook_event_name="PostToolUse", session_id=OLD, tool_name="Bash", tool_input={"command": text})
    assert session(tmp_path) == f"{OLD} 1 1"
    written = (tmp_path / ".agent-session.json").read_text()
    assert "hush" not in written
    assert "***" in json.loads(written)["commands"][0]


def test_the_state_file_says_what_the_agent_is_at(tmp_path: Path) -> None:
    begun(tmp_path)
    todos = [{"content": "test it", "status": "pending"}, {"content": "write it", "status": "completed"}]
    tell(tmp_path, hook_event_name="UserPromptSubmit", session_id=OLD, prompt="build the parser\nquickly")
    for tool, given in (
        ("Edit", {"file_path": "/w/a.py"}),
        ("Bash", {"command": "make"}),
        ("TodoWrite", {"todos": todos}),
    ):
        tell(tmp_path, hook_event_name="PostToolUse", session_id=OLD, tool_name=tool, tool_input=given)
    session(tmp_path)
    known = json.loads((tmp_path / ".agent-session.json").read_text())
    said = {name: known[name] for name in ("task", "files", "next", "commands", "session", "role")}
    assert said == {
        "task": "build the parser",
        "files": ["/w/a.py"],
        "next": ["test it"],
        "commands": ["make"],
        "session": OLD,
        "role": "api",
    }


def test_two_who_take_in_and_save_at_once_are_not_in_each_others_way(tmp_path: Path) -> None:
    begun(tmp_path)
    code = "from fleet import registry\nfor _ in range(30): registry.known(); registry.save()"
    argv, environment = [sys.executable, "-c", code], {**os.environ, "HOME": str(tmp_path)}
    both = [subprocess.Popen(argv, cwd=REFERENCE, env=environment, stderr=subprocess.PIPE, text=True) for _ in range(2)]
    for number in range(20):
        tell(tmp_path, hook_event_name="UserPromptSubmit", session_id=OLD, prompt=f"step {number}")
    assert [one.communicate(timeout=60)[1] for one in both] == ["", ""]
    assert session(tmp_path) == f"{OLD} 1 1"
    assert json.loads((tmp_path / ".agent-session.json").read_text())["task"] == "step 19"


def test_a_letter_that_comes_while_others_are_burnt_is_not_burnt_with_them(tmp_path: Path) -> None:
    """Its number may be that of one that was just burnt: then whoever burns that one late has burnt a new letter."""
    begun(tmp_path)
    tell(tmp_path, hook_event_name="SessionStart", session_id=OLD, source="startup")
    told = json.dumps({"hook_event_name": "SessionStart", "session_id": NEW, "source": "clear"})
    said = fleet(
        tmp_path,
        f"""
import os, subprocess, sys
burn = inbox.Letters.burn
def late(letters):
    inbox.Letters.burn = burn
    another = subprocess.Popen([sys.executable, "-c", "from fleet import registry; registry.known()"])
    try:
        another.wait(timeout=0.5)
    except subprocess.TimeoutExpired:
        pass
    subprocess.run(["hooks/tell"], input={told!r}, text=True, env={{**os.environ, "FLEET_ROLE": "api"}})
    burn(letters)
inbox.Letters.burn = late
registry.known()
""",
    )
    assert said == ""
    assert session(tmp_path) == f"{NEW} 2 0"


@pytest.mark.parametrize(
    ("told", "command", "held"),
    [("this", "sleep 60", True), ("", "sleep 60", True), ("other", "sleep 60", False), ("other", "claude 60", True)],
)
def test_an_entry_of_another_boot_holds_nothing(tmp_path: Path, told: str, command: str, held: bool) -> None:
    """Its pid and its start time may be another process's after the reboot: then a person would be told to end that
    one. But what was opened by hand in this boot has told nothing, and is an agent."""
    boot = Path("/proc/sys/kernel/random/boot_id").read_text().strip() if told == "this" else told
    other = subprocess.Popen(command.split(), executable="/usr/bin/sleep")
    try:
        started = Path(f"/proc/{other.pid}/stat").read_text().rpartition(")")[2].split()[19]
        entry = tmp_path / "sessions" / f"{other.pid}.json"
        entry.parent.mkdir()
        entry.write_text(json.dumps({"pid": other.pid, "procStart": started, "sessionId": OLD}))
        code = f"from fleet import agent; print(agent.holder({str(tmp_path)!r}, {OLD!r}, {boot!r}))"
        assert fleet(tmp_path, code) == str(other.pid if held else None)
    finally:
        other.kill()
        other.wait()


def test_the_hook_tells_in_which_boot_its_agent_started(tmp_path: Path) -> None:
    begun(tmp_path)
    tell(tmp_path, hook_event_name="SessionStart", session_id=OLD, source="startup")
    tell(tmp_path, hook_event_name="UserPromptSubmit", session_id=OLD, prompt="build it")
    assert session(tmp_path) == f"{OLD} 1 1"
    known = json.loads((tmp_path / ".agent-session.json").read_text())
    assert known["boot"] == Path("/proc/sys/kernel/random/boot_id").read_text().strip()


def test_a_letter_of_an_older_fleet_is_taken_in(tmp_path: Path) -> None:
    begun(tmp_path)
    letter = tmp_path / ".fleet" / "inbox" / "100000001.api"
    letter.write_text(json.dumps({"hook_event_name": "SessionStart", "session_id": NEW, "source": "clear"}))
    assert session(tmp_path) == f"{NEW} 2 0"


def test_a_role_that_was_forgotten_begins_anew_and_its_ids_stay_known(tmp_path: Path) -> None:
    begun(tmp_path)
    assert fleet(tmp_path, "registry.remove('api'); print(registry.load('api'), saves.has('api'))") == "None False"
    begun(tmp_path)
    assert session(tmp_path) == f"{OLD} 2 0"
    with sqlite3.connect(registry(tmp_path)) as opened:
        rows = opened.execute("SELECT generation, session FROM sessions ORDER BY generation").fetchall()
    opened.close()
    assert rows == [(1, OLD), (2, OLD)]
