"""survives, killed by command: which traced command ended a session, and which had nothing to do with it."""

import pytest

from holdfast.model.charge import launch_path, site
from holdfast.model.launch import LaunchVerb
from holdfast.model.path import Action
from holdfast.model.verdict import Verdict
from tests.fast.histories import Play, found, must


def test_a_session_killed_by_a_traced_command_is_charged_to_the_command() -> None:
    play = Play().open()
    with play.press("api"):
        play.kill_session("api", site="s-kill")
        play.end(play.holder("api").id)
        play.comes_back("api", site="s-again")
    judged = must(play.close(), "api", "survives")
    assert (judged.verdict, judged.symptom, judged.charged_to) == (Verdict.BROKEN, "killed by command", site("s-kill"))


def test_a_kill_whose_site_is_unknown_is_charged_to_the_launch_path_that_was_pressed() -> None:
    play = Play().open()
    with play.press("api", path="phone"):
        play.kill_session("api", site=None)
        play.end(play.holder("api").id)
    assert must(play.close(), "api", "survives").charged_to == launch_path("phone")


def test_a_stop_by_prefix_that_ends_another_role_is_killed_by_command() -> None:
    play = Play(roles=("api", "api-2")).open()
    with play.fault("SIGKILL of api's pane", "api"):
        play.end(play.holder("api").id)
        play.panes = [p for p in play.panes if p.session != "api"]
    with play.press("api", action=Action.STOPS):
        play.kill_session("api", site="s-stop")
        play.end(play.holder("api-2").id)
    history = play.close()
    judged = must(history, "api-2", "survives")
    assert (judged.symptom, judged.charged_to) == ("killed by command", site("s-stop"))
    assert found(history, "api", "survives") is None


@pytest.mark.parametrize(
    "command",
    [
        ("tmux", "kill-server"),
        ("tmux", "kill-session", "-a", "-t", "web"),
        ("tmux", "kill-window", "-t", "api:0"),
        ("tmux", "-L", "default", "kill-session", "-t", "=api"),
        ("tmux", "respawn-pane", "-k", "-t", "api"),
        ("tmux", "kill-session", "-t", "a*i"),
        ("tmux", "kill-session", "-t", "@7"),
        ("tmux", "kill-session", "-t", "$7"),
        ("tmux", "has-session", "-t", "api", ";", "kill-session", "-t", "api"),
        ("tmux", "-S", "/tmp/tmux-1000/default", "kill-server"),
        ("/usr/bin/tmux", "kill-session"),
    ],
)
def test_every_way_to_kill_with_tmux_is_recognised(command: tuple[str, ...]) -> None:
    play = Play().open()
    with play.press("api"):
        play.launch(LaunchVerb.KILL, *command, site="s-kill")
        play.end(play.holder("api").id)
    assert must(play.close(), "api", "survives").symptom == "killed by command"


@pytest.mark.parametrize(
    "command",
    [
        ("tmux", "kill-session", "-t", "web"),
        ("tmux", "kill-session", "-t", "=ap"),
        ("tmux", "-L", "other", "kill-server"),
        ("tmux", "-S", "/run/other.sock", "kill-session", "-t", "api"),
        ("tmux", "has-session", "-t", "api"),
        ("tmux", "respawn-pane", "-t", "api"),
        ("tmux", "new-session", "-k", "-t", "api"),
        ("tmux", "kill-window", "-a", "-t", "web"),
        ("tmux", "kill-session", "-t", "%99"),
        ("sh", "kill-server"),
        ("tmux", "kill-session", "-a", "-t", "api"),
    ],
)
def test_a_kill_of_something_else_is_not_blamed(command: tuple[str, ...]) -> None:
    play = Play().open()
    with play.press("api"):
        play.launch(LaunchVerb.KILL, *command, site="s-kill")
        play.end(play.holder("api").id)
    assert must(play.close(), "api", "survives").symptom == "died"


def test_a_second_kill_by_the_same_name_means_the_session_that_is_left() -> None:
    play = Play(roles=("api", "api-2")).open()
    with play.press("api", action=Action.STOPS):
        play.kill_session("api", site="s-first")
        play.kill_session("api", site="s-twice")
        play.end(play.holder("api").id, play.holder("api-2").id)
    assert must(play.close(), "api-2", "survives").charged_to == site("s-twice")


@pytest.mark.parametrize(
    ("argv", "aimed", "symptom"),
    [
        (("kill", "-TERM"), True, "killed by command"),
        (("kill", "-9"), True, "killed by command"),
        (("pkill", "-f", "claude --resume api"), False, "killed by command"),
        (("kill", "-0"), True, "died"),
        (("kill", "-s", "WINCH"), True, "died"),
        (("kill", "-n", "0"), True, "died"),
        (("kill", "-SIGCONT"), True, "died"),
        (("kill", "-s", "KILL"), True, "killed by command"),
        (("kill", "-s"), True, "killed by command"),
        (("kill", "-TERM", "-0"), True, "killed by command"),
        (("kill",), True, "killed by command"),
        (("pkill", "-f", "node"), False, "died"),
    ],
)
def test_a_signal_counts_where_it_was_aimed_at_the_session_and_can_end_it(
    argv: tuple[str, ...], aimed: bool, symptom: str
) -> None:
    play = Play().open()
    with play.press("api"):
        agent = play.holder("api").id
        play.launch(LaunchVerb.SIGNAL, *argv, site="s-signal", targets=(agent.pid,) if aimed else ())
        play.end(agent)
    assert must(play.close(), "api", "survives").symptom == symptom


def test_a_beginning_that_fits_two_sessions_kills_neither() -> None:
    play = Play(roles=("api-1", "api-2")).open()
    with play.press("api-1"):
        play.kill_session("api", site="s-kill")
        play.end(play.holder("api-2").id)
    assert must(play.close(), "api-2", "survives").symptom == "died"


def test_a_name_on_another_server_does_not_matter() -> None:
    play = Play(roles=("api-1", "web")).open()
    other = play.server()
    play.agent("bystander", "api", other)
    with play.press("web"):
        play.kill_session("api", site="s-kill")
        play.end(play.holder("api-1").id)
    assert must(play.close(), "api-1", "survives").symptom == "killed by command"


def test_a_pane_is_killed_by_its_id() -> None:
    play = Play().open()
    with play.press("web"):
        pane = play.holder("api").pane
        assert pane is not None
        play.launch(LaunchVerb.KILL, "tmux", "kill-pane", "-t", pane, site="s-pane")
        play.end(play.holder("api").id)
    assert must(play.close(), "api", "survives").charged_to == site("s-pane")


def test_a_signal_to_the_shell_above_the_agent_counts_and_one_to_another_role_does_not() -> None:
    for role, symptom in (("api", "killed by command"), ("web", "died")):
        play = Play().open()
        with play.press("web"):
            shell = next(p.pid for p in play.panes if p.session == role)
            play.launch(LaunchVerb.SIGNAL, "kill", "-9", site="s-signal", targets=(shell,))
            play.end(play.holder("api").id)
        assert must(play.close(), "api", "survives").symptom == symptom
