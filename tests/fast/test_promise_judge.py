"""Judging: what is charged once, what is masked, and what a history that is in doubt can still show."""

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdfast.history.events import Outcome
from holdfast.history.record import History
from holdfast.model.path import Action
from holdfast.model.verdict import Verdict
from holdfast.promises import ORDER, Promise, PromiseError, broken, judge, names, promise, register, registry
from tests.fast.histories import ALL, Play, found, must


def hurt() -> Play:
    """A press kills api's session and leaves a new one in its place, untold."""
    play = Play().open()
    with play.press("api"):
        play.kill_session("api", site="s-kill")
        play.end(play.holder("api").id)
        play.comes_back("api", session="fresh")
    return play


def test_a_role_is_charged_once_and_what_follows_is_masked() -> None:
    judged = [o for o in judge(hurt().close()) if o.role == "api" and o.verdict is Verdict.BROKEN]
    assert [(o.promise, o.masked) for o in judged] == [
        ("survives", False), ("mapped", True), ("loud", True),
    ]  # fmt: skip


def test_each_role_is_charged_for_itself() -> None:
    play = hurt()
    play.end(play.holder("web").id)
    unmasked = {o.role: o.promise for o in judge(play.close()) if o.verdict is Verdict.BROKEN and not o.masked}
    assert unmasked == {"api": "survives", "web": "survives"}


def test_the_order_of_charging_does_not_depend_on_the_order_of_planning() -> None:
    play = hurt()
    history = play.close()
    reverse = Play(promises=tuple(reversed(ALL)))
    assert judge(History((reverse.events[0], *history.events[1:]))) == judge(history)


def test_a_sound_history_holds_every_promise() -> None:
    play = Play().open()
    play.hold("web")
    with play.press("api"):
        pass
    assert {o.verdict for o in judge(play.close())} == {Verdict.HELD}


def test_a_cell_that_failed_is_unproven_in_all_that_was_planned() -> None:
    play = Play().open()
    judged = judge(play.fail("the machine did not boot"))
    assert {(o.role, o.promise) for o in judged} == {(role, name) for role in play.roles for name in ALL}
    assert {(o.verdict, o.why) for o in judged} == {(Verdict.UNPROVEN, "the machine did not boot")}


def test_what_was_broken_before_a_cell_failed_stays_broken() -> None:
    history = hurt().fail("the service never became ready")
    assert must(history, "api", "survives").verdict is Verdict.BROKEN
    assert must(history, "web", "survives").verdict is Verdict.UNPROVEN
    assert must(history, "api", "mapped").verdict is Verdict.UNPROVEN


def test_a_history_that_was_cut_off_says_so() -> None:
    play = hurt()
    assert "stops before its end" in must(play.history, "web", "mapped").why
    assert must(play.history, "api", "survives").verdict is Verdict.BROKEN


def test_what_depends_on_a_fault_that_did_not_bite_is_unproven() -> None:
    play = Play().open()
    with play.fault("SIGKILL of api's agent", "api", bit=False):
        play.end(play.holder("web").id)
    with play.press("api"):
        pass
    judged = judge(play.close())
    assert {o.verdict for o in judged} == {Verdict.UNPROVEN}
    assert all(o.why.startswith("the fault did not bite: SIGKILL of api's agent") for o in judged)


def test_what_was_broken_before_the_fault_stays_broken() -> None:
    play = Play().open()
    with play.press("api"):
        play.end(play.holder("web").id)
    with play.fault("SIGKILL of api's agent", "api", bit=False):
        pass
    assert must(play.close(), "web", "survives").verdict is Verdict.BROKEN


def test_a_press_that_hung_leaves_what_it_should_have_done_unproven_but_not_what_it_broke() -> None:
    play = Play().open()
    with play.press("api", outcome=Outcome.HUNG):
        play.end(play.holder("web").id)
    history = play.close()
    assert must(history, "web", "survives").verdict is Verdict.BROKEN
    assert must(history, "api", "mapped").verdict is Verdict.UNPROVEN
    assert "hung" in must(history, "api", "mapped").why


def test_a_press_that_could_not_be_made_breaks_nothing() -> None:
    play = Play().open()
    play.kill_server()
    with play.press("api", outcome=Outcome.IMPOSSIBLE):
        pass
    history = play.close()
    assert {o.verdict for o in judge(history)} == {Verdict.UNPROVEN}
    assert "could not be made" in must(history, "api", "mapped").why
    assert found(history, "web", "loud") is None, "nobody pressed anything for web"


@pytest.mark.usefixtures("extra")
def test_a_checker_that_raises_makes_its_obligation_unproven() -> None:
    judged = must(Play(promises=("mapped", "raises")).open().close(), "api", "raises")
    assert (judged.verdict, "ZeroDivisionError" in judged.why) == (Verdict.UNPROVEN, True)


@pytest.mark.usefixtures("extra")
def test_a_promise_of_a_user_comes_last_and_is_masked_by_those_before_it() -> None:
    play = Play(promises=("always", "mapped")).open()
    with play.press("api"):
        play.end(play.holder("api").id)
    assert [(o.promise, o.masked) for o in judge(play.close()) if o.role == "api"] == [
        ("mapped", False),
        ("always", True),
    ]


def test_a_promise_that_nobody_knows_is_unproven_and_the_names_are_listed() -> None:
    judged = must(Play(promises=("mapped", "shiny")).open().close(), "api", "shiny")
    assert judged.verdict is Verdict.UNPROVEN
    assert "survives, mapped, continues, single, loud, prompt, equipped, fresh, clean" in judged.why
    with pytest.raises(PromiseError, match="no promise is called 'shiny'; there are: survives"):
        promise("shiny")


def test_two_promises_of_one_name_are_refused() -> None:
    with pytest.raises(PromiseError, match="'mapped' already"):
        register(promise("mapped"))


def test_every_promise_is_known_by_its_name_and_says_what_it_means() -> None:
    assert set(names()) == {*ALL, "equipped", "fresh"}
    assert set(names()) == set(ORDER)
    assert all(promise(name).meaning for name in names())


def test_a_history_without_a_plan_can_t_be_judged() -> None:
    with pytest.raises(ValueError, match="begins with what was planned"):
        judge(History(()))


@pytest.fixture
def extra(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two promises of a user: one whose checker raises, one that is always broken."""
    monkeypatch.setattr(registry, "_known", dict(registry._known))
    register(Promise("raises", "a checker with a mistake", lambda _history, _role: 1 // 0))  # type: ignore[arg-type,return-value]
    register(Promise("always", "never kept", lambda _history, role: broken("so it is", f"{role} can't keep it")))


def plays() -> Iterator[History]:
    play = hurt()
    yield play.close()
    play = Play().open()
    play.kill_server()
    with play.press(None, action=Action.RESTORES):
        play.comes_back("api")
    yield play.close()
    play = Play().open()
    play.hold("api")
    with play.press("api"):
        pass
    yield play.close()


PLAYED = tuple(plays())


@given(st.sampled_from(PLAYED), st.data())
def test_a_history_cut_anywhere_is_never_held(history: History, data: st.DataObject) -> None:
    cut = data.draw(st.integers(1, len(history.events) - 1))
    judged = judge(History(history.events[:cut]))
    assert len(judged) == 2 * len(ALL)
    assert Verdict.HELD not in {o.verdict for o in judged}


@given(st.sampled_from(PLAYED), st.data())
def test_whatever_is_broken_in_a_part_of_a_history_is_broken_in_all_of_it(
    history: History, data: st.DataObject
) -> None:
    cut = data.draw(st.integers(1, len(history.events) - 1))
    whole = {(o.role, o.promise): o.verdict for o in judge(history)}
    for o in judge(History(history.events[:cut])):
        if o.verdict is Verdict.BROKEN:
            assert whole[o.role, o.promise] is Verdict.BROKEN
