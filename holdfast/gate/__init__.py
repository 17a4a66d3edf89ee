"""The release gate: base against head, as a pure function over two sets of obligations."""

from holdfast.gate.compare import GateResult, compare
from holdfast.gate.side import Diff, Side, changed

__all__ = ["Diff", "GateResult", "Side", "changed", "compare"]
