"""The planned matrix: every cell that is to be accounted for, whether or not it can run here."""

from collections import Counter
from collections.abc import Hashable, Sequence
from dataclasses import dataclass, replace
from itertools import chain, combinations, groupby, product
from math import fsum

from holdfast.config.launcher import Launcher
from holdfast.model.cell import CellKey
from holdfast.model.path import SYSTEMD_ONLY, Action, Press, PressKind
from holdfast.model.result import NotApplicable
from holdfast.world.scenario import Scenario

BIRTHS = frozenset({Action.STARTS, Action.RESUMES, Action.RESTORES})
RUN_BY_SYSTEMD = SYSTEMD_ONLY | {PressKind.HTTP, PressKind.BROWSER}
"""On a systemd machine the launcher's own service, which answers these, is a unit."""


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
    kinds = [kind for kind in launcher.machines if choice.machine in (None, kind)]
    wanted = [scenario for scenario in scenarios if _fits(scenario, launcher)]
    met: list[_Meeting] = []
    for _, variants in groupby(wanted, key=lambda scenario: scenario.declared):
        all_of_it = _meetings(launcher, list(variants), kinds)
        met += all_of_it if choice.all_pairs else _paired(all_of_it)
    return tuple(
        PlannedCell(_key(one, agent), one.scenario, one.birth, one.press)
        for one in sorted(met, key=lambda one: kinds.index(one.kind))
        if choice.launch_path in (None, one.birth.path) or (one.press and choice.launch_path == one.press.path)
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


@dataclass(frozen=True)
class _Meeting:
    """What meets in a cell."""

    scenario: Scenario
    birth: Press
    press: Press | None
    kind: str


def _key(met: _Meeting, agent: str) -> CellKey:
    press = None if met.press is None else met.press.press_label
    return CellKey(met.scenario.name, met.birth.birth_label, press, met.kind, agent)


def _meetings(launcher: Launcher, variants: Sequence[Scenario], kinds: Sequence[str]) -> list[_Meeting]:
    """All that can meet in the variants of one scenario. Sessions that are dispatched are started and resumed by
    dispatches only."""
    usable = [press for press in launcher.presses if press.dispatches == variants[0].dispatched]
    births = [press for press in usable if press.action in BIRTHS]
    presses = [press for press in usable if press.action in (variants[0].press or ())]
    return [
        _Meeting(scenario, birth, press, kind)
        for kind, scenario, press, birth in product(
            kinds, variants, [None] if variants[0].press is None else presses, births
        )
        if kind == "systemd" or SYSTEMD_ONLY.isdisjoint({birth.kind, press.kind if press else None})
    ]


def _paired(all_of_it: Sequence[_Meeting]) -> list[_Meeting]:
    """As few as let every two of press, machine and the scenario's arguments meet, each variant run, and each birth
    meet the scenario. (Pairwise testing, by a greedy cover: what few can give is seen to first. Where several would do,
    births meet what they have not met.) Two are enough for the known defects, which show where two things meet."""
    on_systemd = any(one.kind == "systemd" for one in all_of_it)
    must = {one: _musts(one, on_systemd) for one in all_of_it}
    may = {one: _mays(one) for one in all_of_it}
    givers = Counter(chain(*must.values()))
    chosen, missing, met = set[_Meeting](), set(givers), set[Hashable]()

    def worth(one: _Meeting) -> tuple[float, int]:
        # fsum: the sum must not hang on a set's order, for each of a run's processes makes this plan for itself.
        return fsum(1 / givers[each] for each in must[one] & missing), len(may[one] - met)

    while missing:
        best = max(all_of_it, key=worth)
        missing -= must[best]
        met |= may[best]
        chosen.add(best)
    return [one for one in all_of_it if one in chosen]


def _musts(one: _Meeting, on_systemd: bool) -> set[Hashable]:
    factors = [one.kind, one.press, *one.scenario.choice]
    # What systemd runs bears a session into its own cgroup: where systemd is, such a birth must show what it is there.
    elsewhere = on_systemd and one.kind != "systemd" and one.birth.kind in RUN_BY_SYSTEMD
    born = set() if elsewhere else {("birth", one.birth)}
    return {one.scenario.name, *combinations(factors, 2), *born}


def _mays(one: _Meeting) -> set[Hashable]:
    return {(one.birth, factor) for factor in (one.kind, one.press, *one.scenario.choice)}
