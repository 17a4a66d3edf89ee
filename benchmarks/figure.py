"""One measured figure, and the bound that it must keep."""

import os
import statistics
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    """`value` is the median of `times` measurements, `least` and `most` their ends, all in `unit`; `bound` is what the
    median may be at most, None for a figure that is only reported."""

    name: str
    value: float
    least: float
    most: float
    times: int
    unit: str
    bound: float | None = None

    @property
    def kept(self) -> bool:
        return self.bound is None or self.value <= self.bound


def of(name: str, measured: Sequence[float], unit: str, bound: float | None = None) -> Figure:
    return Figure(name, statistics.median(measured), min(measured), max(measured), len(measured), unit, bound)


def table(figures: Sequence[Figure]) -> str:
    """The figures for a person, and how busy the machine was: a figure of a busy machine says little."""
    lines = [f"{'figure':44} {'median':>9} {'least':>9} {'most':>9} {'bound':>7} {'n':>4}"]
    for one in figures:
        bound = "" if one.bound is None else f"{one.bound:g}"
        verdict = "" if one.kept else "  TOO MUCH"
        numbers = "".join(f" {number:9.2f}" for number in (one.value, one.least, one.most))
        lines.append(f"{f'{one.name}, {one.unit}':44}{numbers} {bound:>7} {one.times:4}{verdict}")
    return "\n".join([*lines, f"load while measuring: {os.getloadavg()[0]:.2f} on {os.cpu_count()} cores"])
