"""A wrong declaration of a scenario is refused where it stands, with what is wrong and why it isn't allowed."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pytest

from holdfast import RESUMES, World, continues, loud, mapped, prompt, scenario, survives
from holdfast.model.path import Action
from holdfast.promises import Promise
from holdfast.run.scenarios import scenarios
from holdfast.world.scenario import Declared, ScenarioError


def click(world: World) -> None:
    """A click."""
    world.open("api", "web")
    world.press("api")


def declare(
    body: Callable[..., None] = click,
    press: frozenset[Action] | None = RESUMES,
    promises: Sequence[Promise] = (survives, mapped),
    each: Mapping[str, Sequence[str]] | None = None,
) -> Declared:
    return scenario(press=press, promises=promises, each=each)(body)


def test_a_sound_declaration_knows_its_roles_and_its_words() -> None:
    (found,) = declare().scenarios
    assert (found.name, found.roles, found.text) == ("click", ("api", "web"), "A click.")


def test_each_choice_of_the_variants_is_a_scenario_of_its_own() -> None:
    def kill(world: World, victim: str, how: str) -> None:
        world.open("api", "web")
        world.kill("api", victim if how == "hard" else how)

    found = declare(kill, each={"victim": ["agent", "pane"], "how": ["hard"]}).scenarios
    assert [one.name for one in found] == ["kill[agent-hard]", "kill[pane-hard]"]
    assert dict(found[1].choice) == {"victim": "pane", "how": "hard"}


def test_one_without_a_promise_could_never_be_broken() -> None:
    with pytest.raises(ScenarioError, match=r"test_scenario\.py:\d+: scenario click declares no promise"):
        declare(promises=[])


def test_one_without_mapped_would_let_a_wrong_conversation_pass() -> None:
    with pytest.raises(ScenarioError, match="doesn't promise `mapped`"):
        declare(promises=[survives, loud])


def test_one_without_survives_and_continues_would_let_a_loss_pass() -> None:
    with pytest.raises(ScenarioError, match="neither `survives` nor `continues`"):
        declare(promises=[mapped, prompt])
    assert len(declare(promises=[mapped, continues]).scenarios) == 1


def test_an_empty_set_of_presses_would_never_be_planned() -> None:
    with pytest.raises(ScenarioError, match="presses nothing out of an empty set"):
        declare(press=frozenset())


def test_an_argument_without_values_cant_be_filled_in() -> None:
    with pytest.raises(ScenarioError, match=r"takes the arguments \[\] but `each` gives values for \['victim'\]"):
        declare(each={"victim": ["agent"]})


def test_a_need_that_no_launcher_can_declare_would_never_be_planned() -> None:
    with pytest.raises(ScenarioError, match=r"scenario click needs 'trust', which no launcher can declare.*trusts"):
        scenario(press=RESUMES, promises=[survives, mapped], needs=["trust"])(click)
    (found,) = scenario(press=RESUMES, promises=[survives, mapped], needs=["trusts"])(click).scenarios
    assert found.needs == ("trusts",)


def test_with_one_role_a_wrong_mapping_cant_show() -> None:
    with pytest.raises(ScenarioError, match="opens 1 roles"):
        declare(lambda world: world.open("api"))


@pytest.mark.parametrize("role", ["api v2", "api.v2", 'a"b', "a'b", "a\nb", "", "a" * 41, "-t", "ä"])
def test_a_role_that_would_need_quoting_is_refused(role: str) -> None:
    with pytest.raises(ScenarioError, match="can't be a role's name"):
        declare(lambda world: world.open("web", role))


def test_every_scenario_of_the_suite_says_what_it_is_and_where_it_was_seen() -> None:
    found = scenarios(None)
    assert len(found) >= 14
    for one in found:
        assert one.text, one.name
        assert one.seen_in, one.name


def test_a_module_without_a_scenario_is_refused(tmp_path: Path) -> None:
    (tmp_path / "scenarios").mkdir()
    (tmp_path / "scenarios" / "empty.py").write_text("")
    with pytest.raises(ScenarioError, match=r"empty\.py:1: the module declares no scenario"):
        scenarios(tmp_path)
