"""Declaring a scenario. What is wrong with a declaration is said at import, where it stands."""

import inspect
import itertools
from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from pathlib import Path

from holdfast.config.launcher import NEEDS
from holdfast.extensions import line_of
from holdfast.machines.protocol import MachineError
from holdfast.model.path import Action
from holdfast.model.role import refusal
from holdfast.operations.stage import CannotGoOn
from holdfast.promises import Promise
from holdfast.world.world import World, roles_opened_by

RESUMES = frozenset({Action.RESUMES})
RESTORES = frozenset({Action.RESTORES})
STOPS = frozenset({Action.STOPS})

Body = Callable[..., None]


class ScenarioError(Exception):
    """A declaration that can't be run: file and line, what is wrong, why it isn't allowed, and what to write
    instead."""


@dataclass(frozen=True)
class Scenario:
    """One scenario with one choice of its variants: what a cell runs. `press` is the set of actions of which the cell
    presses one, None where the fault needs no press. `choice` are the body's keyword arguments, `roles` what it
    opens, `needs` what the launcher must declare (holdfast.config.launcher.NEEDS)."""

    name: str
    roles: tuple[str, ...]
    text: str
    body: Body
    press: frozenset[Action] | None
    promises: tuple[Promise, ...]
    seen_in: tuple[str, ...]
    service: bool
    dispatched: bool
    choice: tuple[tuple[str, str], ...]
    needs: tuple[str, ...] = ()

    @property
    def declared(self) -> str:
        """The name that it was declared under, the same for all its variants."""
        return self.name.partition("[")[0]

    def run(self, world: World) -> None:
        """CannotGoOn, with the scenario's own line, for whatever its body raises: it is anybody's code."""
        try:
            self.body(world, **dict(self.choice))
        except (CannotGoOn, MachineError):
            raise
        except Exception as error:
            file = Path(self.body.__code__.co_filename)
            place, what = f"{file}:{line_of(error, file)}", f"{type(error).__name__}: {error}"
            raise CannotGoOn(f"{place}: the scenario {self.name} fails: {what}") from error


@dataclass(frozen=True)
class Declared:
    """What the decorator leaves in the module's namespace: the scenario in all its variants."""

    scenarios: tuple[Scenario, ...]


def scenario(
    *,
    press: frozenset[Action] | None,
    promises: Sequence[Promise],
    seen_in: Sequence[str] = (),
    each: Mapping[str, Iterable[str]] | None = None,
    service: bool = False,
    dispatched: bool = False,
    needs: Sequence[str] = (),
) -> Callable[[Body], Declared]:
    """Declare a function of a world as a scenario.

    `press`: RESUMES, RESTORES, STOPS, a union of them, or None. `promises`: what must hold. `seen_in`: the public
    reports that it reproduces. `each`: for each keyword argument of the function its values; a scenario of its own is
    planned for every combination. `service`: it is about the launcher's service, and planned only for launchers that
    declare one. `dispatched`: it is about sessions that run only while they answer a prompt, and planned only for the
    launch paths that start and resume such by an SDK; no other scenario is planned for these. `needs`: what the
    launcher must declare, "trusts" or "carries"; for one that doesn't, it is not planned, and the run says so.
    """

    def declare(body: Body) -> Declared:
        place = f"{inspect.getsourcefile(body)}:{body.__code__.co_firstlineno}: scenario {body.__name__}"
        _check(place, body, press, promises, each or {})
        _check_needs(place, needs)
        variants = itertools.product(*([(key, value) for value in values] for key, values in (each or {}).items()))
        return Declared(
            tuple(
                Scenario(
                    name=_name(body.__name__, choice),
                    roles=_roles(place, body, choice),
                    text=inspect.getdoc(body) or inspect.getdoc(inspect.getmodule(body)) or "",
                    body=body,
                    press=press,
                    promises=tuple(promises),
                    seen_in=tuple(seen_in),
                    service=service,
                    dispatched=dispatched,
                    choice=choice,
                    needs=tuple(needs),
                )
                for choice in variants
            )
        )

    return declare


def _name(name: str, choice: tuple[tuple[str, str], ...]) -> str:
    return f"{name}[{'-'.join(value for _, value in choice)}]" if choice else name


def _roles(place: str, body: Body, choice: tuple[tuple[str, str], ...]) -> tuple[str, ...]:
    roles = roles_opened_by(lambda world: body(world, **dict(choice)))
    if len(set(roles)) < 2:
        raise ScenarioError(
            f"{place} opens {len(set(roles))} roles: with fewer than two a wrong mapping can't show. Begin with "
            'world.open("api", "web")'
        )
    for role in roles:
        if (why := refusal(role)) is not None:
            raise ScenarioError(f"{place}: {why}")
    return roles


def _check(
    place: str,
    body: Body,
    press: frozenset[Action] | None,
    promises: Sequence[Promise],
    each: Mapping[str, Iterable[str]],
) -> None:
    names = [promise.name for promise in promises]
    if not names:
        raise ScenarioError(
            f"{place} declares no promise: it could never be broken. Name at least one of: "
            "survives, continues, mapped, …"
        )
    if "mapped" not in names:
        raise ScenarioError(
            f"{place} doesn't promise `mapped`: a wrong conversation behind a role's name would pass unseen. Add mapped"
        )
    if not {"survives", "continues"} & set(names):
        raise ScenarioError(
            f"{place} promises neither `survives` nor `continues`: losing the session itself would pass unseen. Add "
            "the one that fits: survives if the session is to live through it, continues if it is lost and brought back"
        )
    if press is not None and not _are_actions(press):
        raise ScenarioError(
            f"{place} has press={press!r}, which is no set of actions: it would never be planned. Write press=None, or "
            "RESUMES, RESTORES, STOPS, or a union of them"
        )
    if press is not None and not press:
        raise ScenarioError(
            f"{place} presses nothing out of an empty set: it would never be planned. Write press=None, or RESUMES"
        )
    arguments = list(inspect.signature(body).parameters)[1:]
    if sorted(arguments) != sorted(each):
        raise ScenarioError(
            f"{place} takes the arguments {arguments} but `each` gives values for {sorted(each)}: they must be the "
            "same, for an argument without values can't be filled in"
        )


def _check_needs(place: str, needs: Sequence[str]) -> None:
    unknown = [need for need in needs if need not in NEEDS]
    if unknown:
        raise ScenarioError(
            f"{place} needs {', '.join(map(repr, unknown))}, which no launcher can declare: it would never be planned. "
            f"There are: {', '.join(NEEDS)}"
        )


def _are_actions(press: object) -> bool:
    """Whether it is a set of actions: a user's module is checked by no type checker. A word would be taken for its
    letters."""
    return isinstance(press, Set) and all(isinstance(action, Action) for action in press)
