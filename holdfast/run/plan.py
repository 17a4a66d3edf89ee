"""The planned matrix: every cell that is to be accounted for, whether or not it can run here."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from holdfast.config.launcher import Launcher
from holdfast.model.cell import CellKey
from holdfast.model.path import SYSTEMD_ONLY, Action, Press, PressKind
from holdfast.model.result import NotApplicable
from holdfast.world.scenario import Scenario

BIRTHS = frozenset({Action.STARTS, Action.RESUMES, Action.RESTORES})


@dataclass(frozen=True)
class PlannedCell:
    """A cell of the matrix, with what it takes to run it."""

    key: CellKey
    scenario: Scenario
    birth: Press
    press: Press | None

    @property
    def in_browser(self) -> bool:
        """Whether it takes a browser."""
        return PressKind.BROWSER in {press.kind for press in (self.birth, self.press) if press is not None}


@dataclass(frozen=True)
class Choice:
    """What a person asked for. None: everything that the launcher declares."""

    machine: str | None = None
    launch_path: str | None = None
    all_pairs: bool = False


def plan(launcher: Launcher, scenarios: Sequence[Scenario], agent: str, choice: Choice) -> tuple[PlannedCell, ...]:
    """The cells of `launcher`, by machine and scenario."""
    wanted = [scenario for scenario in scenarios if _fits(scenario, launcher)]
    return tuple(
        PlannedCell(_key(scenario, birth, press, kind, agent), scenario, birth, press)
        for kind in launcher.machines
        if choice.machine in (None, kind)
        for _, variants in groupby(wanted, key=lambda scenario: scenario.declared)
        for scenario, birth, press in _meetings(launcher, list(variants), kind, choice.all_pairs)
        if choice.launch_path in (None, birth.path) or (press is not None and choice.launch_path == press.path)
    )


def not_applicable(launcher: Launcher, scenarios: Sequence[Scenario]) -> tuple[NotApplicable, ...]:
    """The promises of which no scenario can be put to `launcher`, because of what it does not declare."""
    promised = {promise.name for scenario in scenarios if _fits(scenario, launcher) for promise in scenario.promises}
    found: dict[str, str] = {}
    for scenario in scenarios:
        lacking = _lacking(scenario, launcher)
        for promise in scenario.promises:
            if lacking and promise.name not in promised:
                found.setdefault(promise.name, f"the launcher declares no {' and no '.join(lacking)}")
    return tuple(NotApplicable(name, found[name]) for name in sorted(found))


def _fits(scenario: Scenario, launcher: Launcher) -> bool:
    return (launcher.service is not None or not scenario.service) and not _lacking(scenario, launcher)


def _lacking(scenario: Scenario, launcher: Launcher) -> list[str]:
    return [lack for need in scenario.needs if (lack := launcher.lacks(need)) is not None]


def union(head: Launcher, base: Launcher) -> Launcher:
    """`head` with the presses that only `base` declares: what is taken out of the file still has to hold."""
    known = {(press.path, press.action) for press in head.presses}
    gone = tuple(press for press in base.presses if (press.path, press.action) not in known)
    return replace(head, presses=head.presses + gone)


def _key(scenario: Scenario, birth: Press, press: Press | None, kind: str, agent: str) -> CellKey:
    return CellKey(scenario.name, birth.birth_label, None if press is None else press.press_label, kind, agent)


def _meetings(
    launcher: Launcher, variants: Sequence[Scenario], kind: str, all_pairs: bool
) -> Sequence[tuple[Scenario, Press, Press | None]]:
    """What meets in the variants of one scenario: everything, or as little as lets each variant meet each press, and
    each birth meet the scenario. Sessions that are dispatched are started and resumed by dispatches only."""
    here = [press for press in launcher.presses if kind == "systemd" or press.kind not in SYSTEMD_ONLY]
    usable = [press for press in here if press.dispatches == variants[0].dispatched]
    births = [press for press in usable if press.action in BIRTHS]
    pressed: list[tuple[Scenario, Press | None]] = []
    for scenario in variants:
        if scenario.press is None:
            pressed.append((scenario, None))
        else:
            pressed += [(scenario, press) for press in usable if press.action in scenario.press]
    if not births or not pressed:
        return []
    if all_pairs:
        return [(scenario, birth, press) for scenario, press in pressed for birth in births]
    met = [(pressed[i % len(pressed)], births[i % len(births)]) for i in range(max(len(pressed), len(births)))]
    return [(scenario, birth, press) for (scenario, press), birth in met]
