"""The words of the design: how verdicts merge, how things are named, what a proof proves."""

import dataclasses
import hashlib
import hmac
import importlib
import itertools
import pkgutil

import pytest
from hypothesis import given
from hypothesis import strategies as st

import holdfast.model
from holdfast.model.cell import CellKey, CellResult, Obligation
from holdfast.model.charge import LAUNCHER, launch_path, site
from holdfast.model.path import SYSTEMD_ONLY, Action, Press, PressKind
from holdfast.model.proof import digest
from holdfast.model.role import refusal
from holdfast.model.verdict import Verdict, worst

HELD, UNPROVEN, BROKEN = Verdict.HELD, Verdict.UNPROVEN, Verdict.BROKEN
VERDICTS = st.lists(st.sampled_from(list(Verdict)))
WORDS = st.lists(st.text(st.characters(categories=["L", "N"]), min_size=1), min_size=1, max_size=5)


def test_broken_is_worse_than_unproven_and_unproven_than_held() -> None:
    assert worst([HELD, UNPROVEN, BROKEN]) is BROKEN
    assert worst([HELD, UNPROVEN]) is UNPROVEN
    assert worst([HELD, HELD]) is HELD


def test_nothing_at_all_is_unproven() -> None:
    assert worst([]) is UNPROVEN


@given(VERDICTS, VERDICTS)
def test_merging_in_parts_or_in_another_order_changes_nothing(one: list[Verdict], other: list[Verdict]) -> None:
    parts = [worst(part) for part in (one, other) if part]
    assert worst(parts) is worst([*one, *other]) is worst([*other, *one])


@given(VERDICTS.filter(bool), st.sampled_from(list(Verdict)))
def test_another_verdict_never_makes_it_better(some: list[Verdict], one: Verdict) -> None:
    order = [HELD, UNPROVEN, BROKEN]
    assert order.index(worst([*some, one])) >= order.index(worst(some))


KEY = CellKey("resume_click", "cli", "dashboard", "systemd", "claude-standin")


def obligations(*verdicts: Verdict) -> tuple[Obligation, ...]:
    return tuple(Obligation("api", "survives", verdict, "why") for verdict in verdicts)


@pytest.mark.parametrize(
    ("verdicts", "reason", "verdict"),
    [
        ((HELD, HELD), None, HELD),
        ((HELD, BROKEN, UNPROVEN), None, BROKEN),
        ((), None, UNPROVEN),
        ((HELD,), "the machine did not boot", UNPROVEN),
        ((BROKEN,), "the machine did not boot", BROKEN),
        ((), "the machine did not boot", UNPROVEN),
    ],
)
def test_a_cell_is_as_bad_as_its_worst_obligation_and_never_held_if_it_did_not_end(
    verdicts: tuple[Verdict, ...], reason: str | None, verdict: Verdict
) -> None:
    assert CellResult(KEY, obligations(*verdicts), 0.1, reason=reason).verdict is verdict


def test_cells_have_stable_names_that_tell_them_apart() -> None:
    assert KEY.id == "resume_click--cli--dashboard--systemd--claude-standin"
    assert dataclasses.replace(KEY, press=None).id == "resume_click--cli--none--systemd--claude-standin"


def test_a_press_is_named_by_its_path_and_by_its_action_where_that_is_not_the_usual_one() -> None:
    starts, resumes, restores = (
        Press("cli", a, PressKind.RUN) for a in (Action.STARTS, Action.RESUMES, Action.RESTORES)
    )
    assert [p.birth_label for p in (starts, resumes, restores)] == ["cli", "cli.resumes", "cli.restores"]
    assert [p.press_label for p in (starts, resumes, restores)] == ["cli.starts", "cli", "cli.restores"]


def test_units_and_boots_need_systemd() -> None:
    assert {PressKind.UNIT, PressKind.BOOT} == SYSTEMD_ONLY


def test_charges_say_what_they_are() -> None:
    assert [str(c) for c in (site("dashboard.py#resume"), launch_path("cli"), LAUNCHER)] == [
        "dashboard.py#resume", "path:cli", "launcher:launcher",
    ]  # fmt: skip
    assert site("cli") != launch_path("cli")


@pytest.mark.parametrize("role", ["api", "api-2", "A_b", "7", "x" * 40])
def test_plain_names_can_be_roles(role: str) -> None:
    assert refusal(role) is None


@pytest.mark.parametrize(
    "role", ["", "a b", "a.b", "a:b", "a\n", "'a'", "-a", "_a", "x" * 41, "é", None, 7, "a/b", "$a"]
)
def test_what_would_need_quoting_can_not_be_a_role(role: object) -> None:
    why = refusal(role)
    assert why is not None
    assert repr(role) in why


def test_the_proof_is_an_hmac_of_the_challenge_under_all_words() -> None:
    expected = hmac.new(b"one\ntwo", b"42", hashlib.sha256).hexdigest()[:32]
    assert digest(("one", "two"), "42") == expected == digest(iter(["one", "two"]), "42")


@given(WORDS, st.text(), st.text())
def test_a_proof_of_one_challenge_does_not_answer_another(words: list[str], one: str, other: str) -> None:
    assert (
        digest(words, one.encode("utf-8", "ignore").decode()) == digest(words, other.encode("utf-8", "ignore").decode())
    ) is (one.encode("utf-8", "ignore") == other.encode("utf-8", "ignore"))


@given(WORDS, st.data())
def test_a_conversation_with_a_word_more_less_twice_or_elsewhere_proves_something_else(
    words: list[str], data: st.DataObject
) -> None:
    place = data.draw(st.integers(0, len(words) - 1))
    others = [words[:place] + words[place + 1 :], [*words[:place], words[place], *words[place:]], [*words, "another"]]
    others += [list(p) for p in itertools.islice(itertools.permutations(words), 6)]
    for other in others:
        assert (digest(other, "42") == digest(words, "42")) is (other == words)


def test_every_word_of_the_model_is_frozen() -> None:
    for module in pkgutil.iter_modules(holdfast.model.__path__):
        for name, thing in vars(importlib.import_module(f"holdfast.model.{module.name}")).items():
            if isinstance(thing, type) and dataclasses.is_dataclass(thing):
                assert thing.__dataclass_params__.frozen, f"{module.name}.{name} can be changed"  # type: ignore[attr-defined]
