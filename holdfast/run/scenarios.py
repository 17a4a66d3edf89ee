"""The scenarios that there are: the suite's own and those beside a user's holdfast.toml."""

from pathlib import Path

from holdfast.extensions import discover
from holdfast.world.scenario import Declared, Scenario, ScenarioError


def scenarios(beside: Path | None) -> tuple[Scenario, ...]:
    """Every declared scenario in all its variants, by name. ScenarioError if a module declares none, or a name stands
    twice."""
    found: dict[str, Scenario] = {}
    files: dict[str, str | None] = {}
    for module in discover("scenarios", beside):
        declared = [value for value in vars(module).values() if isinstance(value, Declared)]
        if not declared:
            raise ScenarioError(
                f"{module.__file__}:1: the module declares no scenario: decorate a function of a world: @scenario(…)"
            )
        for scenario in (variant for each in declared for variant in each.scenarios):
            if scenario.name in found:
                raise ScenarioError(
                    f"{module.__file__}: a scenario is called {scenario.name}, and so is one in "
                    f"{files[scenario.name]}: results are told apart by these names. Rename one of them"
                )
            found[scenario.name] = scenario
            files[scenario.name] = module.__file__
    return tuple(found[name] for name in sorted(found))
