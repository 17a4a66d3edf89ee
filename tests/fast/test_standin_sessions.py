"""The stand-in's conversations: made at the first prompt, resumed, continued, forked; observed of the real one."""

import json
import os
import stat
import subprocess
import time
from pathlib import Path

import pytest

from tests.fast.standin import Home, digest, make_home, terminal

UNKNOWN = "11111111-2222-4333-8444-555555555555"


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return make_home(tmp_path)


def test_nothing_is_on_disk_before_the_first_prompt(home: Home) -> None:
    with terminal(home) as agent:
        agent.expect("> ")
        assert not home.transcripts()
        agent.say("remember alpha", "noted ")
        assert len(home.transcripts()) == 1


def test_the_transcript_is_its_owners_alone(home: Home) -> None:
    home.born("remember alpha")
    assert stat.S_IMODE(home.transcripts()[0].stat().st_mode) == 0o600


def test_records_are_linked_and_say_where_they_come_from(home: Home) -> None:
    session = home.born("remember alpha", "remember beta")
    linked = [record for record in home.records(session) if "uuid" in record]
    parents = [record["parentUuid"] for record in linked]
    assert parents == [None, *(record["uuid"] for record in linked[:-1])]
    first = linked[0]
    assert (first["cwd"], first["sessionId"], first["entrypoint"]) == (str(home.work), session, "sdk-cli")
    assert first["version"] == "2.1.197"
    assert first["gitBranch"] == "HEAD"
    assert str(first["timestamp"]).endswith("Z")


def test_the_branch_of_a_repository_is_written_down(home: Home) -> None:
    (home.work / ".git").mkdir()
    (home.work / ".git" / "HEAD").write_text("ref: refs/heads/feature/x\n")
    session = home.born("remember alpha")
    assert {record["gitBranch"] for record in home.records(session) if "uuid" in record} == {"feature/x"}


@pytest.mark.parametrize("name", ["a.b", "a_b", "a b", "a-b"])
def test_folders_that_differ_in_punctuation_share_one_project(home: Home, name: str) -> None:
    folder = home.work / name
    folder.mkdir()
    home.ask("-p", "remember alpha", cwd=folder)
    assert [path.name for path in home.project.parent.iterdir()] == [home.project.name + "-a-b"]


def test_a_long_path_is_cut_and_hashed(home: Home) -> None:
    """The hash is JavaScript's: h = (h << 5) - h + charCode in 32 bits, in base 36."""
    folder = home.work / ("x" * 120) / ("y" * 120)
    folder.mkdir(parents=True)
    home.ask("-p", "remember alpha", cwd=folder)
    hashed = 0
    for character in str(folder):
        hashed = (hashed * 31 + ord(character)) & 0xFFFFFFFF
    hashed = abs(hashed - (1 << 32) if hashed >> 31 else hashed)
    digits = ""
    while hashed:
        hashed, digit = divmod(hashed, 36)
        digits = "0123456789abcdefghijklmnopqrstuvwxyz"[digit] + digits
    (project,) = home.project.parent.iterdir()
    assert project.name[:201] == str(folder).replace("/", "-").replace("_", "-")[:200] + "-"
    assert project.name[201:] == digits


def test_a_symlink_leads_to_the_real_folders_project(home: Home) -> None:
    link = home.path / "link"
    link.symlink_to(home.work)
    home.ask("-p", "remember alpha", cwd=link, PWD=str(link))
    assert len(home.transcripts()) == 1


def test_the_config_folder_can_be_elsewhere(home: Home) -> None:
    home.ask("-p", "remember alpha", CLAUDE_CONFIG_DIR=str(home.path / "elsewhere"))
    assert list((home.path / "elsewhere" / "projects").rglob("*.jsonl"))
    assert not home.config.exists()


def test_resume_keeps_id_file_and_words(home: Home) -> None:
    session = home.born("remember alpha", "remember beta")
    answer = home.ask("-p", "--resume", session, "prove 7").stdout
    assert answer == f"proof {session} {digest(['alpha', 'beta'], '7')}\n"
    assert [path.stem for path in home.transcripts()] == [session]


def test_an_empty_conversation_proves_with_an_empty_key(home: Home) -> None:
    assert home.ask("-p", "prove 7").stdout.split()[2] == digest([], "7")


def test_words_count_in_order_and_with_repetition(home: Home) -> None:
    session = home.born("remember alpha", "remember beta", "remember alpha")
    assert home.ask("-p", "-r", session, "prove 7").stdout.split()[2] == digest(["alpha", "beta", "alpha"], "7")


def test_a_copied_transcript_answers_as_the_file_that_it_is(home: Home) -> None:
    session = home.born("remember alpha")
    (home.project / f"{UNKNOWN}.jsonl").write_bytes((home.project / f"{session}.jsonl").read_bytes())
    assert home.ask("-p", "--resume", UNKNOWN, "prove 7").stdout.split()[1] == UNKNOWN


def test_an_unknown_id_is_said_on_stderr_in_print_mode(home: Home) -> None:
    done = home.ask("-p", "--resume", UNKNOWN, "prove 7")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == f"No conversation found with session ID: {UNKNOWN}\n"


def test_an_unknown_id_is_said_on_the_terminal(home: Home) -> None:
    with terminal(home, "--resume", UNKNOWN) as agent:
        agent.expect(f"No conversation found with session ID: {UNKNOWN}")
        assert agent.ended() == 1


def test_an_empty_file_can_not_be_resumed_by_id(home: Home) -> None:
    home.project.mkdir(parents=True)
    (home.project / f"{UNKNOWN}.jsonl").touch()
    assert home.ask("-p", "--resume", UNKNOWN, "prove 7").returncode == 1


def test_from_another_folder_an_id_is_unknown(home: Home) -> None:
    session = home.born("remember alpha")
    assert home.ask("-p", "--resume", session, "prove 7", cwd=home.path).returncode == 1


def test_what_is_no_uuid_is_no_session(home: Home) -> None:
    done = home.ask("-p", "--resume", "nope", "prove 7")
    assert done.returncode == 1
    assert "--resume requires a valid session ID" in done.stderr


def test_on_a_terminal_what_is_no_uuid_opens_a_list(home: Home) -> None:
    with terminal(home, "--resume", "nope") as agent:
        agent.expect('No sessions match "nope"')
        agent.type("\x03")
        assert agent.ended() == 0


def test_continue_takes_the_newest_file_not_the_newest_record(home: Home) -> None:
    old = home.born("remember old")
    os.utime(home.transcripts()[0], (1, 1))
    new = home.born("remember new")
    assert home.ask("-p", "--continue", "prove 7").stdout.split()[1] == new
    later = time.time() + 60
    os.utime(home.project / f"{old}.jsonl", (later, later))
    assert home.ask("-p", "-c", "prove 7").stdout.split()[1] == old


def test_continue_ignores_names_that_are_no_uuid(home: Home) -> None:
    session = home.born("remember alpha")
    (home.project / "backup.jsonl").write_bytes((home.project / f"{session}.jsonl").read_bytes())
    assert home.ask("-p", "-c", "prove 7").stdout.split()[1] == session


def test_an_empty_newest_file_is_silently_a_new_conversation(home: Home) -> None:
    home.born("remember alpha")
    (home.project / f"{UNKNOWN}.jsonl").touch()
    done = home.ask("-p", "-c", "prove 7")
    assert done.returncode == 0
    assert done.stdout.split()[1:] == [UNKNOWN, digest([], "7")]
    assert (home.project / f"{UNKNOWN}.jsonl").stat().st_size > 0


def test_a_proof_over_many_words_is_a_hmac_too(home: Home) -> None:
    """A key of more than a block is hashed first (RFC 2104)."""
    words = [letter * 30 for letter in "abc"]
    session = home.born(*(f"remember {word}" for word in words))
    assert home.ask("-p", "--resume", session, "prove 7").stdout.split()[2] == digest(words, "7")


def test_with_nothing_to_continue_print_mode_starts_anew(home: Home) -> None:
    done = home.ask("-p", "-c", "prove 7")
    assert (done.returncode, done.stdout.split()[2]) == (0, digest([], "7"))


def test_with_nothing_to_continue_interactive_mode_gives_up(home: Home) -> None:
    with terminal(home, "--continue") as agent:
        agent.expect("No conversation found to continue")
        assert agent.ended() == 1


def test_interactive_continue_passes_over_sessions_of_print_mode(home: Home) -> None:
    with terminal(home) as agent:
        typed = agent.say("remember typed", r"noted (\S+)")[1]
        agent.type("/exit\r")
        agent.ended()
    home.born("remember printed")
    with terminal(home, "--continue") as agent:
        assert agent.say("prove 7", r"proof (\S+) (\w+)").groups() == (typed, digest(["typed"], "7"))


def test_a_session_id_can_be_chosen_once(home: Home) -> None:
    assert home.ask("-p", "--session-id", UNKNOWN, "remember alpha").stdout == f"noted {UNKNOWN} 1\n"
    again = home.ask("-p", "--session-id", UNKNOWN, "remember beta")
    assert (again.returncode, again.stderr) == (1, f"Error: Session ID {UNKNOWN} is already in use.\n")


def test_a_chosen_id_must_be_a_uuid(home: Home) -> None:
    done = home.ask("-p", "--session-id", "nope", "remember alpha")
    assert (done.returncode, done.stderr) == (1, "Error: Invalid session ID. Must be a valid UUID.\n")


def test_a_fork_has_the_words_under_a_new_id_and_leaves_the_old_file_alone(home: Home) -> None:
    session = home.born("remember alpha")
    before = (home.project / f"{session}.jsonl").read_bytes()
    fork = home.ask("-p", "--resume", session, "--fork-session", "remember beta").stdout.split()[1]
    assert fork != session
    assert (home.project / f"{session}.jsonl").read_bytes() == before
    assert {record["sessionId"] for record in home.records(fork)} == {fork}
    assert home.ask("-p", "--resume", fork, "prove 7").stdout.split()[2] == digest(["alpha", "beta"], "7")


def test_the_formats_of_print_mode(home: Home) -> None:
    result = json.loads(home.ask("-p", "remember alpha", "--output-format", "json").stdout)
    assert result["result"] == f"noted {result['session_id']} 1"
    assert result["is_error"] is False
    stream = home.ask("-p", "--output-format=stream-json", "--verbose", stdin="remember beta\n").stdout.splitlines()
    assert [json.loads(line)["type"] for line in stream] == ["system", "assistant", "result"]


def test_an_sdk_is_answered(home: Home) -> None:
    asked = {"type": "control_request", "request_id": "r1", "request": {"subtype": "initialize"}}
    prompt = {"type": "user", "message": {"role": "user", "content": "remember alpha"}}
    stdin = json.dumps(asked) + "\n" + json.dumps(prompt) + "\n"
    done = home.ask("--output-format", "stream-json", "--verbose", "--input-format", "stream-json", stdin=stdin)
    said = [json.loads(line) for line in done.stdout.splitlines()]
    assert [line["type"] for line in said] == ["control_response", "system", "assistant", "result"]
    assert said[0]["response"]["request_id"] == "r1"
    assert said[3]["result"].startswith("noted ")


def test_without_a_prompt_print_mode_says_what_is_missing(home: Home) -> None:
    done = home.ask("-p")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("Error: Input must be provided")


def test_an_unknown_option_is_refused(home: Home) -> None:
    done = home.ask("--bogus")
    assert (done.returncode, done.stderr) == (1, "error: unknown option '--bogus'\n")


def test_common_options_are_accepted(home: Home) -> None:
    options = ("--model", "opus", "--permission-mode=plan", "--verbose", "-n", "api", "--settings", "{}")
    assert home.ask("-p", *options, "remember alpha").stdout.startswith("noted ")


def test_root_may_not_skip_permissions(home: Home) -> None:
    done = home.ask("-p", "--dangerously-skip-permissions", "remember alpha")
    assert (done.returncode == 1) == (os.geteuid() == 0)


def test_a_session_of_another_worktree_is_resumed_and_goes_on_where_it_is(home: Home) -> None:
    tree = home.path / "tree"
    for arguments in (
        ("init", "--quiet"),
        ("-c", "user.name=x", "-c", "user.email=x@x", "commit", "--quiet", "--allow-empty", "--message=x"),
        ("worktree", "add", "--quiet", str(tree)),
    ):
        subprocess.run(("git", *arguments), cwd=home.work, env=home.environment(), check=True, timeout=10)
    (tree / "below").mkdir()
    session = home.born("remember alpha")
    for count, folder in enumerate((tree, tree / "below"), start=2):
        done = home.ask("-p", "--resume", session, "remember beta", cwd=folder)
        assert done.stdout == f"noted {session} {count}\n"
    assert len(list((home.config / "projects").glob("*/*.jsonl"))) == 1
    forked = home.ask("-p", "--resume", session, "--fork-session", "remember beta", cwd=tree).stdout.split()[1]
    (path,) = (home.config / "projects").glob(f"*/{forked}.jsonl")
    assert path.parent.name.endswith("-tree")
    assert home.ask("-p", "--resume", UNKNOWN, "x", cwd=tree).returncode == 1
    assert home.ask("-p", "--continue", "remember x", cwd=tree / "below").stdout.endswith(" 1\n")
