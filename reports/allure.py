"""allure-results/: a test result a cell, with steps from its history, the text of every pane, and the history itself.

Held is passed and broken is failed. Unproven is Allure's broken (the test could not tell), or skipped where the cell
never ran. Identifiers are made from the cell's id: rendered again they are the same, and Allure's own history follows a
cell.
"""

from collections.abc import Iterator
from pathlib import Path
from uuid import UUID, uuid5

from allure_commons.logger import AllureFileLogger
from allure_commons.model2 import Attachment, Label, Parameter, Status, StatusDetails, TestResult, TestStepResult

from holdfast import history
from holdfast.history.difference import changed_panes, differences
from holdfast.history.events import Asked, Event, Failed, Observed, Outcome, Pressed
from holdfast.history.words import plain, sentence
from holdfast.model import digest
from holdfast.model.cell import CellResult
from holdfast.model.result import RunResult
from holdfast.model.verdict import Verdict

_SPACE = UUID("5b0c1d0e-6a0f-4b59-9d0f-3f0f5a1d7c42")
"""The name space of the identifiers (RFC 9562, version 5)."""
_TEXT = "text/plain"


def render(result: RunResult, run: Path) -> None:
    """Writes the folder allure-results/ anew."""
    logger = AllureFileLogger(str(run / "allure-results"), clean=True)
    for cell in result.cells:
        logger.report_result(_Case(result, cell, run, logger).result())


class _Case:
    """One cell on its way to Allure: collects the attachments while the steps are made."""

    def __init__(self, result: RunResult, cell: CellResult, run: Path, logger: AllureFileLogger) -> None:
        self._result = result
        self._cell = cell
        self._run = run
        self._logger = logger
        self._attached = 0

    def result(self) -> TestResult:
        cell, key = self._cell, self._cell.key
        known_as = str(uuid5(_SPACE, key.id))
        case = TestResult(
            uuid=known_as,
            historyId=known_as,
            testCaseId=known_as,
            fullName=plain(key.id),
            name=plain(f"{key.scenario.replace('_', ' ')}: {key.birth}, {key.press or 'no press'}"),
            status=_status(cell),
            stage="finished",
            labels=[Label(name=label, value=plain(value)) for label, value in _labels(self._result, cell)],
            parameters=[Parameter(name=word, value=plain(value)) for word, value in _parameters(cell)],
        )
        if cell.verdict is not Verdict.HELD:
            told = "\n".join(f"{o.role}: {o.promise} is {o.verdict}: {o.why}" for o in cell.obligations)
            case.statusDetails = StatusDetails(message=plain(digest.cell_reason(cell)), trace=plain(told))
        if cell.history is not None:
            self._tell(case, self._run / cell.history)
        return case

    def _tell(self, case: TestResult, path: Path) -> None:
        """Adds the steps and the history; a history that can't be read is said so, and the verdict stays."""
        try:
            events = history.read(path).events
            ended_ms = path.stat().st_mtime_ns // 1_000_000
        except (OSError, ValueError) as error:
            case.description = plain(f"the history can't be read: {error}")
            return
        # A history has seconds since the cell began; the file's last change is the cell's end on the wall clock.
        began_ms = ended_ms - int(max((event.at for event in events), default=0.0) * 1000)
        case.start, case.stop = began_ms, ended_ms
        case.steps = list(self._steps(events, began_ms))
        name = f"{uuid5(_SPACE, f'{self._cell.key.id}/history')}-attachment.jsonl"
        self._logger.report_attached_file(str(path), name)
        case.attachments = [Attachment(name="history", source=name, type="application/x-ndjson")]

    def _steps(self, events: tuple[Event, ...], began_ms: int) -> Iterator[TestStepResult]:
        places = digest.places(self._result)
        before: Observed | None = None
        for event in events:
            began = event.began if isinstance(event, Pressed | Asked) else event.at
            yield TestStepResult(
                name=sentence(event, places),
                status=_step_status(event),
                stage="finished",
                start=began_ms + int(began * 1000),
                stop=began_ms + int(event.at * 1000),
                attachments=[*(self._attach(title, text) for title, text in _texts(event, before)), *self._page(event)],
            )
            before = event if isinstance(event, Observed) else before

    def _attach(self, title: str, text: str) -> Attachment:
        self._attached += 1
        name = f"{uuid5(_SPACE, f'{self._cell.key.id}/{self._attached}')}-attachment.txt"
        self._logger.report_attached_data(plain(text), name)
        return Attachment(name=plain(title), source=name, type=_TEXT)

    def _page(self, event: Event) -> Iterator[Attachment]:
        """The page after a click."""
        if isinstance(event, Pressed) and event.picture is not None and self._cell.history is not None:
            file = (self._run / self._cell.history).with_name(event.picture)
            if file.is_file():
                name = f"{uuid5(_SPACE, event.picture)}-attachment.png"
                self._logger.report_attached_file(str(file), name)
                yield Attachment(name="the page after the click", source=name, type="image/png")


def _texts(event: Event, before: Observed | None) -> Iterator[tuple[str, str]]:
    """The texts that belong to a step, each with a title. A pane that shows what it showed before isn't repeated."""
    if isinstance(event, Observed):
        last = before.seen if before is not None else None
        yield "what changed", "\n".join(differences(last, event.seen))
        yield from ((f"pane {pane.pane} of {pane.session}", pane.text) for pane in changed_panes(last, event.seen))
    elif isinstance(event, Asked) and event.screen:
        yield f"what a person saw of {event.role}", event.screen
    elif isinstance(event, Pressed) and event.output:
        yield "what the press said", event.output


def _status(cell: CellResult) -> str:
    if cell.verdict is Verdict.UNPROVEN:
        return Status.SKIPPED if cell.history is None else Status.BROKEN
    return Status.FAILED if cell.verdict is Verdict.BROKEN else Status.PASSED


def _step_status(event: Event) -> str:
    """Steps tell what went well by themselves; the promises are judged for the cell as a whole."""
    stuck = isinstance(event, Failed) or (isinstance(event, Pressed) and event.outcome is not Outcome.DONE)
    return Status.BROKEN if stuck else Status.PASSED


def _labels(result: RunResult, cell: CellResult) -> tuple[tuple[str, str], ...]:
    key = cell.key
    return (
        ("framework", "holdfast"),
        ("parentSuite", result.launcher),
        ("suite", key.scenario),
        ("subSuite", key.machine),
        ("feature", key.scenario),
        ("tag", key.machine),
        ("tag", key.agent),
    )


def _parameters(cell: CellResult) -> tuple[tuple[str, str], ...]:
    key = cell.key
    return ("birth", key.birth), ("press", key.press or "none"), ("machine", key.machine), ("agent", key.agent)
