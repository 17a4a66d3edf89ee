"""survives: a live session keeps its process, server and task."""

import pytest

from holdfast.model.charge import site
from holdfast.model.launch import LaunchVerb
from holdfast.model.verdict import Verdict
from tests.fast.histories import UNIT, Play, must


def test_a_live_session_that_a_press_leaves_alone_survives_and_is_charged_to_the_launch_of_its_pane() -> None:
    play = Play().open(api="s-cold", web="s-second")
    play.hold("api")
    with play.press("api"):
        pass
    history = play.close()
    assert must(history, "api", "survives").verdict is Verdict.HELD
    assert must(history, "api", "survives").charged_to == site("s-cold")
    assert must(history, "web", "survives").charged_to == site("s-second")


def test_a_unit_that_the_press_restarts_is_charged_to_the_launch_that_made_the_server_and_not_the_pane() -> None:
    play = Play()
    play.born("api", site="s-cold", cgroup=UNIT, inode=4)
    play.born("web", site="s-second")
    for role in play.roles:
        play.greet(role)
    with play.press("web"):
        play.launch(LaunchVerb.UNIT, "systemctl", "restart", "worker@api", site="s-click")
        play.end(*play.servers)
        play.server(cgroup=UNIT, born=5)
        play.agent("fresh", "api")
        play.leads["api"] = "fresh"
    history = play.close()
    for role in play.roles:
        judged = must(history, role, "survives")
        assert (judged.verdict, judged.symptom) == (Verdict.BROKEN, "unit stopped")
        assert judged.charged_to == site("s-cold")
        assert not judged.masked
    assert must(history, "api", "mapped").masked


def test_a_unit_that_is_gone_with_everything_in_it_was_stopped() -> None:
    play = Play()
    play.born("api", cgroup=UNIT, inode=4)
    play.born("web")
    for role in play.roles:
        play.greet(role)
    with play.fault("restart of the service"):
        play.end(*play.servers)
    assert must(play.close(), "web", "survives").symptom == "unit stopped"


def test_a_process_that_ends_while_its_unit_goes_on_died() -> None:
    play = Play()
    play.born("api", cgroup=UNIT, inode=4)
    play.born("web")
    for role in play.roles:
        play.greet(role)
    with play.press("web"):
        play.end(play.holder("api").id)
    judged = must(play.close(), "api", "survives")
    assert (judged.symptom, judged.charged_to) == ("died", site("s-start"))


def test_a_lost_task_breaks_survival_even_where_the_agent_lives() -> None:
    play = Play().open()
    child = play.hold("api")
    with play.press("api"):
        play.end(child)
    judged = must(play.close(), "api", "survives")
    assert judged.verdict is Verdict.BROKEN
    assert "task" in judged.why


def test_a_task_that_the_last_asking_released_is_not_missed() -> None:
    play = Play().open()
    child = play.hold("api")
    with play.press("api"):
        pass
    play.look("before the last asking")
    for role in play.roles:
        play.ask(role)
    play.end(child)
    assert must(play.close(ask=False), "api", "survives").verdict is Verdict.HELD


def test_a_rogue_server_that_took_the_place_of_the_first_one_is_seen() -> None:
    """The oracle's attacker: the same name, the same words, another server and another process."""
    play = Play().open()
    with play.press("api"):
        words = tuple(play.holder("api").words)
        play.end(*play.servers)
        play.server()
        for role in play.roles:
            play.agent(f"{role}-0000-4000-8000-000000000000", role, words=words)
    judged = must(play.close(), "api", "survives")
    assert judged.verdict is Verdict.BROKEN
    assert "tmux server" in judged.why


def test_a_pid_that_was_reused_is_another_process() -> None:
    play = Play().open()
    with play.press("api"):
        agent = play.holder("api")
        pid, parent = agent.id.pid, play.processes[agent.id.pid].parent
        play.end(agent.id)
        agent.id = play.process(("claude",), parent, pid=pid)
        play.agents.append(agent)
    assert must(play.close(), "api", "survives").verdict is Verdict.BROKEN


def test_a_session_that_dies_after_the_press_has_been_looked_at_is_still_lost() -> None:
    play = Play().open()
    with play.press("api"):
        pass
    play.kill_session("web", site="s-late")
    play.end(play.holder("web").id)
    judged = must(play.close(), "web", "survives")
    assert (judged.symptom, judged.charged_to) == ("killed by command", site("s-late"))


def test_panes_that_could_not_be_observed_do_not_hide_that_a_session_lives_or_died() -> None:
    for ends, verdict in ((False, Verdict.HELD), (True, Verdict.BROKEN)):
        play = Play().open()
        play.blind.add("panes")
        with play.press("api"):
            if ends:
                play.end(play.holder("web").id)
        assert must(play.close(), "web", "survives").verdict is verdict


@pytest.mark.parametrize("witness", ["processes", "agents", "servers"])
def test_a_witness_that_failed_leaves_survival_unproven(witness: str) -> None:
    play = Play().open()
    with play.press("api"):
        play.blind.add(witness)
    judged = must(play.close(), "api", "survives")
    assert judged.verdict is Verdict.UNPROVEN
    assert f"the witness of {witness} failed" in judged.why


def test_a_steady_state_that_no_witness_saw_is_unproven() -> None:
    play = Play().open()
    play.agents = [a for a in play.agents if not a.session.startswith("api")]
    with play.press("api"):
        pass
    assert must(play.close(), "api", "survives").verdict is Verdict.UNPROVEN


def test_a_task_that_had_ended_before_the_press_is_not_missed() -> None:
    play = Play().open()
    child = play.hold("api")
    play.end(child)
    with play.press("api"):
        pass
    assert must(play.close(), "api", "survives").verdict is Verdict.HELD


def test_a_unit_whose_folder_can_t_be_read_is_not_said_to_have_stopped_while_something_runs_in_it() -> None:
    play = Play()
    play.born("api", cgroup=UNIT, inode=None)
    play.born("web")
    for role in play.roles:
        play.greet(role)
    with play.press("web"):
        play.end(*play.servers)
        play.process(("another",), 1, UNIT, 5)
    history = play.close()
    assert must(history, "api", "survives").symptom == "died"


def test_the_charge_of_a_survival_is_where_it_lived_first() -> None:
    play = Play().open(api="s-first")
    with play.press("api"):
        pass
    with play.press("web"):
        play.launch(LaunchVerb.START, "tmux", "new-session", "-d", "-s", "api", site="s-later", session="api")
    assert must(play.close(), "api", "survives").charged_to == site("s-first")
