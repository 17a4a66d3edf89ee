"""mapped: each role leads to its own conversation and to no other. The attackers of the oracle are here too."""

import pytest

from holdfast.model.path import Action
from holdfast.model.proof import digest
from holdfast.model.verdict import Verdict
from tests.fast.histories import Play, must
from tests.fast.rooms import own


def test_a_role_that_answers_from_its_own_conversation_is_mapped() -> None:
    play = Play().open()
    play.kill_server()
    with play.press("api"):
        play.comes_back("api")
    with play.press("web"):
        play.comes_back("web")
    history = play.close()
    assert {must(history, role, "mapped").verdict for role in play.roles} == {Verdict.HELD}


def test_two_roles_that_were_swapped_lead_to_each_others_conversation() -> None:
    play = Play().open()
    with play.press("api"):
        play.leads = {"api": own("web"), "web": own("api")}
    history = play.close()
    assert {must(history, role, "mapped").symptom for role in play.roles} == {"another role's conversation"}


def test_another_roles_words_under_the_own_id_are_another_roles_conversation() -> None:
    play = Play().open()
    with play.press("api"):
        play.holder("api").words[:] = play.holder("web").words
    assert must(play.close(), "api", "mapped").symptom == "another role's conversation"


def test_a_fresh_conversation_under_the_roles_name_is_a_new_one() -> None:
    play = Play().open()
    with play.press("api"):
        play.end(play.holder("api").id)
        play.comes_back("api", session="fresh")
    assert must(play.close(), "api", "mapped").symptom == "a new one"


def test_a_conversation_that_lay_on_the_disk_before_is_nobodys() -> None:
    play = Play().open()
    play.write("decoy", "old")
    with play.press("api"):
        play.end(play.holder("api").id)
        play.comes_back("api", session="decoy")
    assert must(play.close(), "api", "mapped").symptom == "nobody's"


def test_a_conversation_that_a_fault_put_there_is_nobodys_and_one_that_a_press_made_is_new() -> None:
    play = Play().open()
    with play.fault("misleading mtime"):
        play.write("decoy", "old")
    with play.press("api"):
        play.write("fresh", None)
        play.leads["api"] = play.agent("fresh", "api").session
    with play.press("web"):
        play.leads["web"] = play.agent("decoy", "web").session
    history = play.close()
    assert must(history, "api", "mapped").symptom == "a new one"
    assert must(history, "web", "mapped").symptom == "nobody's"


def test_a_forked_conversation_knows_every_word_and_is_refused_by_its_id() -> None:
    play = Play().open()
    with play.press("api"):
        words = play.saved(own("api"))
        play.end(play.holder("api").id)
        play.comes_back("api", session="fork", words=words)
    judged = must(play.close(), "api", "mapped")
    assert (judged.symptom, "fork" in judged.why) == ("nobody's", True)


def test_a_copied_transcript_that_was_made_before_the_last_word_is_refused_under_the_same_id() -> None:
    play = Play().open()
    play.greet("api", "last")
    with play.press("api"):
        play.end(play.holder("api").id)
        play.comes_back("api", words=play.saved(own("api"))[:-1])
    assert must(play.close(), "api", "mapped").symptom == "copied or changed conversation"


def test_a_stale_screen_that_shows_the_proof_of_an_older_challenge_is_no_answer() -> None:
    play = Play().open()
    with play.press("api"):
        pass
    old = digest(play.holder("api").words, play.challenge())
    play.answers("api", own("api"), old)
    play.answers("api", own("api"), old)
    play.ask("web")
    judged = must(play.close(ask=False), "api", "mapped")
    assert (judged.verdict, judged.symptom) == (Verdict.BROKEN, "none")
    assert "stale screen" in judged.why


def test_a_proof_of_some_other_challenge_is_refused() -> None:
    play = Play().open()
    with play.press("api"):
        pass
    play.answers("api", own("api"), digest(play.holder("api").words, "not the challenge"))
    play.ask("web")
    assert must(play.close(ask=False), "api", "mapped").verdict is Verdict.BROKEN


def test_a_prompt_that_was_injected_again_changes_the_conversation() -> None:
    play = Play().open()
    with play.press("api"):
        play.holder("api").words.append(play.holder("api").words[0])
    assert must(play.close(), "api", "mapped").symptom == "copied or changed conversation"


def test_a_role_that_should_be_there_and_does_not_answer_is_broken() -> None:
    play = Play().open()
    with play.press("api"):
        play.end(play.holder("web").id)
    judged = must(play.close(), "web", "mapped")
    assert (judged.verdict, judged.symptom) == (Verdict.BROKEN, "none")


def test_a_stopped_role_that_leads_nowhere_is_mapped_and_one_that_leads_to_another_by_prefix_is_not() -> None:
    play = Play(roles=("api", "api-2")).open()
    with play.press("api", action=Action.STOPS):
        play.end(play.holder("api").id)
    play.ask("api", code=1)
    nowhere = must(play.close(ask=False), "api", "mapped")
    assert nowhere.verdict is Verdict.HELD

    play = Play(roles=("api", "api-2")).open()
    with play.press("api", action=Action.STOPS):
        play.end(play.holder("api").id)
        play.leads["api"] = own("api-2")
    assert must(play.close(), "api", "mapped").symptom == "another role's conversation"


@pytest.mark.parametrize("action", [Action.STOPS, None])
def test_an_attach_that_still_stands_has_not_shown_that_it_leads_nowhere(action: Action | None) -> None:
    """It may stand before another role's agent, which is busy."""
    play = Play().open()
    if action is None:
        play.kill_server()
    else:
        with play.press("api", action=action):
            play.end(play.holder("api").id)
    play.ask("api", code=None)
    assert must(play.close(ask=False), "api", "mapped").verdict is Verdict.UNPROVEN


def test_a_role_that_was_lost_and_never_pressed_must_lead_nowhere() -> None:
    play = Play().open()
    play.kill_server()
    with play.press("api"):
        play.comes_back("api")
    play.ask("web", code=1)
    assert must(play.close(ask=False), "web", "mapped").verdict is Verdict.HELD

    for session, symptom in ((own("api"), "another role's conversation"), ("fresh", "a new one")):
        play = Play().open()
        play.kill_server()
        with play.press("api"):
            play.comes_back("api")
            play.leads["web"] = session
            play.agent(session, "web")
        assert must(play.close(), "web", "mapped").symptom == symptom


def test_a_last_turn_that_never_reached_the_disk_is_not_the_launchers_to_keep() -> None:
    play = Play().open()
    play.holder("api").words.append("never-written")
    play.kill_server()
    with play.press(None, action=Action.RESTORES):
        play.comes_back("api")
        play.comes_back("web")
    assert must(play.close(), "api", "mapped").verdict is Verdict.HELD


def test_a_disk_that_was_not_read_after_the_loss_leaves_another_answer_unproven() -> None:
    play = Play().open()
    play.blind.add("transcripts")
    play.kill_server()
    with play.press(None, action=Action.RESTORES):
        play.comes_back("api", words=("something",))
        play.comes_back("web")
    history = play.close()
    assert must(history, "api", "mapped").verdict is Verdict.UNPROVEN
    assert must(history, "web", "mapped").verdict is Verdict.HELD, "all words that were planted are proof enough"


@pytest.mark.parametrize("role", ["api", "web"])
def test_a_role_that_nobody_asked_is_unproven(role: str) -> None:
    play = Play().open()
    with play.press("api"):
        pass
    assert must(play.close(ask=False), role, "mapped").verdict is Verdict.UNPROVEN


@pytest.mark.parametrize(("session", "proof"), [(own("api"), None), (None, "0" * 32)])
def test_half_an_answer_is_none(session: str | None, proof: str | None) -> None:
    play = Play().open()
    with play.press("api"):
        pass
    play.answers("api", session, proof, why="only half of it came")
    play.ask("web")
    judged = must(play.close(ask=False), "api", "mapped")
    assert (judged.symptom, "only half of it came" in judged.why) == ("none", True)


def test_without_any_look_at_the_disk_a_strange_conversation_is_a_new_one() -> None:
    play = Play().open()
    play.blind.add("transcripts")
    play.write("decoy", "old")
    with play.press("api"):
        play.end(play.holder("api").id)
        play.comes_back("api", session="decoy")
    assert must(play.close(), "api", "mapped").symptom == "a new one"


def test_a_stopped_role_that_was_lost_before_and_leads_to_a_new_conversation_is_broken() -> None:
    play = Play().open()
    play.kill_server()
    with play.press("api", action=Action.STOPS):
        play.server()
        play.leads["api"] = play.agent("fresh", "api").session
    assert must(play.close(), "api", "mapped").symptom == "a new one"


def test_an_answer_that_was_written_to_a_copy_of_the_own_file_is_not_the_own_conversations() -> None:
    def opened() -> Play:
        play = Play().open()
        play.kill_server()
        with play.press(None, action=Action.RESTORES):
            play.write(own("api"), *play.saved(own("api")), path=f"/home/dev/backup/{own('api')}.jsonl")
            play.comes_back("api")
            play.comes_back("web")
        return play

    assert must(opened().close(), "api", "mapped").verdict is Verdict.HELD, "a backup that nobody opened harms nobody"

    play = opened()
    play.write(own("api"), *[None] * 5, path=f"/home/dev/backup/{own('api')}.jsonl")
    history = play.close()
    judged = must(history, "api", "mapped")
    assert (judged.symptom, "/home/dev/backup/" in judged.why) == ("copied or changed conversation", True)
    assert must(history, "api", "continues").symptom == "copied or changed conversation"
