"""prompt: a session answers within 30 s of the press."""

import pytest

from holdfast.history.events import Planted
from holdfast.model.path import Action, PressKind
from holdfast.model.verdict import Verdict
from tests.fast.histories import Play, found, must
from tests.fast.rooms import own


def pressed(seconds: float, other: float = 0.1) -> Play:
    """Both roles are pressed; web is asked first and takes `other` seconds, then api takes `seconds`."""
    play = Play(promises=("prompt",)).open()
    with play.press(None, action=Action.RESTORES):
        pass
    play.ask("web", seconds=other)
    play.ask("api", seconds=seconds)
    return play


def test_an_answer_within_the_bound_is_prompt() -> None:
    assert must(pressed(29.0).close(ask=False), "api", "prompt").verdict is Verdict.HELD


def test_an_answer_after_the_bound_is_late() -> None:
    assert must(pressed(30.5).close(ask=False), "api", "prompt").symptom == "late"


def test_a_role_that_was_asked_late_because_of_another_is_unproven() -> None:
    assert must(pressed(0.1, other=31.0).close(ask=False), "api", "prompt").verdict is Verdict.UNPROVEN


@pytest.mark.parametrize("seconds, expected", [(20.0, Verdict.UNPROVEN), (0.1, Verdict.BROKEN)])
def test_a_role_that_is_asked_late_because_another_was_pressed_is_unproven(seconds: float, expected: Verdict) -> None:
    play = Play(promises=("prompt",)).open()
    with play.press("api"):
        play.tick(15.0)
    with play.press("web"):
        play.tick(seconds)
    play.ask("api", seconds=35.0 - 15.0 - seconds)
    assert must(play.close(ask=False), "api", "prompt").verdict is expected


@pytest.mark.parametrize("seconds, expected", [(29.0, Verdict.HELD), (31.0, Verdict.BROKEN)])
def test_a_dispatch_is_timed_by_its_own_answer(seconds: float, expected: Verdict) -> None:
    play = Play(promises=("prompt",)).open()
    with play.press("api", kind=PressKind.SDK):
        play.tick(seconds)
    play.events.insert(-1, Planted(play.tick(), "api", "said", own("api")))
    play.ask("api", seconds=40.0)
    assert must(play.close(ask=False), "api", "prompt").verdict is expected


def test_no_answer_is_broken() -> None:
    play = Play(promises=("prompt",)).open()
    play.kill_server()
    with play.press("api"):
        pass
    assert must(play.close(), "api", "prompt").symptom == "none"


def test_it_does_not_apply_without_a_press_that_should_bring_the_role_back() -> None:
    play = Play(promises=("prompt",)).open()
    with play.press("api", action=Action.STOPS):
        play.end(play.holder("api").id)
    history = play.close()
    assert found(history, "api", "prompt") is None
    assert found(history, "web", "prompt") is None
