"""equipped: windows, panes, folder, environment, watchers and the declared state file of the session are back."""

from dataclasses import replace

import pytest

from holdfast.history.events import Equipped
from holdfast.history.record import decode, encode
from holdfast.model.seen import ProcessId
from holdfast.model.verdict import Verdict
from holdfast.model.working_set import Program, StateFile, Window, WorkingSet
from tests.fast.histories import Play, found, must
from tests.fast.sets import (
    ALL_PARTS,
    FOLDER,
    SET,
    WATCHERS,
    equipped,
    inspected,
    lost_and_back,
    set_after,
)

BACK = replace(
    SET,
    windows=(Window(3, "watch", 3), Window(4, "claude", 1)),
    programs=(
        *(Program(ProcessId(n, n), ("/usr/bin/tail", *one.argv[1:]), FOLDER) for n, one in enumerate(WATCHERS)),
        Program(ProcessId(77, 77), ("bash",), FOLDER),
    ),
    state=StateFile(f"{FOLDER}/.agent-session.json", "bb", ("next", "more", "task")),
)
"""All of it, on another server: other pids and window numbers, a window name and a key more."""
_STATE = f"{FOLDER}/.agent-session.json"

WORSE: dict[str, tuple[WorkingSet, str, str]] = {
    "another folder": (replace(BACK, folder="/home/dev"), "folder lost", "folder"),
    "no variables": (replace(BACK, environment=()), "environment lost", "environment"),
    "one variable less": (replace(BACK, environment=BACK.environment[:1]), "environment lost", "environment"),
    "another value": (
        replace(BACK, environment=(("NODE_ENV", "d1"), ("PORT", "d1"))),
        "environment lost",
        "environment",
    ),
    "one watcher less": (replace(BACK, programs=BACK.programs[1:]), "watchers lost", "watchers"),
    "a watcher in another folder": (
        replace(BACK, programs=(replace(BACK.programs[0], cwd="/home/dev"), *BACK.programs[1:])),
        "watchers lost",
        "watchers",
    ),
    "a watcher twice": (
        replace(BACK, programs=(*BACK.programs, replace(WATCHERS[0], id=ProcessId(5, 5)))),
        "watchers doubled",
        "watchers",
    ),
    "one window less": (replace(BACK, windows=(Window(0, "claude", 3),)), "windows lost", "watchers"),
    "one pane less": (
        replace(BACK, windows=(Window(0, "claude", 1), Window(1, "watch", 1))),
        "windows lost",
        "watchers",
    ),
    "no state": (replace(BACK, state=StateFile(_STATE, None, None)), "state lost", "state"),
    "a torn state": (
        replace(BACK, state=StateFile(_STATE, "cc", None, "is no JSON")),
        "state unreadable",
        "state",
    ),
    "a state without a key": (replace(BACK, state=StateFile(_STATE, "cc", ("task",))), "state lost", "state"),
}


def test_all_that_is_carried_is_back() -> None:
    obligation = must(set_after(BACK), "api", "equipped")
    assert (obligation.verdict, str(obligation.charged_to)) == (Verdict.HELD, "s-resume")


@pytest.mark.parametrize("name", WORSE)
def test_what_is_not_back_is_named_and_the_press_answers_for_it(name: str) -> None:
    now, symptom, _ = WORSE[name]
    obligation = must(set_after(now), "api", "equipped")
    assert (obligation.symptom, str(obligation.charged_to)) == (symptom, "s-resume")


@pytest.mark.parametrize("name", WORSE)
def test_what_is_not_declared_is_not_compared(name: str) -> None:
    now, symptom, part = WORSE[name]
    others = tuple(one for one in ALL_PARTS if one != part)
    assert must(set_after(now, others), "api", "equipped").verdict is Verdict.HELD
    assert must(set_after(now, (part,)), "api", "equipped").symptom == symptom


def test_a_watcher_that_runs_elsewhere_is_told_with_its_folder() -> None:
    why = must(set_after(WORSE["a watcher in another folder"][0]), "api", "equipped").why
    assert "tail -n 0 -F watched-1" in why
    assert "but in /home/dev" in why


def test_what_could_not_be_saved_yet_is_unproven_where_it_is_lost_and_held_where_it_is_back() -> None:
    lost = must(set_after(WORSE["one watcher less"][0], chance=False), "api", "equipped")
    assert lost.verdict is Verdict.UNPROVEN
    assert "no chance to save it" in lost.why
    assert must(set_after(BACK, chance=False), "api", "equipped").verdict is Verdict.HELD


def test_a_role_without_a_session_has_nothing_back() -> None:
    play = Play(promises=("equipped",)).open()
    equipped(play)
    lost_and_back(play)
    inspected(play, None, "no agent of its conversation lives", gone=True)
    assert must(play.close(), "api", "equipped").symptom == "session lost"


def test_a_set_that_could_not_be_observed_or_was_not_looked_at_is_unproven() -> None:
    play = Play(promises=("equipped",)).open()
    equipped(play)
    lost_and_back(play)
    assert must(play.close(), "api", "equipped").verdict is Verdict.UNPROVEN
    assert must(set_after(None), "api", "equipped").verdict is Verdict.UNPROVEN


def test_a_state_that_was_never_written_is_lost_and_one_that_came_later_is_not() -> None:
    play = Play(promises=("equipped",)).open()
    never = replace(SET, state=StateFile(_STATE, None))
    play.events.append(Equipped(play.tick(), "api", ("state",), never, (), True, "waited"))
    lost_and_back(play)
    at = len(play.events)
    inspected(play, never)
    history = play.close()
    assert must(history, "api", "equipped").symptom == "state lost"
    play.events[at] = replace(play.events[at], seen=BACK)  # type: ignore[arg-type]  # an Inspected
    assert must(play.history, "api", "equipped").verdict is Verdict.HELD


def test_it_does_not_apply_to_a_role_that_was_never_equipped_or_never_lost() -> None:
    assert found(set_after(BACK), "web", "equipped") is None
    play = Play(promises=("equipped",)).open()
    equipped(play)
    with play.press("api"):
        pass
    assert found(play.close(), "api", "equipped") is None


def test_a_press_that_ends_another_role_s_watcher_breaks_survival() -> None:
    play = Play(promises=("survives",)).open()
    equipped(play)
    watcher = next(e for e in play.events if isinstance(e, Equipped)).watchers[0]
    play.look("before")
    with play.press("web"):
        play.kill_session("web", site="s-kill")
        play.end(watcher.id)
    obligation = must(play.close(), "api", "survives")
    assert obligation.verdict is Verdict.BROKEN
    assert "watcher pid" in obligation.why


def test_watchers_that_a_fault_took_with_their_role_need_not_survive() -> None:
    play = Play(promises=("survives",)).open()
    equipped(play)
    lost_and_back(play)
    assert found(play.close(), "api", "survives") is None


def test_watchers_of_a_session_that_was_lost_meanwhile_are_no_longer_its_own() -> None:
    play = Play(promises=("survives",)).open()
    equipped(play)
    watcher = next(e for e in play.events if isinstance(e, Equipped)).watchers[0]
    play.process(watcher.argv, play.server_of("api").pid, pid=watcher.id.pid)
    play.processes[watcher.id.pid] = replace(play.processes[watcher.id.pid], id=watcher.id)  # it outlives the agent
    with play.fault("SIGKILL of api's agent", "api"):
        play.end(play.holder("api").id)
    with play.press("api"):
        play.comes_back("api")
    with play.press("web"):
        play.end(watcher.id)
    assert must(play.close(), "api", "survives").verdict is Verdict.HELD


def test_both_events_are_read_back_as_they_were_written() -> None:
    events = [e for e in set_after(BACK) if type(e).__name__ in ("Equipped", "Inspected")]
    assert len(events) == 2
    assert [decode(encode(event)) for event in events] == events
