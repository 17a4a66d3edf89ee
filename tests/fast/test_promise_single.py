"""single: one live process a conversation, one session a role."""

from holdfast.model.path import Action
from holdfast.model.verdict import Verdict
from tests.fast.histories import Play, must
from tests.fast.rooms import own


def test_one_process_for_each_conversation_is_single() -> None:
    play = Play().open()
    with play.press("api"):
        pass
    history = play.close()
    assert {must(history, role, "single").verdict for role in play.roles} == {Verdict.HELD}


def test_a_second_process_of_the_same_conversation_is_two_at_once() -> None:
    play = Play().open()
    with play.press("api"):
        play.agent(own("api"), "api-again")
    assert must(play.close(), "api", "single").symptom == "two at once"


def test_two_at_once_right_after_the_press_count_even_if_one_is_gone_at_the_end() -> None:
    play = Play().open()
    with play.press("api"):
        second = play.agent(own("api"), "api-again")
    play.end(second.id)
    assert must(play.close(), "api", "single").symptom == "two at once"


def test_two_at_once_before_any_press_are_not_the_press_s() -> None:
    play = Play().open()
    with play.fault("two windows"):
        second = play.agent(own("api"), "api-again")
    play.end(second.id)
    with play.press("api"):
        pass
    assert must(play.close(), "api", "single").verdict is Verdict.HELD


def test_a_new_session_beside_the_roles_own_is_charged_to_the_role_that_was_pressed() -> None:
    play = Play().open()
    with play.press("web"):
        play.agent("fresh", "web-1")
    history = play.close()
    assert must(history, "web", "single").symptom == "two at once"
    assert must(history, "api", "single").verdict is Verdict.HELD


def test_a_session_too_many_is_charged_to_the_press_that_brought_it_and_not_to_a_later_one() -> None:
    play = Play().open()
    with play.press("api"):
        play.agent("fresh", "api-1")
    with play.press("web"):
        pass
    history = play.close()
    assert must(history, "api", "single").symptom == "two at once"
    assert must(history, "web", "single").verdict is Verdict.HELD


def test_a_fresh_session_in_the_place_of_a_dead_one_is_for_others_to_judge() -> None:
    play = Play().open()
    play.kill_server()
    with play.press(None, action=Action.RESTORES):
        for role in play.roles:
            play.comes_back(role, session=f"fresh-{role}")
    assert must(play.close(), "api", "single").verdict is Verdict.HELD


def test_a_restore_that_leaves_more_sessions_than_roles_is_two_at_once() -> None:
    play = Play().open()
    play.kill_server()
    with play.press(None, action=Action.RESTORES):
        for role in play.roles:
            play.comes_back(role)
        play.agent("fresh", "third")
    assert must(play.close(), "api", "single").symptom == "two at once"


def test_a_bystander_and_what_a_fault_put_there_are_not_counted() -> None:
    play = Play().open()
    play.agent("bystander", "private")
    with play.fault("a person opens an old conversation"):
        play.agent("decoy", "old")
    with play.press("api"):
        pass
    assert must(play.close(), "api", "single").verdict is Verdict.HELD


def test_agents_that_could_not_be_observed_leave_it_unproven() -> None:
    play = Play().open()
    with play.press("api"):
        play.blind.add("agents")
    assert must(play.close(), "api", "single").verdict is Verdict.UNPROVEN
