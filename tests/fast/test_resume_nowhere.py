"""An id under which no message is on disk, and who holds it: for each cause what must give it, and a near miss."""

import json
import os
from pathlib import Path

import pytest

from holdfast.agents.resume import transcript
from holdfast.agents.resume.causes import Cause, Proof
from holdfast.agents.resume.diagnosis import Outcome
from tests.fast.resume_world import ID, MESSAGE, OTHER, World, make_world


@pytest.fixture
def world(tmp_path: Path) -> World:
    return make_world(tmp_path)


class Volume:
    """os.statvfs of a sound volume, but for what is given."""

    def __init__(self, **more: int) -> None:
        self.told = {"f_flag": 0, "f_blocks": 100, "f_bfree": 50, "f_bavail": 50, "f_frsize": 1 << 20}
        self.told |= {"f_files": 100, "f_favail": 50, **more}

    def __call__(self, path: object) -> "Volume":
        del path
        return self

    def __getattr__(self, name: str) -> int:
        return self.told[name]


FULL = {"f_bfree": 0, "f_bavail": 0}
NO_INODES = {"f_favail": 0}
READ_ONLY = {"f_flag": os.ST_RDONLY}


@pytest.mark.parametrize(
    "volume, said", [(READ_ONLY, "mounted read-only"), (FULL, "is full"), (NO_INODES, "without an inode left")]
)
def test_where_nothing_can_be_written_nothing_was(
    world: World, monkeypatch: pytest.MonkeyPatch, volume: dict[str, int], said: str
) -> None:
    monkeypatch.setattr(os, "statvfs", Volume(**volume))
    answer = world.ask()
    (finding,) = answer.diagnosis.findings
    assert (answer.outcome, finding.cause, finding.proof) == (Outcome.LOST, Cause.NEVER_WRITTEN, Proof.INFERRED)
    assert said in finding.because
    assert f"make {world.home} writable" in finding.next
    assert f"claude --session-id {ID}" in finding.next


@pytest.mark.parametrize("volume", [READ_ONLY, FULL, NO_INODES])
def test_what_was_written_before_is_resumed_and_the_loss_is_foretold(
    world: World, monkeypatch: pytest.MonkeyPatch, volume: dict[str, int]
) -> None:
    world.say()
    monkeypatch.setattr(os, "statvfs", Volume(**volume))
    answer = world.ask()
    assert answer.outcome is Outcome.RESUMABLE
    assert any("nothing that is said from then on" in warning for warning in answer.diagnosis.warnings)


@pytest.mark.parametrize("volume", [{}, {"f_files": 0, "f_favail": 0}, {"f_blocks": 0, **FULL}])
def test_a_volume_that_counts_nothing_is_not_full(
    world: World, monkeypatch: pytest.MonkeyPatch, volume: dict[str, int]
) -> None:
    monkeypatch.setattr(os, "statvfs", Volume(**volume))
    assert world.ask().facts.obstacles == ()


def test_a_folder_that_this_user_can_not_write_is_an_obstacle(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "access", lambda *_, **__: False)
    assert "can't be written by this user" in world.ask().because(Cause.NEVER_WRITTEN)


def test_a_file_in_the_way_is_an_obstacle(world: World) -> None:
    world.put(world.config / "projects", "in the way")
    answer = world.ask()
    assert answer.outcome is Outcome.LOST
    assert f"{world.config / 'projects'} is no folder" in answer.because(Cause.NEVER_WRITTEN)


def test_an_id_that_nothing_knows_is_only_left_over(world: World) -> None:
    world.say(session=OTHER)
    answer = world.ask()
    (finding,) = answer.diagnosis.findings
    assert (answer.outcome, finding.cause, finding.proof) == (Outcome.LOST, Cause.NEVER_WRITTEN, Proof.LEFT)
    assert f"looked at  {world.expected()}: not there" in answer.text
    assert "--also DIR" in finding.next


def test_the_doctor_writes_nothing(world: World) -> None:
    world.say(session=OTHER)
    before = [(path, path.lstat().st_mtime_ns) for path in sorted(world.root.rglob("*"))]
    world.ask()
    assert [(path, path.lstat().st_mtime_ns) for path in sorted(world.root.rglob("*"))] == before


def test_a_file_of_0_bytes_is_none(world: World) -> None:
    path = world.put(world.expected(), "")
    answer = world.ask()
    (finding,) = answer.diagnosis.findings
    assert (answer.outcome, finding.cause, finding.at) == (Outcome.LOST, Cause.EMPTY, str(path))
    assert finding.next.startswith(f"rm {path} && claude --session-id {ID}")
    assert "looked at" in answer.text


def test_one_byte_more_is_another_cause(world: World) -> None:
    world.put(world.expected(), "\n")
    assert world.ask().causes == [Cause.TRANSIENT]


def test_a_file_of_0_bytes_does_not_hide_the_conversation_elsewhere(world: World) -> None:
    world.put(world.expected(), "")
    other = world.folder("other")
    world.say(world.project(other) / f"{ID}.jsonl", cwd=other)
    assert world.ask().causes == [Cause.TRACKED]


def test_a_decoy_has_no_message_and_leads_to_the_conversation_that_it_sums_up(world: World) -> None:
    """The file of 171 bytes that 1.0.128 leaves at each resume in print mode."""
    world.put(world.expected(), json.dumps({"type": "summary", "summary": "x", "leafUuid": MESSAGE}) + "\n")
    assert world.ask().causes == [Cause.TRANSIENT]
    path = world.say(session=OTHER)
    answer = world.ask()
    assert (answer.outcome, answer.causes) == (Outcome.LOST, [Cause.TRANSIENT])
    assert f"session {OTHER}'s, in {path}" in answer.because(Cause.TRANSIENT)
    assert answer.next(Cause.TRANSIENT).startswith(f"holdfast doctor --session {OTHER} --cwd {world.work}")


def test_queue_operations_alone_are_no_conversation_and_one_message_with_them_is(world: World) -> None:
    queued = json.dumps({"type": "queue-operation", "sessionId": ID, "operation": "enqueue"}) + "\n"
    world.put(world.expected(), queued)
    assert world.ask().causes == [Cause.TRANSIENT]
    said = world.say(session=OTHER).read_text()
    world.put(world.expected(), queued + said)
    assert world.ask().outcome is Outcome.RESUMABLE


def test_a_message_without_a_uuid_is_none(world: World) -> None:
    world.put(world.expected(), '{"type":"user","sessionId":"x"}\n')
    assert world.ask().causes == [Cause.TRANSIENT]


@pytest.mark.parametrize(
    "more, field",
    [({"uuid": ID}, "uuid"), ({"promptId": ID}, "promptId"), ({"message": {"id": ID, "role": "x"}}, "message.id")],
)
def test_the_id_of_a_message_leads_to_its_session(world: World, more: dict[str, object], field: str) -> None:
    path = world.say(session=OTHER, **more)  # type: ignore[arg-type]
    answer = world.ask()
    (finding,) = answer.diagnosis.findings
    assert (answer.outcome, finding.cause, finding.at) == (Outcome.LOST, Cause.TRANSIENT, str(path))
    assert f"the {field} of a record of session {OTHER}" in finding.because
    assert f"--session {OTHER}" in finding.next


def test_the_session_of_another_files_records_leads_to_that_file(world: World) -> None:
    world.say(world.expected(OTHER), session=ID)
    assert "the sessionId of a record of session " + OTHER in world.ask().because(Cause.TRANSIENT)


def test_an_id_that_somebody_spoke_of_is_no_trace_of_it(world: World) -> None:
    path = world.say(session=OTHER, message={"role": "user", "content": f"claude --resume {ID}"})
    answer = world.ask()
    assert [(one.cause, one.proof) for one in answer.diagnosis.findings] == [(Cause.NEVER_WRITTEN, Proof.LEFT)]
    assert f"{path}: in what was said" in answer.text
    for content in (ID, [{"type": "text", "text": ID}]):
        world.say(session=OTHER, message={"role": "user", "content": content})
        assert world.ask().causes == [Cause.NEVER_WRITTEN]


def test_the_records_of_a_subagent_are_a_trace_of_its_session(world: World) -> None:
    world.say(world.project() / "agent-a1.jsonl", days=40)
    assert world.ask().causes == [Cause.AGED]


@pytest.mark.parametrize("days, cause", [(29, Cause.NEVER_WRITTEN), (31, Cause.AGED)])
def test_what_was_prompted_longer_ago_than_is_kept_was_cleaned(world: World, days: float, cause: Cause) -> None:
    path = world.prompted(days)
    (finding,) = world.ask().diagnosis.findings
    assert (finding.cause, finding.proof, finding.at) == (cause, Proof.INFERRED, str(path))


def test_what_another_session_was_told_of_it_is_no_sign_of_life(world: World) -> None:
    line = json.dumps({"display": f"resume {ID}", "timestamp": 1e12, "project": "/", "sessionId": OTHER})
    world.put(world.config / "history.jsonl", line + "\n")
    world.put(world.home / ".claude.json", json.dumps({"projects": {"/x": {"lastSessionId": OTHER, "y": ID}}}))
    assert world.ask().facts.traces == ()


@pytest.mark.parametrize("kept, cause", [(100, Cause.NEVER_WRITTEN), (40, Cause.AGED), ("many", Cause.AGED)])
def test_the_settings_say_how_long_is_long(world: World, kept: object, cause: Cause) -> None:
    world.prompted(50)
    world.keep(kept)
    assert world.ask().causes == [cause]


def test_the_last_sign_of_life_counts(world: World) -> None:
    world.prompted(50)
    assert world.ask().causes == [Cause.AGED]
    world.put(world.config / "todos" / f"{ID}-agent-{ID}.json", "[]", days=2)
    assert world.ask().causes == [Cause.NEVER_WRITTEN]


@pytest.mark.parametrize("name", ["file-history/{id}/x", "debug/{id}.txt", "projects/-x/{id}/subagents/y"])
def test_what_bears_the_id_in_its_name_is_a_trace(world: World, name: str) -> None:
    path = world.put(world.config / name.format(id=ID), "", days=50)
    for each in (path, path.parent, path.parent.parent):
        os.utime(each, (1e9, 1e9))
    assert world.ask().causes == [Cause.AGED]
    assert world.ask(session=OTHER).facts.traces == ()


def test_an_old_transcript_that_is_still_there_is_resumed_and_the_danger_is_told(world: World) -> None:
    world.say(days=31)
    answer = world.ask()
    assert answer.outcome is Outcome.RESUMABLE
    assert any("cleanupPeriodDays" in warning for warning in answer.diagnosis.warnings)
    world.keep(60)
    assert world.ask().diagnosis.warnings == ()


def test_the_last_session_of_a_folder_is_a_trace_without_a_time(world: World) -> None:
    state = {"projects": {str(world.work): {"lastSessionId": ID}, "/x": None}}
    world.put(world.home / ".claude.json", json.dumps(state), days=50)
    (finding,) = world.ask().diagnosis.findings
    assert (finding.cause, finding.proof) == (Cause.NEVER_WRITTEN, Proof.INFERRED)
    assert f"the last session of {world.work}" in finding.because


def test_a_process_that_was_not_prompted_yet_holds_what_nobody_wrote(world: World) -> None:
    world.run(7, 70)
    path = world.register(7, 70)
    answer = world.ask()
    assert (answer.outcome, answer.causes) == (Outcome.LOST, [Cause.HELD, Cause.NEVER_WRITTEN])
    assert str(path) in answer.because(Cause.HELD)
    assert "pid 7 (start 70)" in answer.because(Cause.HELD)
    assert "-p 7" in answer.next(Cause.HELD)
    assert "not prompted yet" in answer.because(Cause.NEVER_WRITTEN)
    assert "prompt it in its terminal" in answer.next(Cause.NEVER_WRITTEN)


def test_a_live_conversation_would_be_resumed_and_the_holder_is_told(world: World) -> None:
    world.say()
    world.run(7, 70)
    world.register(7, 70)
    answer = world.ask()
    assert (answer.outcome, answer.causes) == (Outcome.RESUMABLE, [])
    (warning,) = answer.diagnosis.warnings
    assert warning.startswith("held by a live process: pid 7 (start 70)")


@pytest.mark.parametrize("start, state", [(71, "S"), (70, "Z")])
def test_a_pid_that_is_anothers_or_has_ended_holds_nothing(world: World, start: int, state: str) -> None:
    world.run(7, start, state=state)
    world.register(7, 70)
    answer = world.ask()
    assert answer.causes == [Cause.NEVER_WRITTEN]
    assert "has ended" in answer.because(Cause.NEVER_WRITTEN)


def test_an_entry_without_a_start_time_counts_for_an_agent_only(world: World) -> None:
    world.run(7, 70, "vim")
    world.register(7, None)
    assert Cause.HELD not in world.ask().causes
    world.run(8, 80, "claude")
    world.register(8, None)
    assert Cause.HELD in world.ask().causes


def test_an_agent_of_a_container_is_known_by_the_pid_that_it_has_there(world: World) -> None:
    world.run(700, 70, inner=7)
    world.register(7, 70)
    assert "pid 700 (start 70)" in world.ask().because(Cause.HELD)


@pytest.mark.parametrize(
    "argv", [("claude", "--resume", ID), ("claude", f"--resume={ID}"), ("claude", "--session-id", ID, "x")]
)
def test_an_agent_of_an_old_version_is_known_by_its_command_line(world: World, argv: tuple[str, ...]) -> None:
    world.run(7, 70, *argv)
    assert Cause.HELD in world.ask().causes


@pytest.mark.parametrize(
    "argv", [("vim", "--resume", ID), ("claude", ID), ("claude", "--resume", ID, "--fork-session")]
)
def test_who_only_speaks_of_it_or_forks_it_holds_nothing(world: World, argv: tuple[str, ...]) -> None:
    world.run(7, 70, *argv)
    assert Cause.HELD not in world.ask().causes


def test_an_agent_that_has_gone_on_to_another_session_is_told_as_a_trace(world: World) -> None:
    world.run(7, 70, "claude", "--session-id", ID)
    world.register(7, 70, session=OTHER)
    answer = world.ask()
    assert answer.causes == [Cause.NEVER_WRITTEN]
    assert f"has gone on to session {OTHER}" in answer.because(Cause.NEVER_WRITTEN)


def test_beyond_the_bound_other_transcripts_are_not_searched_and_nothing_is_claimed(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.say(session=OTHER, uuid=ID)
    monkeypatch.setattr(transcript, "MOST_SEARCHED", 10)
    answer = world.ask()
    assert answer.outcome is Outcome.UNDETERMINED
    assert "not searched for the id" in answer.text
