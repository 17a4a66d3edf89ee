"""The append-only record of a cell, in memory and on disk."""

from holdfast.history.record import History, Recorder, read

__all__ = ["History", "Recorder", "read"]
