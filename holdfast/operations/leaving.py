"""Sessions on their way out: an agent is left as a person does, and what was ended is given its time to go."""

import select
import time
from collections.abc import Iterable
from contextlib import closing, suppress

from holdfast.agents.protocol import Agent
from holdfast.machines.protocol import Machine, MachineError
from holdfast.model.seen import ProcessId
from holdfast.operations.person import Gone, Person, TooLate
from holdfast.operations.stage import Stage
from holdfast.witnesses import processes

_PRESSED_AGAIN_AFTER = 5.0  # seconds
_STOPS_WITHIN = 10.0  # seconds for a stopped agent


def leave(person: Person, agent: Agent, until: float) -> Gone:
    """Press the key that the agent asks for twice, and both again where the second came too late to be one: Claude Code
    takes it for 0.8 s. Returns how the agent ended; TooLate if it lives at the monotonic time `until`."""
    try:
        while True:
            person.type(agent.leave)
            person.wait("the agent to ask for the key once more", lambda text: agent.leaving(text) or None, until)
            person.type(agent.leave)
            again = time.monotonic() + _PRESSED_AGAIN_AFTER
            try:
                person.wait("the agent to end", lambda _: None, min(until, again))
            except TooLate:
                if again >= until:
                    raise
    except Gone as gone:
        return gone


def part(stage: Stage) -> None:
    """Wait until the agents of stopped roles have ended: they run their hooks and write their last record first. One
    that goes on all the same is seen by the look that follows."""
    stopped = {role.session for role in stage.roles.values() if role.stopped and role.session is not None}
    if not stopped:
        return
    with suppress(OSError):  # what can't be observed, the look that follows says
        live = stage.setting.agent.live(stage.machine.home, processes.read(stage.machine.root)[0])
        await_ends(stage.machine, [agent.id for agent in live if agent.session in stopped], _STOPS_WITHIN)


def await_ends(machine: Machine, ending: Iterable[ProcessId], within: float) -> None:
    """Wait until all of them have ended, for at most so many seconds."""
    until = time.monotonic() + within
    for process in ending:
        with suppress(MachineError), closing(machine.watch(process)) as watched:
            select.select([watched], [], [], max(0.0, until - time.monotonic()))
