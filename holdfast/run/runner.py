"""A run from the command line: pytest with the suite's own items, a worker more than there are cores, and the
reports' own console."""

import os
import sys
from pathlib import Path
from types import ModuleType

import pytest

from holdfast.extensions import discover
from holdfast.machines import open_holder
from holdfast.model.result import RunResult
from holdfast.model.run_name import new_name
from holdfast.run import lifeline, result_json
from holdfast.run.session import Report, show
from holdfast.run.verification import HEAD, Request, revision, verification


class RunFailed(Exception):
    """The run came to no result: what happened, and where to look."""


def run(request: Request) -> RunResult:
    """Verify what is requested and print it as it goes. What is wrong with the request is raised before anything
    runs."""
    with open_holder() as holder:
        planned = verification(request, holder)
        cells = planned.planned()
        revision(planned.side(HEAD), holder, request.results)
    folder = request.results / new_name()
    reports = discover("reports", planned.beside)
    watcher = _Watcher(reports, len(cells) * len(planned.sides))
    # One more than cores: a cell waits for its machine part of the time, and two cores would stand still for a tenth.
    workers = min(request.workers or (os.cpu_count() or 1) + 1, len(cells))
    code = pytest.main(_arguments(request, folder, workers), plugins=[watcher])
    watcher.close()
    if not (folder / result_json.NAME).exists():
        raise RunFailed(f"the run came to no result: pytest ended with {code!r}. {watcher.crashed}")
    result = result_json.read(folder)
    show(result, folder, planned.beside)
    return result


def _arguments(request: Request, folder: Path, workers: int) -> list[str]:
    options = {
        "launcher": request.launcher,
        "machine": request.machine,
        "agent": request.agent,
        "launch-path": request.launch_path,
        "base": request.base,
        "head": request.head,
        "run": folder,
    }
    given = [f"--holdfast-{name}={value}" for name, value in options.items() if value is not None]
    given += [f"--holdfast-allow-unproven={reason}" for reason in request.allowed]
    given += ["--holdfast-all-pairs"] if request.all_pairs else []
    without = ("terminal", "cacheprovider", "randomly", "tmpdir")  # no:tmpdir: each run left a folder in /tmp
    own = [word for name in without for word in ("-p", f"no:{name}")]
    # A cell asserts nothing: pytest would compile the whole engine anew in each worker, where it may not keep that.
    own += ["-c", os.devnull, f"--rootdir={request.cwd}", "--dist=worksteal", "--assert=plain"]
    return [*own, f"--tx={workers}*popen//python={lifeline.python()}", "--pyargs", "holdfast.verify", *given]


class _Watcher:
    """Feeds the reports' progress with cells as they end, and keeps why there are none."""

    def __init__(self, reports: tuple[ModuleType, ...], planned: int) -> None:
        with_progress = [module for module in reports if hasattr(module, "Progress")]
        self._shown = [module.Progress(planned, _to_terminal, sys.stderr.isatty()) for module in with_progress]
        self.crashed = ""

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        for name, text in report.user_properties:
            if name == "holdfast" and report.when == "call":
                for progress in self._shown:
                    progress.cell(Report.decode(str(text)).result)
        if report.failed and not report.user_properties:
            self.crashed = str(report.longrepr)

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """Also of workers that don't plan the same cells."""
        if report.failed:
            self.crashed = str(report.longrepr)

    def pytest_internalerror(self, excrepr: object) -> None:
        self.crashed = str(excrepr)

    def close(self) -> None:
        for progress in self._shown:
            progress.close()


def _to_terminal(text: str) -> None:
    print(text, end="", file=sys.stderr, flush=True)
