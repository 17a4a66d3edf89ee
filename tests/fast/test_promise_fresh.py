"""fresh: what recovery will trust is on disk, readable and recent, or the launcher's alarm is raised."""

import pytest

from holdfast.history.record import decode, encode
from holdfast.model.charge import LAUNCHER
from holdfast.model.save import Alarm, Save
from holdfast.model.verdict import Verdict
from tests.fast.histories import Play, found, must
from tests.fast.sets import EMPTY, GONE, MUTE, OLD, RAISED, SILENT, SOUND, history_of, trusted


def test_a_sound_and_recent_save_is_fresh_and_the_launcher_answers_for_it() -> None:
    history = history_of(trusted(SOUND, SILENT, spoiled=False))
    for role in ("api", "web"):
        obligation = must(history, role, "fresh")
        assert (obligation.verdict, obligation.charged_to) == (Verdict.HELD, LAUNCHER)


@pytest.mark.parametrize("save", [OLD, EMPTY, GONE], ids=["old", "empty", "gone"])
@pytest.mark.parametrize("alarm", [SILENT, None], ids=["silent", "undeclared"])
def test_a_spoiled_save_and_no_alarm_is_stale(save: Save, alarm: Alarm | None) -> None:
    obligation = must(history_of(trusted(save, alarm)), "api", "fresh")
    assert (obligation.symptom, obligation.charged_to) == ("stale, no alarm", LAUNCHER)


@pytest.mark.parametrize("save", [OLD, EMPTY, GONE], ids=["old", "empty", "gone"])
def test_a_spoiled_save_with_the_alarm_raised_is_told(save: Save) -> None:
    obligation = must(history_of(trusted(save, RAISED)), "api", "fresh")
    assert obligation.verdict is Verdict.HELD
    assert "the alarm is raised" in obligation.why


def test_a_save_that_the_launcher_repaired_is_fresh_whatever_the_alarm_still_says() -> None:
    for alarm in (SILENT, RAISED, None):
        assert must(history_of(trusted(SOUND, alarm)), "api", "fresh").verdict is Verdict.HELD


def test_an_alarm_that_always_sounds_is_false() -> None:
    history = history_of(trusted(SOUND, RAISED, spoiled=False), trusted(EMPTY, RAISED))
    assert must(history, "api", "fresh").symptom == "false alarm"


def test_an_alarm_that_could_not_be_asked_leaves_a_stale_save_unproven() -> None:
    obligation = must(history_of(trusted(OLD, MUTE)), "api", "fresh")
    assert obligation.verdict is Verdict.UNPROVEN
    assert "no such program" in obligation.why


def test_a_save_that_was_never_made_is_stale_once_its_time_has_passed() -> None:
    late = history_of(trusted(GONE, SILENT, spoiled=False, since=601.0))
    assert must(late, "api", "fresh").symptom == "stale, no alarm"
    early = must(history_of(trusted(GONE, SILENT, spoiled=False, since=30.0)), "api", "fresh")
    assert early.verdict is Verdict.UNPROVEN
    assert "Declare a shorter max_age" in early.why


def test_what_a_fault_spoiled_is_stale_however_young_the_sessions_are() -> None:
    assert must(history_of(trusted(GONE, SILENT, since=30.0)), "api", "fresh").symptom == "stale, no alarm"


def test_one_stale_look_is_enough_however_sound_the_others_are() -> None:
    history = history_of(trusted(SOUND, SILENT, spoiled=False), trusted(OLD, MUTE), trusted(EMPTY, SILENT))
    assert must(history, "api", "fresh").symptom == "stale, no alarm"


def test_where_nobody_looked_it_does_not_apply() -> None:
    assert found(history_of(), "api", "fresh") is None


def test_a_role_that_never_reached_its_steady_state_is_unproven() -> None:
    play = Play(promises=("fresh",))
    play.events.append(trusted(SOUND, SILENT))
    assert must(play.close(ask=False), "api", "fresh").verdict is Verdict.UNPROVEN


def test_a_look_at_what_is_trusted_is_read_back_as_it_was_written() -> None:
    for look in (trusted(GONE, None), trusted(OLD, RAISED)):
        assert decode(encode(look)) == look
