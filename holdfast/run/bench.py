"""Where a worker runs its cells: one holder for all of them, and every revision made ready once."""

from collections.abc import Mapping
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import Self

from holdfast.machines import browser, open_holder
from holdfast.machines.protocol import MachineError
from holdfast.model.cell import CellResult
from holdfast.model.verdict import Verdict
from holdfast.run.cache import kept
from holdfast.run.cell import Revision, judged, run_cell
from holdfast.run.plan import PlannedCell
from holdfast.run.source import SourceError
from holdfast.run.verification import Request, Side, Verification, revision, verification


class Bench:
    """Runs cells for one request. `run` is the folder of results; `missing` are the machine kinds that this host
    doesn't give, with the reason."""

    def __init__(self, request: Request, run: Path, missing: Mapping[str, str]) -> None:
        self.request = request
        self._run = run
        self._missing = missing
        self._holder = open_holder()
        self._revisions: dict[str, Revision] = {}
        self.unready: dict[str, str] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Every machine off, nothing left of them."""
        self._holder.close()

    @cached_property
    def verification(self) -> Verification:
        return verification(self.request, self._holder)

    def revision(self, side: Side) -> Revision | None:
        """The side made ready, tried once; None for one that can't be, which shows nothing: `unready` says why."""
        if side.name not in self._revisions and side.name not in self.unready:
            try:
                self._revisions[side.name] = revision(side, self._holder, self.request.results)
            except (SourceError, MachineError, OSError) as error:
                self.unready[side.name] = str(error)
        return self._revisions.get(side.name)

    def result(self, cell: PlannedCell, side: Side) -> CellResult:
        """The judged cell: from a kept history in a gate, where nothing that it depends on has changed; else run
        now."""
        if (why := self._missing.get(cell.key.machine)) is not None:
            return CellResult(cell.key, (), 0.0, reason=f"no machine of kind {cell.key.machine} on this host: {why}")
        if cell.in_browser and (why := browser.lack()) is not None:
            return CellResult(cell.key, (), 0.0, reason=why)
        agent = self.verification.agent
        if agent is None:
            return CellResult(cell.key, (), 0.0, reason=self.verification.without)
        into = self._run / "history" if len(self.verification.sides) == 1 else self._run / "history" / side.name
        into.mkdir(parents=True, exist_ok=True)
        revision = self.revision(side)
        if revision is None:
            why = f"the {side.name} can't be made ready: {self.unready[side.name]}"
            return CellResult(cell.key, (), 0.0, reason=why)
        extensions = [self.verification.beside / folder for folder in ("scenarios", "agents")]
        store = kept(cell, revision, agent.program, extensions, self.request.results / "cache")
        history = store.take() if self.request.base is not None else None
        file = into / f"{cell.key.id}.jsonl"
        if history is None:
            result = run_cell(cell, revision, agent, self._holder, into)
            if result.verdict is not Verdict.UNPROVEN:  # what could not be seen once may be seen next time
                store.keep(file)
        else:
            store.lay(file)
            result = replace(judged(history, 0.0, ""), cached=True)
        return replace(result, history=str(file.relative_to(self._run)))
