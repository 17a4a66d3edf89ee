"""A history in words, and what changed between two looks."""

from dataclasses import replace
from typing import get_args

import pytest

from holdfast.history.difference import changed_panes, differences
from holdfast.history.events import Event, Failed, Launched, Observed, Outcome, Pressed
from holdfast.history.words import ARGV_SHOWN, command, plain, sentence
from holdfast.model import digest
from holdfast.model.path import Action, PressKind
from holdfast.model.seen import Observation
from tests.fast import sample_result
from tests.fast.sample_history import history
from tests.fast.sets import GONE, MUTE, OLD, RAISED, SET, SOUND, set_after, trusted

RUN = sample_result.incident()
CARRIED = [event for event in set_after(SET) if type(event).__name__ in ("Equipped", "Inspected")]
LOOKS = (trusted(OLD, RAISED), trusted(SOUND, MUTE), trusted(GONE, None))
EVENTS = (*history(RUN.cells[0]), *history(RUN.cells[9]), *CARRIED, *LOOKS, Failed(1.0, "the machine did not boot"))


def _looks() -> tuple[Observation, Observation]:
    first, second = (event.seen for event in history(RUN.cells[0]) if isinstance(event, Observed))
    return first, second


def test_every_kind_of_event_has_one_line_of_words() -> None:
    kinds = {type(event) for event in EVENTS}
    assert kinds | {kind for kind in get_args(Event) if kind.__name__ == "Faulted"} == set(get_args(Event))
    assert all(sentence(event) and "\n" not in sentence(event) for event in EVENTS)


def test_what_recovery_trusts_is_told_with_its_age_and_the_alarm() -> None:
    told = [sentence(look).removeprefix("what recovery trusts after the fault: ") for look in LOOKS]
    old = "~/.fleet/registry.db is 1201 s old, at most 600 s are allowed"
    assert told[0] == f"{old}; the alarm is raised (bin/fleet check: exit 1: the save is 1201 s old)"
    sound = "sound and recent: ~/.fleet/registry.db, ~/.fleet/registry.db"
    assert told[1] == f"{sound}; the alarm could not be asked (bin/fleet check): no such program"
    assert told[2] == "~/.fleet/registry.db is not there; no alarm is declared"


def test_a_working_set_is_told_without_its_values() -> None:
    assert sentence(CARRIED[0]) == (
        "api was equipped: session api in /home/dev/work/api, panes by window: claude with 1, bash with 2; 2 programs, "
        "NODE_ENV, PORT set, /home/dev/work/api/.agent-session.json is JSON; watchers tail -n 0 -F watched-1 and tail "
        "-n 0 -F watched-2; waited 30 s for a save"
    )
    assert sentence(CARRIED[1]).startswith("inspected api: session api in /home/dev/work/api")


def test_a_launch_names_its_call_site_by_file_and_line() -> None:
    launched = next(event for event in EVENTS if isinstance(event, Launched) and event.launch.site is not None)
    assert "from dashboard.py:42 (known by the language's hook)" in sentence(launched, digest.places(RUN))
    assert "from s-dashboard" in sentence(launched)


def test_a_launch_without_a_site_says_so() -> None:
    launched = next(event for event in EVENTS if isinstance(event, Launched) and event.launch.site is None)
    assert sentence(launched).endswith("from no known call site")


@pytest.mark.parametrize("outcome, word", [(Outcome.HUNG, "it hung"), (Outcome.IMPOSSIBLE, "could not be made")])
def test_a_press_that_came_to_no_end_says_so(outcome: Outcome, word: str) -> None:
    press = Pressed(3.0, 1.0, "cli", Action.RESUMES, PressKind.RUN, "api", outcome, None, False, "")
    assert word in sentence(press)


def test_a_press_that_told_of_failure_says_so() -> None:
    press = Pressed(3.0, 1.0, "cli", Action.RESUMES, PressKind.RUN, None, Outcome.DONE, 1, True, "")
    assert sentence(press) == "pressed cli (resumes, by run) for every role: code 1, it told of failure"


def test_controls_and_overrides_are_made_visible() -> None:
    assert plain("a\x1b[2J\x00\x7f\u202eb\ud800\n\t") == "a␛[2J␀␡�b�\n\t"


def test_a_long_command_is_cut_to_a_line() -> None:
    line = command(("claude", "x" * 500, "two\nlines"))
    assert len(line) == ARGV_SHOWN
    assert line.endswith("…")


def test_only_what_changed_is_told() -> None:
    first, second = _looks()
    told = differences(first, second)
    assert "~ pane %0 of api, pid 97 (was pane %0 of api, pid 44)" in told
    assert any(line.startswith("- agent pid 44") for line in told)
    assert not any("web" in line for line in told)
    assert differences(first, first) == ()


def test_the_first_look_is_all_new() -> None:
    first, _ = _looks()
    assert first.processes is not None
    assert all(line.startswith("+ ") for line in differences(None, first))
    assert len(differences(None, first)) == 1 + 2 + 2 + 2 + len(first.processes)


def test_what_was_not_seen_is_never_called_gone() -> None:
    first, second = _looks()
    blind = replace(second, panes=None, failures=("tmux: no answer within 2 s",))
    told = differences(first, blind)
    assert "! tmux: no answer within 2 s" in told
    assert "! panes: not seen" in told
    assert not any(line.startswith("- pane") for line in told)
    assert any(line.startswith("  panes: seen again, 2") for line in differences(blind, second))


def test_a_pane_is_shown_again_only_when_its_text_changed() -> None:
    first, second = _looks()
    assert [pane.session for pane in changed_panes(first, second)] == ["api"]
    assert changed_panes(first, first) == ()
