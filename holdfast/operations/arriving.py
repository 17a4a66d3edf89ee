"""Sessions on their way: a person presses when they see what is there, not while its agent is still starting."""

import time
from contextlib import ExitStack, closing, suppress
from pathlib import PurePath

from holdfast.machines.protocol import MachineError
from holdfast.model.seen import Process
from holdfast.operations.stage import Stage
from holdfast.witnesses import processes
from holdfast.witnesses.processes import TICKS

_STARTS_WITHIN = 5.0  # seconds from a process's start: one that is older and has no conversation will get none


def settle(stage: Stage) -> None:
    """Wait until every agent that was just started holds its conversation, or has ended.

    Whether a look meets such an agent is chance; what is judged must not hang on it.
    """
    with suppress(OSError), stage.changes() as changes:  # what can't be observed, the look that follows says
        while young := _starting(stage):
            until = time.monotonic() + _STARTS_WITHIN - min(_age(process) for process in young)
            with ExitStack() as watching, suppress(MachineError):  # one that has ended meanwhile: look again
                ends = [watching.enter_context(closing(stage.machine.watch(process.id))) for process in young]
                changes.wait(until, [end.fileno() for end in ends])


def _starting(stage: Stage) -> list[Process]:
    """The young processes that are, or are to become, agents of which none is registered."""
    seen, servers = processes.read(stage.machine.root)
    parents = {process.id.pid: process.parent for process in seen}
    serving = {process.id.pid: process.argv for process in seen if process.id in servers}
    settled: set[int] = set()
    for agent in stage.setting.agent.live(stage.machine.home, seen):
        pid: int | None = agent.id.pid if agent.session else None
        while pid is not None and pid not in settled:  # itself, and what wraps it
            settled.add(pid)
            pid = parents.get(pid)
    return [
        process
        for process in seen
        if process.id.pid not in settled
        and process.id not in servers
        and (_is_agents(process, stage.setting.launcher.agent) or serving.get(process.parent) == process.argv)
        and _age(process) < _STARTS_WITHIN
    ]


def _is_agents(process: Process, name: str) -> bool:
    """By argv: the agent, a script of its name, or what was asked to run it. In the middle of an exec there is none,
    and a shim execs right after it has noted its launch, which is what wakes us."""
    return process.argv == ("",) or name in {PurePath(word).name for word in process.argv[:3]}


def _age(process: Process) -> float:
    """Seconds since its start."""
    return time.clock_gettime(time.CLOCK_BOOTTIME) - process.id.start / TICKS
