"""A result, said shortly: the headline, the broken obligations in groups, the places. Every report speaks with it."""

from collections import Counter
from dataclasses import dataclass

from holdfast.model.cell import CellResult
from holdfast.model.charge import Charge, ChargeKind
from holdfast.model.result import Fix, FixSite, RunResult
from holdfast.model.site import Site
from holdfast.model.verdict import Verdict


@dataclass(frozen=True)
class Group:
    """Broken obligations with the same promise, symptom and charge. `cells` are cell ids in the result's order;
    `role` and `why` are those of the first."""

    promise: str
    symptom: str | None
    charge: Charge | None
    cells: tuple[str, ...]
    role: str
    why: str


def count(result: RunResult, verdict: Verdict) -> int:
    """How many cells have `verdict`."""
    return sum(cell.verdict is verdict for cell in result.cells)


def absent(result: RunResult) -> int:
    """How many planned cells have no result at all."""
    return max(0, result.planned - len(result.cells))


def tally(result: RunResult) -> str:
    """`6 of 31 cells broken, 2 unproven, 23 held`: the planned matrix is the denominator."""
    unproven = count(result, Verdict.UNPROVEN) + absent(result)
    counts = ((count(result, Verdict.BROKEN), "broken"), (unproven, "unproven"), (count(result, Verdict.HELD), "held"))
    if not (some := [pair for pair in counts if pair[0]]):
        return "no cell was planned"
    (first, word), *rest = some
    return ", ".join([f"{first} of {cells(result.planned)} {word}", *(f"{n} {word}" for n, word in rest)])


def cells(number: int) -> str:
    return "1 cell" if number == 1 else f"{number} cells"


def not_applicable(result: RunResult) -> tuple[str, ...]:
    """What the launcher was not held to, in a line for each reason."""
    by_why: dict[str, list[str]] = {}
    for one in result.not_applicable:
        by_why.setdefault(one.why, []).append(one.promise)
    return tuple(f"not applicable: {', '.join(promises)}: {why}" for why, promises in by_why.items())


def symbol(result: RunResult, site: Site) -> str:
    """The function that the site is in; where one line has several, also the word that none of the others there has."""
    beside = [one.site for one in result.sites if one.site.place == site.place and one.site.id != site.id]
    others = {word for other in beside for word in other.argv}
    own = [word for word in site.argv if word not in others and word[:1].isalpha()]
    return f"{site.symbol}: {own[0]}" if beside and own else site.symbol


def fix_line(fix: Fix) -> str:
    return f"This fix covers {fix.covers} of {fix.of} call {'site' if fix.of == 1 else 'sites'}"


def fix_place(site: FixSite) -> str:
    """`dashboard.py:42`, or the launch path's name where the charge has no line."""
    return f"{site.file}:{site.line}" if site.file is not None else _unplaced(site.charge)


def places(result: RunResult) -> dict[str, str]:
    """Site ids with their `file:line`."""
    return {found.site.id: found.site.place for found in result.sites}


def place(result: RunResult, charge: Charge | None) -> str:
    """Where `charge` stands, for a person to go to."""
    if charge is None:
        return "not charged"
    if charge.kind is ChargeKind.SITE:
        return places(result).get(charge.id, charge.id)
    return _unplaced(charge)


def groups(result: RunResult) -> tuple[Group, ...]:
    """The broken obligations that aren't masked, largest group first."""
    found: dict[tuple[str, str | None, Charge | None], Group] = {}
    for cell in result.cells:
        for o in cell.obligations:
            if o.verdict is Verdict.BROKEN and not o.masked:
                key = (o.promise, o.symptom, o.charged_to)
                group = found.setdefault(key, Group(*key, cells=(), role=o.role, why=o.why))
                if cell.key.id not in group.cells:
                    found[key] = Group(*key, cells=(*group.cells, cell.key.id), role=group.role, why=group.why)
    return tuple(sorted(found.values(), key=lambda group: -len(group.cells)))


def unproven(result: RunResult) -> tuple[tuple[str, int], ...]:
    """Why something is unproven, with how many cells (or call sites) each reason has, most first."""
    reasons = Counter(dict(result.missing))
    if left := absent(result):
        reasons["planned, but no result came of it"] += left
    return tuple(reasons.most_common())


def cell_reason(cell: CellResult) -> str:
    """Why `cell` is not held, in one line; "" where it is."""
    if cell.reason is not None and cell.verdict is not Verdict.BROKEN:
        return cell.reason
    worst = [o for o in cell.obligations if o.verdict is cell.verdict and not o.masked]
    if cell.verdict is Verdict.HELD or not worst:
        return ""
    first = worst[0]
    return f"{first.role}: {first.promise}: {first.symptom or first.why}"


def _unplaced(charge: Charge) -> str:
    named = {
        ChargeKind.SITE: charge.id,
        ChargeKind.PATH: f"launch path {charge.id}",
        ChargeKind.LAUNCHER: "the launcher",
    }
    return named[charge.kind]
