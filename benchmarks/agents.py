"""What a cell takes with each agent: seconds, and memory."""

import tempfile
from pathlib import Path
from typing import cast

from benchmarks.cell import Noting, cell_of, seconds
from benchmarks.figure import Figure, of
from holdfast.machines import Holder, open_holder
from holdfast.machines.machine import HeldMachine
from holdfast.machines.protocol import Blueprint
from holdfast.run.agents import agent_called

AGENTS = ("claude-standin", "claude@2.1.197", "claude@latest")
_STORE = Path(".holdfast") / "agents"


def figures(times: int) -> list[Figure]:
    """The cell of the benchmark `cell` with each agent, three of which live at its end: two roles and a bystander. A
    real one is installed first, if it isn't yet."""
    found: list[Figure] = []
    with tempfile.TemporaryDirectory() as folder, open_holder() as holder:
        for name in AGENTS:
            weighing = _Weighing(holder)
            cell = cell_of(weighing, agent_called(name, None, holder, _STORE), Path(folder))
            cell()
            found.append(of(f"{name}: a cell", [seconds(cell) for _ in range(times)], "s"))
            found.append(of(f"{name}: all that ran at its end", weighing.megabytes[1:], "MB"))
    return found


class _Weighing(Noting):
    """A holder whose machines are weighed just before they are closed."""

    def __init__(self, holder: Holder) -> None:
        super().__init__(holder)
        self.megabytes: list[float] = []

    def machine(self, blueprint: Blueprint) -> HeldMachine:
        return cast(HeldMachine, _Weighed(super().machine(blueprint), self.megabytes))


class _Weighed:
    def __init__(self, machine: HeldMachine, into: list[float]) -> None:
        self._machine = machine
        self._into = into

    def __getattr__(self, name: str) -> object:
        return getattr(self._machine, name)

    def close(self) -> None:
        self._into.append(_megabytes(self._machine.root / "proc"))
        self._machine.close()


def _megabytes(proc: Path) -> float:
    """The memory of all the machine's processes, what they share counted once (Pss, proc(5))."""
    rollups = (file.read_text() for file in proc.glob("[0-9]*/smaps_rollup"))
    lines = (line.split() for text in rollups for line in text.splitlines() if line.startswith("Pss:"))
    return sum(int(kilobytes) * 1024 for _, kilobytes, _ in lines) / 1e6
