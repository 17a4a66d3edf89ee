"""One cell without a web server, against a raw script that makes the same machine and does the same in it."""

import os
import shutil
import subprocess
import tempfile
import time
import uuid
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import cast

from benchmarks.figure import Figure, of
from holdfast.agents import Agent
from holdfast.config.load import load
from holdfast.machines import Holder, etc, namespace, open_holder, root
from holdfast.machines.layout import Layout
from holdfast.machines.machine import HeldMachine, login
from holdfast.machines.protocol import Bind, Blueprint
from holdfast.model.verdict import Verdict
from holdfast.run.agents import at_hand
from holdfast.run.cell import Revision, run_cell
from holdfast.run.plan import Choice, plan
from holdfast.run.scenarios import scenarios
from holdfast.sweep import sweep

CELL = "hard_kill[server]--cli--cli--namespace"
MOST = 1.5
LAUNCHER = "fleet"
SOURCE = Path(__file__).resolve().parents[1] / "fixtures" / "launchers" / "reference"
_SCRIPT = Path(__file__).with_name("raw_cell.py")
_INSIDE = "/opt/holdfast/raw_cell.py"


def figures(pairs: int) -> list[Figure]:
    """Cell and raw script run in turns; the ratio is that of neighbours, which the same noise meets."""
    with tempfile.TemporaryDirectory() as folder, open_holder() as holder:
        noting, standin = Noting(holder), at_hand("claude-standin")
        assert standin is not None  # the suite brings it along
        cell = cell_of(noting, standin, Path(folder))
        cell()
        raw = _Raw(noting.blueprint, SOURCE, Path(folder))
        raw.run()
        measured = [(seconds(cell), seconds(raw.run)) for _ in range(pairs)]
    return [
        of("a cell", [1e3 * ours for ours, _ in measured], "ms"),
        of("the raw script of the same", [1e3 * theirs for _, theirs in measured], "ms"),
        of("a cell / the raw script", [ours / theirs for ours, theirs in measured], "ratio", MOST),
    ]


def seconds(work: Callable[[], None]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


class Noting:
    """A holder that notes the blueprint of the machine that it made last."""

    blueprint: Blueprint

    def __init__(self, holder: Holder) -> None:
        self._holder = holder
        self.folder = holder.folder

    def machine(self, blueprint: Blueprint) -> HeldMachine:
        self.blueprint = blueprint
        return self._holder.machine(blueprint)


def cell_of(noting: Noting, agent: Agent, into: Path) -> Callable[[], None]:
    """Runs and judges the cell as a worker does; its history is written to the folder `into`."""
    launcher = load(SOURCE / "holdfast.toml")
    cells = plan(launcher, scenarios(SOURCE), agent.kind, Choice("namespace", all_pairs=True))
    cell = next(cell for cell in cells if cell.key.id == f"{CELL}--{agent.kind}")
    revision = Revision(launcher, launcher.source, sweep(launcher.source, []).sites)

    def run() -> None:
        result = run_cell(cell, revision, agent, cast(Holder, noting), into)
        assert result.verdict is Verdict.HELD, result

    return run


class _Raw:
    """bubblewrap with the options of a machine of `blueprint`, and the raw script as its program. What does not change
    from run to run (/etc, shims, hooks) is laid out once; RUN and the home, with a copy of `source`, are new."""

    def __init__(self, blueprint: Blueprint, source: Path, folder: Path) -> None:
        self._source, self._layout = source, Layout(folder / "raw")
        self._blueprint = replace(blueprint, home=folder / "home", binds=(*blueprint.binds, Bind(_SCRIPT, _INSIDE)))
        self._layout.etc.mkdir(parents=True)
        user = "root" if os.geteuid() == 0 else "dev"
        self._login = login(user, blueprint, {})
        etc.write(self._layout, user, os.geteuid(), os.getegid(), self._login)
        root.compile_doors(folder)
        root.write(self._layout, self._blueprint)
        options = namespace.recipe(self._layout, self._blueprint).options
        # As pid 1: bubblewrap ends when all of the machine has, as it does for a holder.
        self._argv = ("bwrap", *options, "--as-pid-1", "--", root.interpreter(), "-IS", _INSIDE, LAUNCHER)

    def run(self) -> None:
        shutil.copytree(self._source, self._blueprint.home / LAUNCHER)
        self._layout.run.mkdir()
        self._blueprint.furnish(self._layout.run)
        self._layout.boot_id.write_text(f"{uuid.uuid4()}\n")
        subprocess.run(self._argv, env=self._login, check=True)
        shutil.rmtree(self._blueprint.home)
        shutil.rmtree(self._layout.run)
