"""Who answers for an obligation: sites by the trace, launch paths where it knows none."""

from holdfast.model.cell import CellKey
from holdfast.model.charge import LAUNCHER, launch_path, site
from holdfast.model.path import Action
from holdfast.model.verdict import Verdict
from tests.fast.histories import Play, must
from tests.fast.rooms import own


def test_the_press_s_latest_launch_is_charged_and_not_one_of_the_birth() -> None:
    play = Play().open()
    play.kill_server()
    with play.press("api"):
        play.new_session("api", "s-first-try")
        play.comes_back("api", site="s-resume", session="fresh")
    with play.press("web"):
        play.comes_back("web", site="s-other")
    history = play.close()
    assert must(history, "api", "mapped").charged_to == site("s-resume")
    assert must(history, "api", "mapped").verdict is Verdict.BROKEN
    assert must(history, "web", "continues").charged_to == site("s-other")
    assert must(history, "web", "clean").charged_to == LAUNCHER


def test_a_press_that_launched_nothing_for_the_role_is_charged_as_a_launch_path() -> None:
    play = Play().open()
    play.kill_server()
    with play.press("api", path="phone"):
        pass
    with play.press("web", path="phone", action=Action.RESTORES):
        play.comes_back("web", site=None)
    history = play.close()
    assert must(history, "api", "mapped").charged_to == launch_path("phone")
    assert must(history, "web", "mapped").charged_to == launch_path("phone.restores")


def test_what_a_boot_restores_before_it_is_pressed_is_charged_to_its_launch() -> None:
    play = Play().open()
    play.reboot()
    for role in play.roles:
        play.comes_back(role, site="s-boot")
    with play.press(None, path="boot", action=Action.RESTORES):
        pass
    assert must(play.close(), "web", "mapped").charged_to == site("s-boot")


def test_a_role_that_nobody_pressed_is_charged_to_the_press_that_was_made() -> None:
    play = Play().open()
    with play.press("api"):
        play.comes_back("api", site="s-resume")
        play.leads["web"] = own("api")
    assert must(play.close(), "web", "mapped").charged_to == launch_path("dashboard")


def test_without_a_press_the_birth_is_charged() -> None:
    play = Play(key=CellKey("service_restart", "cli", None, "systemd", "claude-standin")).open(web=None)
    with play.fault("restart of the service"):
        play.leads = {"api": own("web"), "web": own("api")}
    history = play.close()
    assert must(history, "api", "mapped").charged_to == site("s-start")
    assert must(history, "web", "mapped").charged_to == launch_path("cli")


def test_a_birth_by_resuming_is_named_as_its_cells_are() -> None:
    play = Play(key=CellKey("resume_click", "cli.resumes", "dashboard", "systemd", "claude-standin"))
    for role in play.roles:
        play.born(role)
    for role in play.roles:
        play.greet(role)
    play.kill_server()
    for role in play.roles:
        with play.press(role, path="cli", looks=False):
            play.comes_back(role, site=None)
    for role in play.roles:
        play.greet(role)
    with play.press("api"):
        play.end(play.holder("web").id)
    history = play.close()
    assert must(history, "api", "survives").verdict is Verdict.HELD, "what happened in the birth is not judged"
    assert must(history, "api", "survives").charged_to == launch_path("cli.resumes")
    assert must(history, "web", "survives").charged_to == launch_path("cli.resumes")


def test_launches_of_an_earlier_boot_are_not_charged() -> None:
    play = Play().open()
    play.reboot()
    agents = [play.comes_back(role, site="s-boot") for role in play.roles]
    with play.press("api"):
        play.end(*[a.id for a in agents], *play.servers)
    assert must(play.close(), "api", "survives").charged_to == site("s-boot")


def test_what_is_unproven_is_charged_too() -> None:
    history = Play().fail("the machine did not boot")
    assert must(history, "api", "survives").charged_to == launch_path("cli")
    assert must(history, "api", "mapped").charged_to == launch_path("dashboard")
