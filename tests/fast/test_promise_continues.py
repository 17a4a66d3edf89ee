"""continues: after its process was lost, a session comes back with its id and every turn that was on the disk."""

from dataclasses import replace

import pytest

from holdfast.history.events import Asked, Pressed
from holdfast.model.path import Action, PressKind
from holdfast.model.proof import digest
from holdfast.model.verdict import Verdict
from tests.fast.histories import Play, found, must
from tests.fast.rooms import own, transcript


def lost() -> Play:
    play = Play(promises=("continues",)).open()
    play.greet("api", "second")
    play.kill_server()
    return play


def test_a_session_that_comes_back_with_its_id_and_all_turns_continues() -> None:
    play = lost()
    with play.press("api"):
        play.comes_back("api")
    assert must(play.close(), "api", "continues").verdict is Verdict.HELD


def test_what_is_said_after_it_came_back_counts_too() -> None:
    play = lost()
    with play.press("api"):
        play.comes_back("api")
    play.greet("api", "third")
    assert must(play.close(), "api", "continues").verdict is Verdict.HELD


def test_a_role_that_was_never_lost_or_never_pressed_has_nothing_to_continue() -> None:
    play = lost()
    with play.press("api"):
        play.comes_back("api")
    assert found(play.close(), "web", "continues") is None

    play = Play().open()
    with play.press("api"):
        pass
    assert found(play.close(), "api", "continues") is None

    play = Play().open()
    with play.fault("SIGKILL of api's agent", "api"):
        play.end(play.holder("api").id)
    for role in play.roles:
        with play.press(role):
            play.comes_back(role)
    history = play.close()
    assert must(history, "api", "continues").verdict is Verdict.HELD
    assert found(history, "web", "continues") is None

    play = lost()
    with play.press("api", action=Action.STOPS):
        pass
    assert found(play.close(), "api", "continues") is None


@pytest.mark.parametrize(
    ("session", "symptom"),
    [(own("web"), "another role's conversation"), ("decoy", "nobody's"), ("fresh", "a new one")],
)
def test_another_conversation_in_its_place_does_not_continue(session: str, symptom: str) -> None:
    play = Play(promises=("continues",)).open()
    play.write("decoy", "old")
    play.kill_server()
    with play.press("api"):
        play.comes_back("api", session=session)
    assert must(play.close(), "api", "continues").symptom == symptom


def test_a_fork_does_not_continue() -> None:
    play = lost()
    with play.press("api"):
        play.comes_back("api", session="fork", words=play.saved(own("api")))
    assert must(play.close(), "api", "continues").symptom == "nobody's"


def test_a_session_that_does_not_come_back_has_no_answer() -> None:
    play = lost()
    with play.press("api"):
        pass
    assert must(play.close(), "api", "continues").symptom == "none"


def test_words_that_were_on_the_disk_and_are_forgotten_are_turns_lost() -> None:
    play = lost()
    with play.press("api"):
        play.comes_back("api", words=play.saved(own("api"))[:1])
    assert must(play.close(), "api", "continues").symptom == "turns lost"


def test_turns_that_vanish_from_the_disk_are_lost_even_where_every_word_is_known() -> None:
    play = lost()
    with play.press("api"):
        play.comes_back("api")
        path, kept = next((p, t) for p, t in play.files.items() if t.session == own("api"))
        play.files[path] = transcript(path, own("api"), tuple(t for t in kept.turns if t.word is not None))
    judged = must(play.close(), "api", "continues")
    assert (judged.symptom, "api-0000" in judged.why) == ("turns lost", True)


@pytest.mark.parametrize("again", [lambda w: [*w, w[0]], lambda w: [w[0], *w], lambda w: [*w, *w]])
def test_a_prompt_that_is_injected_again_adds_turns(again: object) -> None:
    assert callable(again)
    play = lost()
    with play.press("api"):
        play.comes_back("api", words=tuple(again(list(play.saved(own("api"))))))
    assert must(play.close(), "api", "continues").symptom == "turns added"


def test_a_stale_screen_does_not_continue() -> None:
    play = lost()
    shown = [asked for asked in play.history.all(Asked) if asked.role == "api"]
    with play.press("api"):
        pass
    play.answers("api", own("api"), shown[-1].proof)
    assert must(play.close(ask=False), "api", "continues").symptom == "none"


def test_a_copy_of_the_transcript_in_another_folder_is_not_what_was_read() -> None:
    play = lost()
    with play.press("api"):
        play.comes_back("api")
        place = next(p for p, t in play.files.items() if t.session == own("api"))
        moved = play.files.pop(place)
        play.files["/elsewhere/copy.jsonl"] = replace(moved, path="/elsewhere/copy.jsonl")
    assert must(play.close(), "api", "continues").symptom == "turns lost"


def test_a_transcript_that_did_not_survive_the_fault_leaves_it_unproven() -> None:
    play = Play(promises=("continues",)).open()
    with play.fault("power cut", "api", "web"):
        play.end(*play.servers)
        play.files.clear()
    with play.press("api"):
        play.comes_back("api", session="fresh")
        play.leads["api"] = own("api")
    play.answers("api", own("api"), digest(("other",), play.challenge()))
    assert must(play.close(ask=False), "api", "continues").verdict is Verdict.UNPROVEN


def test_a_disk_that_could_not_be_read_at_the_end_leaves_it_unproven() -> None:
    play = lost()
    with play.press("api"):
        play.comes_back("api")
    play.look("before the last asking")
    play.ask("api")
    play.blind.add("transcripts")
    assert must(play.close(ask=False), "api", "continues").verdict is Verdict.UNPROVEN


def test_a_role_that_was_resumed_and_then_stopped_has_nothing_to_continue() -> None:
    play = lost()
    with play.press("api"):
        play.comes_back("api")
    with play.press("api", action=Action.STOPS):
        play.end(play.holder("api").id)
    assert found(play.close(), "api", "continues") is None


@pytest.mark.parametrize("kind, expected", [(PressKind.SDK, Verdict.BROKEN), (PressKind.RUN, None)])
def test_a_session_that_is_dispatched_is_lost_with_each_answer(kind: PressKind, expected: Verdict | None) -> None:
    play = Play(promises=("continues",)).open()
    play.events = [replace(event, kind=kind) if isinstance(event, Pressed) else event for event in play.events]
    with play.press("api"):
        play.end(play.holder("api").id)
        play.comes_back("api", session="fresh")
    judged = found(play.close(), "api", "continues")
    assert (judged.verdict if judged else None) is expected
