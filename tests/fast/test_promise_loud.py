"""loud: where continuing is impossible the person is told; no silent fresh start, nothing destroyed."""

from dataclasses import replace

import pytest

from holdfast.history.events import Pressed
from holdfast.model.path import Action, PressKind
from holdfast.model.verdict import Verdict
from tests.fast.histories import Play, found, must
from tests.fast.rooms import own, transcript


def lost() -> Play:
    play = Play(promises=("loud",)).open()
    play.kill_server()
    return play


def test_a_session_that_is_back_needs_no_words() -> None:
    play = lost()
    with play.press("api"):
        play.comes_back("api")
    assert must(play.close(), "api", "loud").verdict is Verdict.HELD


def test_a_fresh_conversation_after_a_press_that_told_nothing_is_a_silent_fresh_start() -> None:
    play = lost()
    with play.press("api"):
        play.comes_back("api", session="fresh")
    assert must(play.close(), "api", "loud").symptom == "silent fresh start"


def test_a_screen_does_not_excuse_a_fresh_start() -> None:
    play = lost()
    with play.press("api"):
        play.comes_back("api", session="fresh")
    play.look("before the last asking")
    play.ask("api", screen="resume failed, retrying fresh")
    play.ask("web")
    assert must(play.close(ask=False), "api", "loud").symptom == "silent fresh start"


def test_a_press_that_refused_has_told_the_person() -> None:
    play = lost()
    with play.press("api", refused=True):
        pass
    judged = must(play.close(), "api", "loud")
    assert (judged.verdict, "it said so" in judged.why) == (Verdict.HELD, True)


@pytest.mark.parametrize(
    "asked", [{"code": 1}, {"screen": "No conversation found"}, {"why": "can't find session: api"}]
)
def test_an_attach_that_fails_has_told_the_person(asked: dict[str, str]) -> None:
    play = lost()
    with play.press("api"):
        pass
    play.ask("api", **asked)  # type: ignore[arg-type]
    assert must(play.close(ask=False), "api", "loud").verdict is Verdict.HELD


@pytest.mark.parametrize(
    "asked", [{}, {"code": 0}, {"screen": "dev@host:~$ "}, {"why": "waited 30.0 s for the agent's prompt"}]
)
def test_nothing_in_front_of_the_person_and_no_word_of_it_is_silence(asked: dict[str, str]) -> None:
    play = lost()
    with play.press("api"):
        pass
    play.ask("api", **asked)  # type: ignore[arg-type]
    assert must(play.close(ask=False), "api", "loud").symptom == "silence"


def test_another_conversation_without_a_word_is_silence() -> None:
    play = lost()
    with play.press("api"):
        play.comes_back("api", session=own("web"))
    assert must(play.close(), "api", "loud").symptom == "silence"


def on_a_screen(kind: PressKind, output: str) -> Play:
    """Lost, and pressed in vain in front of a screen that then shows `output`."""
    play = lost()
    with play.press("api", kind=kind):
        pass
    place, pressed = [(n, event) for n, event in enumerate(play.events) if isinstance(event, Pressed)][-1]
    play.events[place] = replace(pressed, code=None, output=output)
    return play


@pytest.mark.parametrize("kind", [PressKind.BROWSER, PressKind.KEYS])
@pytest.mark.parametrize("output", ["no such role", "'bin/fleet resume api' returned 1", "could not resume api"])
def test_what_came_onto_the_screen_of_a_click_or_of_keys_has_told_the_person(kind: PressKind, output: str) -> None:
    judged = must(on_a_screen(kind, output).close(), "api", "loud")
    assert (judged.verdict, output in judged.why.replace('"', "'")) == (Verdict.HELD, True)


@pytest.mark.parametrize(
    "kind, output",
    [
        (PressKind.KEYS, "nothing new came onto the screen"),
        (PressKind.KEYS, "'bin/fleet resume api' returned 0"),
        (PressKind.BROWSER, "the page shows nothing new"),
        (PressKind.RUN, "could not resume api"),  # a command tells by its exit code
    ],
)
def test_a_screen_that_tells_of_no_failure_is_silence(kind: PressKind, output: str) -> None:
    assert must(on_a_screen(kind, output).close(), "api", "loud").symptom == "silence"


@pytest.mark.parametrize("left", [None, 0])
def test_a_transcript_that_is_gone_or_cut_was_destroyed_even_where_the_press_refused(left: int | None) -> None:
    play = lost()
    with play.press("api", refused=True):
        path, old = next((p, t) for p, t in play.files.items() if t.session == own("api"))
        if left is None:
            del play.files[path]
        else:
            play.files[path] = transcript(path, own("api"), old.turns[:left])
    assert must(play.close(), "api", "loud").symptom == "destroyed"


def test_it_does_not_apply_to_a_role_that_was_stopped_or_never_pressed() -> None:
    play = Play().open()
    with play.press("api", action=Action.STOPS):
        play.end(play.holder("api").id)
    history = play.close()
    assert found(history, "api", "loud") is None
    assert found(history, "web", "loud") is None


def test_the_last_press_is_the_one_that_must_tell() -> None:
    for refusals, verdict in (((True, False), Verdict.BROKEN), ((False, True), Verdict.HELD)):
        play = lost()
        for refused in refusals:
            with play.press("api", refused=refused):
                pass
        assert must(play.close(), "api", "loud").verdict is verdict


def test_a_transcript_that_a_fault_damaged_was_not_destroyed_by_the_press() -> None:
    play = lost()
    with play.fault("damage"):
        path = next(p for p, t in play.files.items() if t.session == own("api"))
        del play.files[path]
    with play.press("api", refused=True):
        pass
    assert must(play.close(), "api", "loud").verdict is Verdict.HELD


def test_a_transcript_written_anew_with_as_many_bytes_was_destroyed() -> None:
    play = lost()
    with play.press("api", refused=True):
        path, old = next((p, t) for p, t in play.files.items() if t.session == own("api"))
        play.files[path] = transcript(path, own("api"), tuple(reversed(old.turns)))
    assert must(play.close(), "api", "loud").symptom == "destroyed"


def test_a_role_that_was_lost_after_the_press_is_not_judged() -> None:
    play = Play(promises=("loud", "prompt")).open()
    with play.press("api"):
        pass
    play.kill_server()
    history = play.close()
    assert found(history, "api", "loud") is None
    assert found(history, "api", "prompt") is None
