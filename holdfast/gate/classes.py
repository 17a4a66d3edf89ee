"""Classes: the charges that are broken at base by the same promise and symptom."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from holdfast.gate.side import Diff, Key, charged
from holdfast.gate.table import Row, row
from holdfast.model.cell import Obligation
from holdfast.model.charge import Charge


@dataclass(frozen=True, order=True)
class Class:
    """Scenario, unit and machine don't split it."""

    promise: str
    symptom: str

    @staticmethod
    def of(obligation: Obligation) -> "Class":
        return Class(obligation.promise, obligation.symptom or "")


Charges = Mapping[Class, Mapping[Charge, tuple[Key, ...]]]
"""For each class its charges, and for each of these the obligations that are broken by it at base."""


def classes(base: Mapping[Key, Obligation]) -> Charges:
    found: dict[Class, dict[Charge, list[Key]]] = defaultdict(lambda: defaultdict(list))
    for key, obligation in base.items():
        if row(obligation) is Row.BROKEN:
            found[Class.of(obligation)][charged(key, obligation)].append(key)
    return {kind: {charge: tuple(keys) for charge, keys in charges.items()} for kind, charges in found.items()}


def touched(broken: Charges, head: Mapping[Key, Obligation], diff: Diff) -> frozenset[Class]:
    """The classes in which something was healed; if there is none, those of the charges that the diff changed. One
    healed obligation is enough: a charge that is healed in part, as by a fix of one of the paths that leave something
    behind, has missed the rest."""
    healed = [
        kind
        for kind, charges in broken.items()
        if any(row(head.get(key)) is Row.HELD for keys in charges.values() for key in keys)
    ]
    return frozenset(healed or [kind for kind, charges in broken.items() if any(map(diff.touches, charges))])
