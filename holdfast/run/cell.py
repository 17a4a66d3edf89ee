"""Running one cell: a fresh machine with a copy of the launcher, the scenario, the last asking, and the judgement."""

import hashlib
import os
import random
import time
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from holdfast.agents.protocol import Agent, Outfit
from holdfast.config.document import place
from holdfast.config.launcher import Launcher
from holdfast.history.events import Closed, Failed, Launched, Planned
from holdfast.history.record import History, Recorder
from holdfast.machines import Holder, state
from holdfast.machines.protocol import AGENTS, HOME, REAL_TOOLS, RUN, Bind, Blueprint, Machine, MachineError, Unit
from holdfast.model.cell import CellResult
from holdfast.model.launch import LaunchVerb
from holdfast.model.site import Site
from holdfast.operations.bounds import USUAL, Bounds
from holdfast.operations.equip import Inspect
from holdfast.operations.leaving import part
from holdfast.operations.power import PowerOn
from holdfast.operations.say import Ask
from holdfast.operations.service import service_unit
from holdfast.operations.stage import CannotGoOn, Setting, Stage
from holdfast.promises import judge
from holdfast.run import tree
from holdfast.run.outfitting import binds
from holdfast.run.plan import PlannedCell
from holdfast.witnesses.trace import Layout, lay, prepare
from holdfast.world.world import World

_COMMANDS = "/opt/holdfast/bin"  # first in PATH, inside
_HOOKS = "/opt/holdfast/trace"


@dataclass(frozen=True)
class Revision:
    """A launcher as it is to be verified: its configuration, its prepared tree, the call sites in it and the files that
    the sweep could not read, with the reason."""

    launcher: Launcher
    tree: Path
    sites: tuple[Site, ...]
    unread: tuple[tuple[str, str], ...] = ()


def run_cell(
    cell: PlannedCell, revision: Revision, agent: Agent, holder: Holder, into: Path, bounds: Bounds = USUAL
) -> CellResult:
    """Run `cell` on a machine of its own and judge it; its history is written to the folder `into`.

    Whatever goes wrong on the way is a fact of the history: the cell is then unproven, with the reason.
    """
    began = time.monotonic()
    file = into / f"{cell.key.id}.jsonl"
    file.unlink(missing_ok=True)
    recorder = Recorder(file)
    try:
        _perform(cell, revision, agent, holder, recorder, bounds)
    finally:
        recorder.close()
    return judged(recorder.history, time.monotonic() - began, file.name)


def judged(history: History, seconds: float, file: str) -> CellResult:
    """What a history says of its cell: pure, so that a kept history can be judged again."""
    failed = history.all(Failed)
    launches = [event.launch for event in history.all(Launched)]
    return CellResult(
        key=history.planned.cell,
        obligations=judge(history),
        seconds=seconds,
        history=file,
        reason=failed[-1].why if failed else None,
        reached=tuple(sorted({launch.site for launch in launches if launch.site is not None})),
        unknown=tuple(launch.argv for launch in launches if launch.verb is LaunchVerb.START and launch.site is None),
    )


def _perform(
    cell: PlannedCell, revision: Revision, agent: Agent, holder: Holder, recorder: Recorder, bounds: Bounds
) -> None:
    """Write the history of one cell."""
    roles = list(cell.scenario.roles)
    random.Random(hashlib.sha256(cell.key.id.encode()).digest()).shuffle(roles)
    promises = tuple(promise.name for promise in cell.scenario.promises)
    recorder.append(Planned(recorder.now(), cell.key, tuple(roles), promises))
    home = tree.fresh(holder.folder, "home")
    try:
        machine, outfit = _set_up(cell, revision, agent, holder, home)
        setting = Setting(cell.birth, cell.press, revision.launcher, agent, revision.sites, bounds)
        stage = Stage(setting, outfit, machine, recorder)
        try:
            PowerOn().do(stage)
            cell.scenario.run(World(stage))
            _finish(stage, roles)
            recorder.append(Closed(recorder.now()))
        finally:
            stage.machine.close()
    except (CannotGoOn, MachineError, OSError) as why:
        recorder.append(Failed(recorder.now(), str(why)))
    finally:
        state.remove(home)


def _set_up(cell: PlannedCell, revision: Revision, agent: Agent, holder: Holder, home: Path) -> tuple[Machine, Outfit]:
    """The cell's machine, still off, with all that is needed in it."""
    launcher = revision.launcher
    lent = _lent(launcher)
    tree.copy(revision.tree, home / launcher.name, compiled=True)
    outfit = agent.outfit(home)
    name = launcher.agent
    traced = _traced(holder.folder, name)
    blueprint = Blueprint(
        kind=cell.key.machine,
        home=home,
        binds=(
            Bind(traced.folder, traced.inside),
            Bind(traced.agents[name], f"{_COMMANDS}/{name}"),
            *binds(outfit, f"{AGENTS}/{name}", holder.folder),
            *lent,
        ),
        units=_units(launcher, revision.tree) if cell.key.machine == "systemd" else (),
        shims=traced.shims,
        environment={**outfit.environment, **traced.environment},
        furnish=prepare,
    )
    return holder.machine(blueprint), outfit


def _lent(launcher: Launcher) -> tuple[Bind, ...]:
    """What the launcher borrows of the host, where a machine has it."""
    for borrowed in launcher.borrows:
        if not os.path.exists(borrowed.outside):  # noqa: PTH110  # Path.exists raises for a name that is too long
            raise CannotGoOn(
                f"{borrowed.outside} is not on this host, and {launcher.name} is used with it as ~/{borrowed.inside}: "
                f"install it there, or name another place in {place(launcher.file, 'launcher', 'borrows')}"
            )
    return tuple(Bind(borrowed.outside.resolve(), f"{HOME}/{borrowed.inside}") for borrowed in launcher.borrows)


@cache
def _traced(folder: Path, agent: str) -> Layout:
    """The shims and hooks of every machine whose files are in the holder's `folder`: they are read-only inside."""
    agents = {agent: f"{AGENTS}/{agent}"}
    return lay(tree.fresh(folder, "trace"), inside=_HOOKS, run=RUN, real=REAL_TOOLS, agents=agents)


def _units(launcher: Launcher, tree: Path) -> tuple[Unit, ...]:
    files = sorted({file for pattern in launcher.units for file in tree.glob(pattern)})
    try:
        own = tuple(Unit(file.name, text := file.read_text(), wanted="WantedBy=" in text) for file in files)
    except (OSError, UnicodeDecodeError) as error:
        raise CannotGoOn(
            f"the launcher's units {', '.join(file.name for file in files)} can't be read: {error}"
        ) from error
    return own if launcher.service is None else (*own, service_unit(launcher.name, launcher.service))


def _finish(stage: Stage, roles: list[str]) -> None:
    """What happened since the last look is noted, then every role is asked, in the order drawn for this cell, but those
    that have a task first, and those that should lead nowhere last: where one leads to another role's agent, that has
    no task any more, and answers."""
    stage.note_launches()
    seen = stage.observe("before the last asking", texts=True)
    live = {agent.session for agent in seen.agents or ()}
    due = {role.name: not role.stopped and (role.pressed or role.session in live) for role in map(stage.role, roles)}
    for name in sorted(roles, key=lambda name: (not due[name], not stage.role(name).held)):
        Ask(name, expects=due[name]).do(stage)
    for name in roles:
        Inspect(name).do(stage)
    part(stage)
    stage.note_launches()
    stage.observe("end", texts=True)
