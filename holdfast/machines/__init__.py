"""Machines: what a launcher runs on and what a fault takes away. Holders boot them; protocol.py says what they can
do."""

from holdfast.machines.holding import Holder, open_holder

__all__ = ["Holder", "open_holder"]
