"""The gate's table: what became of an obligation between base and head."""

from enum import StrEnum

from holdfast.model.cell import Obligation
from holdfast.model.result import State
from holdfast.model.verdict import Verdict


class Row(StrEnum):
    """An obligation on one side. Masked ones are never compared: what they would be by themselves is not known."""

    HELD = "held"
    BROKEN = "broken"
    UNPROVEN = "unproven"
    ABSENT = "absent"


def row(obligation: Obligation | None) -> Row:
    if obligation is None:
        return Row.ABSENT
    if obligation.masked:
        return Row.UNPROVEN
    return {Verdict.HELD: Row.HELD, Verdict.BROKEN: Row.BROKEN, Verdict.UNPROVEN: Row.UNPROVEN}[obligation.verdict]


def state(base: Row, head: Row, *, touched: bool, stood: bool, gone: bool) -> State:
    """`touched`: the change touches the obligation's class. `stood`: that class was broken at base, and is not touched.
    `gone`: the head's sweep no longer finds the site that answered at base."""
    match base, head:
        case Row.HELD, Row.HELD:
            return State.SAME
        case Row.BROKEN, Row.HELD:
            return State.COVERED
        case Row.UNPROVEN, Row.HELD:
            return State.SHOWN
        case Row.ABSENT, Row.HELD:
            return State.NEW
        case Row.BROKEN, Row.BROKEN:
            return State.MISSED if touched else State.STOOD
        case Row.UNPROVEN, Row.BROKEN if stood:
            return State.STOOD
        case _, Row.BROKEN:
            return State.REGRESSED
        case Row.BROKEN, Row.ABSENT if gone:
            return State.REMOVED
    return State.UNPROVEN
