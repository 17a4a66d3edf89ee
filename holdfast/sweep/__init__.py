"""The sweep: every call site that the source of a launcher has, found without running it."""

from holdfast.sweep.sweeping import Swept, sweep

__all__ = ["Swept", "sweep"]
