"""What is to be verified: a request as a person makes it, turned into launchers, scenarios and planned cells."""

from dataclasses import dataclass, replace
from importlib import import_module
from pathlib import Path

from holdfast.agents.protocol import Agent
from holdfast.config.error import ConfigError
from holdfast.config.find import find
from holdfast.config.launcher import Launcher
from holdfast.config.load import load
from holdfast.machines import Holder
from holdfast.model.result import NotApplicable
from holdfast.run import repository, source
from holdfast.run.agents import agent_called, left_open
from holdfast.run.cell import Revision
from holdfast.run.installing import NotInstalled
from holdfast.run.plan import Choice, PlannedCell, not_applicable, plan, union
from holdfast.run.scenarios import scenarios
from holdfast.sweep import sweep

RESULTS = ".holdfast"
HEAD, BASE = "head", "base"


class NothingPlanned(Exception):
    """What is asked for leaves no cell to run: what was asked, what there is."""


@dataclass(frozen=True)
class Request:
    """What a person asks for. `base` makes it a gate; `head` None is the working tree. `cwd` is where they stand,
    `workers` how many cells run at once, None for one a core and one more."""

    cwd: Path
    launcher: Path | None = None
    machine: str | None = None
    agent: str = "claude-standin"
    launch_path: str | None = None
    all_pairs: bool = False
    base: str | None = None
    head: str | None = None
    allowed: tuple[str, ...] = ()
    workers: int | None = None

    @property
    def results(self) -> Path:
        return self.cwd / RESULTS


@dataclass(frozen=True)
class Side:
    """One revision in a verification: the name of its side and its commit, None for the working tree."""

    name: str
    commit: str | None
    launcher: Launcher


@dataclass(frozen=True)
class Verification:
    """A planned verification: the same cells on every side. `agent` is None where its program could not be had;
    `without` says why, and what to do."""

    request: Request
    launcher: Launcher
    agent: Agent | None
    without: str
    sides: tuple[Side, ...]
    cells: tuple[PlannedCell, ...]
    notes: tuple[str, ...]
    not_applicable: tuple[NotApplicable, ...] = ()

    @property
    def beside(self) -> Path:
        """The folder where the launcher's own scenarios and reports are searched: the head's."""
        return self.launcher.root

    def side(self, name: str) -> Side:
        return next(side for side in self.sides if side.name == name)

    def planned(self) -> tuple[PlannedCell, ...]:
        """The cells, of which there must be one: a run of none would show nothing."""
        if not self.cells:
            raise NothingPlanned(_nothing(self))
        return self.cells


def verification(request: Request, holder: Holder) -> Verification:
    """Read the launcher, its revisions and the scenarios, and plan the matrix."""
    file = find(request.launcher, request.cwd)
    notes: list[str] = []
    if file is None:
        file = import_module("holdfast.fixtures").DEFAULT_LAUNCHER
        notes.append(
            f"no holdfast.toml here or above: this verdict speaks of the launcher that holdfast brings along, {file}"
        )
    launcher = load(file)
    store = request.results / "revisions"
    sides = [Side(HEAD, None, launcher)]
    if request.base is not None or request.head is not None:
        sides = _sides(request, launcher, repository.repository(launcher, holder, store), store, notes)
    launcher = sides[-1].launcher
    choice = Choice(request.machine, request.launch_path, request.all_pairs or request.base is not None)
    known = scenarios(launcher.root)
    cells = plan(launcher, known, request.agent, choice)
    agent, without = None, ""
    try:
        programs = request.results / "agents"
        agent = agent_called(request.agent, launcher.root, holder, programs)
        notes += left_open(request.agent, agent, programs)
    except NotInstalled as missing:
        without = str(missing)
    return Verification(
        request, launcher, agent, without, tuple(sides), cells, tuple(notes), not_applicable(launcher, known)
    )


def _sides(
    request: Request, launcher: Launcher, repo: repository.Repository, store: Path, notes: list[str]
) -> list[Side]:
    """Base first, if there is one. Both run with the head's configuration, and with the launch paths of both."""
    commits = {HEAD: None if request.head is None else repo.resolve(request.head)}
    if request.base is not None:
        commits[BASE] = repo.resolve(request.base)
    folders = {
        name: launcher.root if commit is None else repo.checkout(commit, store) for name, commit in commits.items()
    }
    head = repository.declared_at(folders[HEAD], launcher.file.name)
    if BASE in folders:
        try:
            head = union(head, repository.declared_at(folders[BASE], launcher.file.name))
        except ConfigError:
            notes.append(f"{request.base} declares no launch paths of its own: it is run with those of the head only")
    return [
        Side(name, commits[name], replace(repository.at(head, folders[name]), file=launcher.file))
        for name in (BASE, HEAD)
        if name in commits
    ]


def revision(side: Side, holder: Holder, results: Path) -> Revision:
    """The side's prepared tree and its call sites."""
    launcher = side.launcher
    tree = source.ready(launcher, holder, results / "prepared")
    units = sorted({file for pattern in launcher.units for file in launcher.source.glob(pattern)})
    swept = sweep(launcher.source, units)
    return Revision(launcher, tree, swept.sites, tuple((unread.file, unread.why) for unread in swept.unread))


def _nothing(planned: Verification) -> str:
    asked = planned.request
    narrowed = [f"--machine {asked.machine}"] if asked.machine else []
    narrowed += [f"--launch-path {asked.launch_path}"] if asked.launch_path else []
    return (
        f"{planned.launcher.file} with {' '.join(narrowed) or 'these options'} plans no cell, so nothing would be "
        f"shown. Its launch paths are {', '.join(sorted({p.path for p in planned.launcher.presses}))}, its machines "
        f"{', '.join(planned.launcher.machines)}"
    )
