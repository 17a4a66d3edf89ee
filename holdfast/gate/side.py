"""What the gate compares: two sets of judged cells, and what the diff changed between their call sites."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from holdfast.model.cell import CellKey, CellResult, Obligation
from holdfast.model.charge import Charge, ChargeKind, launch_path
from holdfast.model.site import Cause, Site
from holdfast.model.verdict import Verdict


@dataclass(frozen=True)
class Key:
    """What names an obligation, the same on every revision: it is followed, not the place that answers for it."""

    cell: CellKey
    role: str
    promise: str


@dataclass(frozen=True)
class Side:
    """One revision. `reason` says why it could not run at all; None where it ran."""

    cells: tuple[CellResult, ...]
    sites: tuple[Site, ...] = ()
    reason: str | None = None

    def obligations(self) -> Iterator[tuple[Key, Obligation]]:
        for cell in self.cells:
            for obligation in cell.obligations:
                yield Key(cell.key, obligation.role, obligation.promise), obligation

    def site(self, id: str) -> Site | None:
        return next((site for site in self.sites if site.id == id), None)


@dataclass(frozen=True)
class Diff:
    """What the diff changed: ids of call sites of the base, and labels of launch paths whose declaration is another."""

    sites: frozenset[str] = frozenset()
    paths: frozenset[str] = frozenset()

    def touches(self, charge: Charge) -> bool:
        return charge.id in (self.sites if charge.kind is ChargeKind.SITE else self.paths)


def changed(base: Iterable[Site], head: Iterable[Site], paths: Iterable[str] = ()) -> Diff:
    """The sites of `base` whose argv, settings or causes are not the same at `head`, or that are gone there. A cause is
    compared by name and value: that its line moved changes nothing."""
    now = {site.id: _decides(site) for site in head}
    return Diff(frozenset(site.id for site in base if now.get(site.id) != _decides(site)), frozenset(paths))


def _decides(site: Site) -> tuple[object, ...]:
    return site.argv, Counter(site.settings), Counter(_rules(cause) for cause in site.causes)


def _rules(cause: Cause) -> tuple[str, str]:
    return cause.name, cause.value


def charged(key: Key, obligation: Obligation) -> Charge:
    """Who answers; the launch path that the cell presses, or was born by, where the obligation names nobody."""
    return obligation.charged_to or launch_path(key.cell.press or key.cell.birth)


def seen_of(side: Side) -> dict[Key, Obligation]:
    """Each obligation as it can be believed: one that is held in a cell which did not come to its end is unproven."""
    found: dict[Key, Obligation] = {}
    reasons = {cell.key: cell.reason for cell in side.cells}
    for key, obligation in side.obligations():
        reason = reasons[key.cell]
        if reason is not None and obligation.verdict is Verdict.HELD:
            obligation = replace(obligation, verdict=Verdict.UNPROVEN, why=reason)
        found[key] = obligation
    return found
