"""Obligations followed from base to head."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from holdfast.gate.classes import Charges, Class
from holdfast.gate.side import Key, Side, charged
from holdfast.gate.table import Row, row, state
from holdfast.model.cell import CellKey, Obligation
from holdfast.model.charge import ChargeKind
from holdfast.model.result import State
from holdfast.model.verdict import Verdict

Seen = Mapping[Key, Obligation]


@dataclass(frozen=True)
class Followed:
    """`why` is the head's reason, or the base's where the head has none; of a covered one it is what was wrong."""

    key: Key
    state: State
    why: str


def follow(
    base: Side, head: Side, before: Seen, after: Seen, broken: Charges, touches: frozenset[Class]
) -> list[Followed]:
    """All obligations of either side that can be compared."""
    return list(_each(base, head, before, after, broken, touches))


def _each(
    base: Side, head: Side, before: Seen, after: Seen, broken: Charges, touches: frozenset[Class]
) -> Iterator[Followed]:
    cut_at_base, cut_at_head = _unfinished(base), _unfinished(head)
    for key in sorted({*before, *after}, key=lambda k: (k.cell.id, k.role, k.promise)):
        then, now = before.get(key), after.get(key)
        if _never_compared(then, now):
            continue
        kind = None if now is None else Class.of(now)
        became = state(
            Row.UNPROVEN if then is None and key.cell in cut_at_base else row(then),
            Row.UNPROVEN if now is None and key.cell in cut_at_head else row(now),
            touched=then is not None and Class.of(then) in touches,
            stood=kind in broken and kind not in touches,
            gone=then is not None and _gone(key, then, head),
        )
        yield Followed(key, became, _why(then, now, became, cut_at_head.get(key.cell)))


def _unfinished(side: Side) -> dict[CellKey, str]:
    return {cell.key: cell.reason for cell in side.cells if cell.reason is not None}


def _never_compared(then: Obligation | None, now: Obligation | None) -> bool:
    """Masked at head: the promise that masks it is compared. Masked at base: what it hid is judged where it comes to
    light."""
    if now is not None and now.masked:
        return then is None or then.masked or then.verdict is not Verdict.BROKEN
    return then is not None and then.masked and (now is None or now.verdict is Verdict.HELD)


def _gone(key: Key, then: Obligation, head: Side) -> bool:
    charge = charged(key, then)
    return charge.kind is ChargeKind.SITE and head.site(charge.id) is None


def _why(then: Obligation | None, now: Obligation | None, became: State, unfinished: str | None) -> str:
    if now is not None and now.masked:
        return f"hidden at head by an earlier promise that is broken; at base: {then.why if then is not None else ''}"
    if became is State.COVERED and then is not None:
        return then.why
    if now is not None:
        return now.why
    if unfinished is not None:
        return unfinished
    was = then.why if then is not None else ""
    gone = (
        "its call site is gone, and nothing is judged there any more"
        if became is State.REMOVED
        else "not judged at head"
    )
    return f"{gone}; at base: {was}"
