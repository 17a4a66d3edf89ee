"""survives, where it applies: sessions that a fault, a stop or a boot took away, and that came back."""

from dataclasses import replace

from holdfast.model.charge import site
from holdfast.model.path import Action, PressKind
from holdfast.model.verdict import Verdict
from tests.fast.histories import Play, found, must


def test_a_session_that_is_still_ending_when_it_is_looked_at_was_killed_by_the_press_before() -> None:
    """An agent that is told to end leaves its registry first: for a moment its process has no conversation."""
    play = Play().open()
    with play.press("api", action=Action.STOPS):
        play.kill_session("web", site="s-stop")
        ending = play.holder("web")
        play.agents.remove(ending)
    play.end(ending.id)
    judged = must(play.close(), "web", "survives")
    assert (judged.symptom, judged.charged_to) == ("killed by command", site("s-stop"))


def test_a_fault_that_names_the_role_takes_it_away_and_the_promise_does_not_apply() -> None:
    play = Play().open()
    play.kill_server()
    with play.press("api"):
        play.comes_back("api")
    with play.press("web"):
        play.comes_back("web")
    history = play.close()
    assert found(history, "web", "survives") is None
    assert must(history, "api", "survives").verdict is Verdict.HELD, "it was back when web was pressed"


def test_a_session_brought_back_by_the_boot_must_outlive_the_press_after_it() -> None:
    play = Play().open()
    play.reboot()
    play.comes_back("api", site="s-boot")
    play.comes_back("web", site="s-boot")
    with play.press("api"):
        play.end(play.holder("api").id)
        play.comes_back("api", site="s-again")
    judged = must(play.close(), "api", "survives")
    assert (judged.verdict, judged.charged_to) == (Verdict.BROKEN, site("s-boot"))


def test_the_target_of_a_stop_need_not_survive_however_late_it_dies() -> None:
    play = Play().open()
    with play.press("api", action=Action.STOPS):
        pass
    play.end(play.holder("api").id)
    history = play.close()
    assert found(history, "api", "survives") is None
    assert must(history, "web", "survives").verdict is Verdict.HELD


def test_a_session_that_is_still_coming_back_when_another_is_pressed_is_due_all_the_same() -> None:
    """Whether a look meets it already is chance: the obligation must not come and go with it."""
    play = Play().open()
    play.kill_server()
    with play.press("api"):
        pass
    with play.press("web"):
        play.comes_back("api")
        play.comes_back("web")
    history = play.close()
    assert must(history, "api", "survives").verdict is Verdict.HELD
    assert found(history, "web", "survives") is None, "nothing was pressed after it came back"

    play = Play().open()
    play.kill_server()
    for role in play.roles:
        with play.press(role):
            pass
    assert must(play.close(), "api", "survives").verdict is Verdict.UNPROVEN


def test_a_session_that_the_boot_launches_is_due_at_the_press_after_it_whether_it_was_seen_or_not() -> None:
    play = Play().open()
    play.reboot()
    agents = [play.comes_back(role, site="s-boot") for role in play.roles]
    seen, play.agents = play.agents, []
    with play.press("api"):
        play.agents = seen
    history = play.close()
    assert len(agents) == 2
    assert {must(history, role, "survives").verdict for role in play.roles} == {Verdict.HELD}


def test_what_a_boot_restores_has_nothing_to_outlive_in_the_press_of_that_boot() -> None:
    for early in (True, False):
        play = Play().open()
        play.reboot()
        if early:
            agents = [play.comes_back(role, site="s-boot") for role in play.roles]
        with play.press(None, path="boot", action=Action.RESTORES, kind=PressKind.BOOT):
            if not early:
                agents = [play.comes_back(role, site="s-boot") for role in play.roles]
        history = play.close()
        assert len(agents) == 2
        assert found(history, "api", "survives") is None


def test_without_any_press_or_fault_there_is_nothing_to_survive() -> None:
    assert found(Play().open().close(), "api", "survives") is None


def test_a_boot_that_is_pressed_takes_everything_away_and_one_that_is_not_made_takes_nothing() -> None:
    play = Play().open()
    with play.press(None, path="boot", action=Action.RESTORES, kind=PressKind.BOOT):
        play.end(*play.servers)
        play.boot = "boot-2"
    assert found(play.close(), "api", "survives") is None

    play = Play().open()
    with play.press(None, path="boot", action=Action.RESTORES, kind=PressKind.BOOT):
        play.end(*play.servers)
    assert must(play.close(), "api", "survives").symptom == "died"


def test_a_machine_that_came_back_by_itself_has_lost_everything_though_pids_may_be_the_same() -> None:
    play = Play().open()
    with play.press("api"):
        play.boot = "boot-2"
    assert must(play.close(), "web", "survives").verdict is Verdict.BROKEN


def test_a_fault_that_takes_one_role_takes_no_other() -> None:
    play = Play().open()
    with play.fault("SIGKILL of api's agent", "api"):
        play.end(play.holder("api").id, play.holder("web").id)
    history = play.close()
    assert found(history, "api", "survives") is None
    assert must(history, "web", "survives").verdict is Verdict.BROKEN


def test_a_role_that_was_stopped_and_resumed_must_live_again() -> None:
    play = Play().open()
    with play.press("api", action=Action.STOPS):
        play.end(play.holder("api").id)
    with play.press("api"):
        play.comes_back("api")
    with play.press("web"):
        play.end(play.holder("api").id)
    assert must(play.close(), "api", "survives").verdict is Verdict.BROKEN


def test_a_task_that_the_lost_agent_left_behind_is_no_part_of_the_session_that_came_back() -> None:
    play = Play().open()
    task = play.hold("web")
    play.processes[task.pid] = replace(play.processes[task.pid], parent=1)
    play.kill_server()
    with play.press("web"):
        play.comes_back("web")
    with play.press("api"):
        play.end(task)
        play.comes_back("api")
    assert must(play.close(), "web", "survives").verdict is Verdict.HELD
