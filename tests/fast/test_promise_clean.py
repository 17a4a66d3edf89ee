"""clean: no other session, process or file is touched, nothing is left behind."""

import pytest

from holdfast.model.charge import LAUNCHER
from holdfast.model.path import Action
from holdfast.model.verdict import Verdict
from tests.fast.histories import UNIT, Play, must, with_bystander
from tests.fast.rooms import own, transcript


def test_a_press_that_touches_its_own_role_alone_is_clean() -> None:
    play = with_bystander()
    with play.press("api"):
        play.write(own("api"), "more")
    history = play.close()
    assert {must(history, role, "clean").verdict for role in play.roles} == {Verdict.HELD}
    assert must(history, "api", "clean").charged_to == LAUNCHER


def test_a_new_server_for_the_roles_is_not_left_behind() -> None:
    play = Play(promises=("clean",)).open()
    play.kill_server()
    with play.press(None, action=Action.RESTORES):
        for role in play.roles:
            play.comes_back(role)
    assert must(play.close(), "api", "clean").verdict is Verdict.HELD


@pytest.mark.parametrize("what", ["gone", "cut", "rewritten"])
def test_another_roles_transcript_must_only_grow(what: str) -> None:
    play = with_bystander()
    with play.press("api"):
        path, old = next((p, t) for p, t in play.files.items() if t.session == own("web"))
        match what:
            case "gone":
                del play.files[path]
            case "cut":
                play.files[path] = transcript(path, own("web"), old.turns[:1])
            case "rewritten":
                play.files[path] = transcript(path, own("web"), (*old.turns[1:], *old.turns))
    history = play.close()
    assert must(history, "web", "clean").symptom == "changed"
    assert must(history, "api", "clean").verdict is Verdict.HELD


def test_a_conversation_of_no_role_must_stay_as_it_is() -> None:
    play = with_bystander()
    play.write("decoy", "old")
    with play.press("api"):
        play.write("decoy", "new")
    judged = must(play.close(), "api", "clean")
    assert (judged.symptom, "decoy" in judged.why) == ("changed", True)


def test_what_a_fault_writes_is_not_the_launchers() -> None:
    play = with_bystander()
    play.write("decoy", "old")
    with play.fault("misleading mtime"):
        play.write("decoy", "touched")
    with play.press("api"):
        pass
    assert must(play.close(), "api", "clean").verdict is Verdict.HELD


def test_after_a_reboot_nothing_is_missed_and_nothing_is_left_behind() -> None:
    play = with_bystander()
    play.reboot()
    with play.press(None, action=Action.RESTORES):
        for role in play.roles:
            play.comes_back(role)
        play.server()
    assert must(play.close(), "api", "clean").verdict is Verdict.HELD


def test_a_server_without_a_role_is_left_behind() -> None:
    play = with_bystander()
    with play.press("api"):
        play.server()
    assert must(play.close(), "api", "clean").symptom == "left behind"


def test_a_server_in_a_unit_that_was_there_before_is_let_be() -> None:
    play = with_bystander()
    play.process(("dashboard",), 1, UNIT, 4)
    with play.press("api"):
        play.server(cgroup=UNIT, born=4)
    assert must(play.close(), "api", "clean").verdict is Verdict.HELD


def test_an_agent_of_no_role_is_left_behind() -> None:
    play = with_bystander()
    with play.press("api"):
        play.agent("fresh", "lost", play.server_of("api"))
    assert must(play.close(), "api", "clean").symptom == "left behind"


def test_a_stop_that_leaves_the_agent_alive_is_still_running() -> None:
    play = with_bystander()
    with play.press("api", action=Action.STOPS):
        pass
    assert must(play.close(), "api", "clean").symptom == "still running"

    play = with_bystander()
    with play.press("api", action=Action.STOPS):
        play.end(play.holder("api").id)
    assert must(play.close(), "api", "clean").verdict is Verdict.HELD


def test_without_a_press_the_machine_is_judged_for_the_first_role() -> None:
    play = with_bystander()
    with play.fault("restart of the service"):
        play.server()
    history = play.close()
    assert must(history, "api", "clean").symptom == "left behind"
    assert must(history, "web", "clean").verdict is Verdict.HELD


@pytest.mark.parametrize("witness", ["transcripts", "agents", "processes", "servers", "panes"])
def test_a_witness_that_failed_leaves_it_unproven(witness: str) -> None:
    play = with_bystander()
    play.blind.add(witness)
    with play.press("api"):
        pass
    assert must(play.close(), "api", "clean").verdict is Verdict.UNPROVEN


def test_a_conversation_of_no_role_that_vanishes_or_is_cut_is_missed_even_where_its_agent_lives() -> None:
    for left in (None, 0):
        play = with_bystander()
        with play.press("api"):
            path, old = next((p, t) for p, t in play.files.items() if t.session == "bystander")
            if left is None:
                del play.files[path]
            else:
                play.files[path] = transcript(path, "bystander", old.turns[:left])
        assert must(play.close(), "api", "clean").symptom == "changed"


def test_what_an_agent_of_its_own_wrote_before_it_left_or_after_it_came_is_not_the_launchers() -> None:
    play = with_bystander()
    with play.press("api"):
        play.write("bystander", "last words")
        play.agents = [a for a in play.agents if a.session != "bystander"]
    assert must(play.close(), "api", "clean").verdict is Verdict.HELD

    play = with_bystander()
    play.write("old", "words")
    with play.press("api"):
        play.write("old", "again")
        play.agent("old", "again", play.server_of("api"))
    assert must(play.close(), "api", "clean").symptom == "left behind"


def test_the_machine_is_judged_for_the_role_that_was_pressed_last() -> None:
    play = with_bystander()
    with play.press("api"):
        pass
    with play.press("web"):
        play.server()
    history = play.close()
    assert must(history, "web", "clean").symptom == "left behind"
    assert must(history, "api", "clean").verdict is Verdict.HELD


@pytest.mark.parametrize("server", ["the roles'", "its own"])
def test_an_agent_that_a_role_leads_to_stands_in_its_place_and_is_not_left_behind(server: str) -> None:
    """`mapped` refuses it for that role. Another one is not to be charged with it as well."""
    play = with_bystander()
    with play.press("api"):
        host = play.server_of("web") if server == "the roles'" else play.server()
        play.end(play.holder("api").id)
        play.agent("elsewhere", "api", host)
        play.leads["api"] = "elsewhere"
    with play.press("web"):
        pass
    assert must(play.close(), "web", "clean").verdict is Verdict.HELD
