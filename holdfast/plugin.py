"""The pytest plug-in: one item a cell, in as many workers as pytest-xdist is given. Light to import: it is loaded in
every pytest run of a user's repository, so that the engine is imported only when a cell is really wanted."""

import os
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from holdfast.model.run_name import new_name

if TYPE_CHECKING:
    from holdfast.model.result import RunResult
    from holdfast.run.session import Item, Worker
    from holdfast.run.verification import Request

_PROPERTY = "holdfast"
_FOLDER, _PARENT = "holdfast-run", "holdfast-parent"


def pytest_addoption(parser: pytest.Parser) -> None:
    add = parser.getgroup("holdfast", "holdfast: verify a launcher of coding agents").addoption
    add(
        "--holdfast-launcher",
        metavar="FILE",
        help="the launcher's holdfast.toml, or its folder (default: the nearest upwards)",
    )
    add("--holdfast-machine", metavar="KIND", choices=("namespace", "systemd"), help="only machines of this kind")
    add(
        "--holdfast-agent",
        metavar="KIND",
        default="claude-standin",
        help="what answers to the launcher's agent command",
    )
    add("--holdfast-launch-path", metavar="NAME", help="only cells that are born or pressed by this launch path")
    every = "everything with everything, not every two of press, variant, machine"
    add("--holdfast-all-pairs", action="store_true", help=every)
    add("--holdfast-base", metavar="REV", help="make it a gate: compare with this revision")
    add("--holdfast-head", metavar="REV", help="the revision to compare (default: the working tree)")
    why = "accept what is unproven if its reason contains REASON; may be given again"
    add("--holdfast-allow-unproven", metavar="REASON", action="append", default=[], help=why)
    add("--holdfast-run", metavar="FOLDER", help="where results go (default: a new folder in .holdfast)")


def pytest_configure(config: pytest.Config) -> None:
    from_main = getattr(config, "workerinput", {})
    given = from_main.get(_FOLDER) or config.getoption("holdfast_run")
    session = Cells(config, Path(given) if given else None, from_main.get(_PARENT))
    config.stash[_SESSION] = session
    config.pluginmanager.register(session, "holdfast-session")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "holdfast_cell" not in metafunc.fixturenames:
        return
    from holdfast.run.session import REFUSALS

    try:
        items = metafunc.config.stash[_SESSION].worker.items()
        metafunc.parametrize("holdfast_cell", items, ids=[item.id for item in items])
    except REFUSALS as error:
        metafunc.parametrize("holdfast_cell", [str(error)], ids=["refused"])


@pytest.fixture
def holdfast_run(request: pytest.FixtureRequest) -> "Cells":
    """Runs planned cells."""
    return request.config.stash[_SESSION]


class Cells:
    """One process's part in a run: a worker's cells, and where no other process gathers them, the result. `parent` is
    the process that this one must not outlive."""

    def __init__(self, config: pytest.Config, run: Path | None, parent: int | None) -> None:
        self._config = config
        self._parent = parent
        self._gathers = not hasattr(config, "workerinput")
        self._given = run
        self._worker: Worker | None = None
        self._reports: list[str] = []
        self._began = time.monotonic()
        self.result: RunResult | None = None

    @property
    def request(self) -> "Request":
        from holdfast.run.verification import Request

        option = self._config.getoption
        launcher = option("holdfast_launcher")
        return Request(
            cwd=self._config.invocation_params.dir,
            launcher=Path(launcher) if launcher else None,
            machine=option("holdfast_machine"),
            agent=option("holdfast_agent"),
            launch_path=option("holdfast_launch_path"),
            all_pairs=option("holdfast_all_pairs"),
            base=option("holdfast_base"),
            head=option("holdfast_head"),
            allowed=tuple(option("holdfast_allow_unproven")),
        )

    @property
    def run(self) -> Path:
        """Where results go; not made before there is one. Asked in every run with workers, so the engine isn't."""
        if self._given is None:
            self._given = self._config.invocation_params.dir / ".holdfast" / new_name()
        return self._given

    @property
    def worker(self) -> "Worker":
        from holdfast.run import lifeline
        from holdfast.run.session import Worker

        if self._worker is None:
            if self._parent is not None:
                lifeline.end_with(self._parent)
            self._worker = Worker(self.request, self.run)
        return self._worker

    def hold(self, item: "Item | str", node: pytest.Item) -> None:
        """Run the item; fail unless it is held, except in a gate, where only the comparison fails."""
        from holdfast.run.session import complaint

        if isinstance(item, str):
            pytest.fail(item, pytrace=False)
        report = self.worker.run(item)
        node.user_properties.append((_PROPERTY, report.encode()))
        why = complaint(report.result, self.request.allowed)
        if why is not None and not item.gate:
            pytest.fail(why, pytrace=False)

    @pytest.hookimpl(optionalhook=True)
    def pytest_configure_node(self, node: Any) -> None:
        """xdist starts a worker: it writes into this run's folder."""
        node.workerinput[_FOLDER] = str(self.run)
        if node.gateway.spec.popen:
            node.workerinput[_PARENT] = os.getpid()

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if self._gathers and report.when == "call":
            self._reports += [str(text) for name, text in report.user_properties if name == _PROPERTY]

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        if self._worker is not None:
            self._worker.close()
        if not self._reports:
            return
        from holdfast.model.verdict import Verdict
        from holdfast.run.session import Report, conclude

        reports = [Report.decode(text) for text in self._reports]
        self.result = conclude(self.request, self.run, reports, time.monotonic() - self._began)
        shown = self.result.verdict is Verdict.HELD or self.result.excused
        if session.exitstatus == pytest.ExitCode.OK and not shown:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        if self.result is not None:
            summary = self.run / "summary.txt"
            terminalreporter.section("holdfast")
            terminalreporter.write_line(summary.read_text())


_SESSION = pytest.StashKey[Cells]()
