"""A pytest session's part in a run: items in the workers, and the result put together where their reports arrive."""

import secrets
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import msgspec

from holdfast.agents import AgentError
from holdfast.config.error import ConfigError
from holdfast.extensions import ExtensionError, discover
from holdfast.machines.doctor import examine, kinds
from holdfast.machines.probe import look
from holdfast.machines.protocol import MachineError
from holdfast.model.cell import CellResult
from holdfast.model.result import RunResult, is_allowed
from holdfast.model.verdict import Verdict
from holdfast.run import result_json
from holdfast.run.bench import Bench
from holdfast.run.gating import gate_up
from holdfast.run.plan import PlannedCell
from holdfast.run.repository import RevisionError
from holdfast.run.source import SourceError
from holdfast.run.summing import sum_up
from holdfast.run.verification import BASE, HEAD, NothingPlanned, Request, Side
from holdfast.world.scenario import ScenarioError

REFUSALS = (
    AgentError,
    ConfigError,
    ExtensionError,
    MachineError,
    NothingPlanned,
    RevisionError,
    ScenarioError,
    SourceError,
)
"""What a person's input or host can raise before any cell runs: each says what, where, why and what to do next."""


@dataclass(frozen=True)
class Item:
    """One cell on one side of a verification."""

    cell: PlannedCell
    side: Side
    gate: bool

    @property
    def id(self) -> str:
        return f"{self.side.name}--{self.cell.key.id}" if self.gate else self.cell.key.id


@dataclass(frozen=True)
class Report:
    """What a worker sends of an item."""

    side: str
    result: CellResult

    def encode(self) -> str:
        return msgspec.json.encode(self).decode()

    @staticmethod
    def decode(text: str) -> "Report":
        return msgspec.json.decode(text, type=Report)


class Worker:
    """Runs items in one process."""

    def __init__(self, request: Request, run: Path) -> None:
        self.bench = Bench(request, run, missing_kinds())

    def items(self) -> tuple[Item, ...]:
        """NothingPlanned if there would be none."""
        verification = self.bench.verification
        gate = len(verification.sides) > 1
        return tuple(Item(cell, side, gate) for cell in verification.planned() for side in verification.sides)

    def run(self, item: Item) -> Report:
        return Report(item.side.name, self.bench.result(item.cell, item.side))

    def close(self) -> None:
        self.bench.close()


def missing_kinds() -> Mapping[str, str]:
    """The machine kinds that this host doesn't give, with the reason."""
    known = kinds(examine(look()))
    return {kind: why for kind, why in known.items() if why is not None}


def complaint(result: CellResult, allowed: Sequence[str]) -> str | None:
    """Why the cell's item fails, or None: it is held, or what is unproven in it is allowed."""
    if result.verdict is Verdict.HELD:
        return None
    bad = [o for o in result.obligations if o.verdict is Verdict.BROKEN and not o.masked]
    if not bad:
        whys = [o.why for o in result.obligations if o.verdict is Verdict.UNPROVEN]
        whys = [result.reason] if result.reason is not None else whys
        if all(is_allowed(why, allowed) for why in whys):
            return None
        return "unproven: " + "; ".join(dict.fromkeys(whys))
    return "broken: " + "; ".join(
        f"{o.role} {o.promise}: {o.symptom}: {o.why} (charged to {o.charged_to})" for o in bad
    )


def conclude(request: Request, run: Path, reports: Sequence[Report], seconds: float) -> RunResult:
    """Put the result together and render every report into the run's folder."""
    with Bench(request, run, {}) as bench:
        verification = bench.verification
        head = [report.result for report in reports if report.side == HEAD]
        revision = bench.revision(verification.side(HEAD))
        result = sum_up(run, verification, () if revision is None else revision.sites, head, seconds)
        if request.base is not None:
            result = gate_up(result, bench, [report.result for report in reports if report.side == BASE])
        unread = () if revision is None else revision.unread
        result = replace(result, notes=(*result.notes, *(f"{file} was not swept: {why}" for file, why in unread)))
        beside = verification.beside
    render(result, run, beside)
    return result


def show(result: RunResult, run: Path, beside: Path | None) -> None:
    """Print what every report has to say to a person who waits."""
    for module in discover("reports", beside):
        if hasattr(module, "summary"):
            print(module.summary(result, run, sys.stdout.isatty()))


def render(result: RunResult, run: Path, beside: Path | None) -> None:
    """Write every report there is, and let `latest` lead to this run."""
    run.mkdir(parents=True, exist_ok=True)
    result_json.write(result, run)
    for module in discover("reports", beside):
        module.render(result, run)
    latest = run.parent / f"latest.{secrets.token_hex(4)}"
    latest.symlink_to(run.resolve().name)  # `run` may itself be `latest`
    latest.replace(run.parent / "latest")
