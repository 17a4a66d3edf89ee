"""The trace: a witness of every launch. Shims record what was called, language hooks where in the source from."""

from holdfast.witnesses.trace.reading import Reader
from holdfast.witnesses.trace.setup import TOOLS, Layout, environment, lay, prepare
from holdfast.witnesses.trace.traced import Frame, Traced, TraceError

__all__ = ["TOOLS", "Frame", "Layout", "Reader", "TraceError", "Traced", "environment", "lay", "prepare"]
