"""A bystander: a person's own tmux server, with an agent of theirs in it, that no launcher has to do with."""

import time

from holdfast.machines.protocol import AGENTS, HOME, REAL_TOOLS, MachineError
from holdfast.model.seen import LiveAgent
from holdfast.operations.line import ready
from holdfast.operations.person import Gone, Person, TooLate
from holdfast.operations.stage import CannotGoOn, Stage
from holdfast.witnesses import processes

FOLDER = "notes"
"""Where it works, below HOME."""
SOCKET = "own"
"""The name of its tmux socket (tmux -L)."""


def begin(stage: Stage) -> None:
    """Start it, if it wasn't yet. It is up when `settle` returns; until then it comes up beside what else is done."""
    if stage.bystander:
        return
    folder = stage.machine.home / FOLDER
    folder.mkdir(exist_ok=True)
    # By the programs behind the shims: what a person starts is none of the launcher's launches. Two words, so that tmux
    # runs them without a shell; no configuration, because the one in HOME may be the launcher's.
    agent = ("/usr/bin/env", f"{AGENTS}/{stage.setting.launcher.agent}")
    argv = (f"{REAL_TOOLS}/tmux", "-L", SOCKET, "-f", "/dev/null", "new-session", "-d", *agent)
    try:
        stage.machine.spawn(argv, cwd=f"{HOME}/{FOLDER}").close()
    except MachineError as error:
        raise CannotGoOn(f"a person's own tmux server could not be started: {error}") from error
    stage.bystander = True


def settle(stage: Stage) -> None:
    """Wait until its agent lives: from then on it counts as having been there before."""
    if stage.setting.agent.registers:
        stage.wait("a person's own agent to be up", lambda: _agent(stage), stage.setting.bounds.answer)
        return
    until = time.monotonic() + stage.setting.bounds.answer
    attach = (f"{REAL_TOOLS}/tmux", "-N", "-L", SOCKET, "attach-session")
    try:
        with Person(stage.machine, attach, f"{HOME}/{FOLDER}") as person:
            ready(stage, person, until)
    except (MachineError, Gone, TooLate) as error:
        raise CannotGoOn(f"a person's own agent is not up: {error}") from error


def _agent(stage: Stage) -> LiveAgent | None:
    seen, _ = processes.read(stage.machine.root)
    live = stage.setting.agent.live(stage.machine.home, seen)
    return next((agent for agent in live if agent.cwd == f"{HOME}/{FOLDER}"), None)
