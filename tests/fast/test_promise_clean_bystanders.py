"""clean, of bystanders: whoever has nothing to do with the launcher keeps server, agent and panes."""

import pytest

from holdfast.model.seen import Pane, ProcessId
from holdfast.model.verdict import Verdict
from tests.fast.histories import must, with_bystander


def test_a_bystander_that_goes_on_talking_is_not_the_launchers() -> None:
    play = with_bystander()
    with play.press("api"):
        play.write("bystander", "still mine")
    assert must(play.close(), "api", "clean").verdict is Verdict.HELD


@pytest.mark.parametrize("victim", ["server", "agent"])
def test_a_bystander_that_was_ended_is_missed(victim: str) -> None:
    play = with_bystander()
    with play.press("api"):
        play.end(play.servers[-1] if victim == "server" else play.agents[-1].id)
    assert must(play.close(), "api", "clean").symptom == "bystander gone"


def test_a_fault_that_ends_a_bystander_without_naming_it_took_it_by_the_launchers_doing() -> None:
    """A service that is restarted may end whatever lives in its cgroup; only a fault's own victims are its to take."""
    play = with_bystander()
    with play.fault("restart of the service", victims=(ProcessId(1, 110),)):
        play.end(play.servers[-1])
    assert must(play.close(), "api", "clean").symptom == "bystander gone"


def test_a_bystanders_pane_that_was_closed_is_missed_though_its_server_lives() -> None:
    play = with_bystander()
    shell = play.process(("bash",), play.servers[-1].pid)
    play.panes.append(Pane(play.servers[-1], "/tmp/tmux-1000/own", "notes", "%9", shell.pid))
    with play.press("api"):
        play.end(shell)
    judged = must(play.close(), "api", "clean")
    assert (judged.symptom, "pane %9" in judged.why) == ("bystander gone", True)


def test_a_bystanders_server_that_can_be_reached_no_more_is_not_called_untouched() -> None:
    play = with_bystander()
    with play.press("api"):
        play.blind.add("panes")  # as the witness of panes fails where a server's socket was removed
    judged = must(play.close(), "api", "clean")
    assert (judged.verdict, "panes could not be observed" in judged.why) == (Verdict.UNPROVEN, True)


def test_a_bystander_that_a_fault_took_is_not_missed() -> None:
    play = with_bystander()
    with play.fault("SIGKILL", victims=(play.servers[-1],)):
        play.end(play.servers[-1])
    with play.press("api"):
        pass
    assert must(play.close(), "api", "clean").verdict is Verdict.HELD
