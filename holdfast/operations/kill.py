"""Hard kills: SIGKILL, no teardown, as the kernel's out-of-memory killer or a crash does."""

import select
import time
from dataclasses import dataclass
from enum import StrEnum

from holdfast.machines.protocol import MachineError
from holdfast.model.seen import LiveAgent, Observation, Pane, ProcessId
from holdfast.operations.stage import CannotGoOn, Stage, ancestors
from holdfast.witnesses.processes import start_of

_AGENTS_GONE_WITHIN = 10.0  # seconds for agents to end after their terminal did


class Victim(StrEnum):
    """What is killed: the agent, the first process of its pane (its shell, or itself), or its tmux server."""

    AGENT = "agent"
    PANE = "pane"
    SERVER = "server"


@dataclass(frozen=True)
class Kill:
    """SIGKILL for the `victim` of `role`. Every role whose agent ends by it is lost."""

    victim: Victim
    role: str

    def do(self, stage: Stage) -> None:
        name = f"SIGKILL of {self.role}'s {self.victim}"
        stage.note_launches()
        seen = stage.observe(f"before {name}")
        victim, lost = _choose(self.victim, self.role, stage, seen)
        try:
            _kill(stage, victim, [agent.id for agent in lost.values()])
        except MachineError as error:
            raise CannotGoOn(f"{name}: {error}") from error
        for role in lost:
            stage.role(role).held = False
        bit = start_of(stage.machine.root, victim.pid) != victim.start
        proof = f"{victim} is gone" if bit else f"{victim} still lives"
        stage.note_fault(name, bit, proof, lost=tuple(lost), victims=(victim,))


def _choose(victim: Victim, role: str, stage: Stage, seen: Observation) -> tuple[ProcessId, dict[str, LiveAgent]]:
    """The process to kill, and the roles that it takes with it."""
    agents = {name: stage.agent_of(name, seen) for name in stage.roles if _alive(stage, name, seen)}
    if role not in agents:
        raise CannotGoOn(f"role {role!r} has no live agent to kill its {victim}: it was lost before")
    if victim is Victim.AGENT:
        return agents[role].id, {role: agents[role]}
    panes = {name: pane_of(name, agent, seen) for name, agent in agents.items()}
    if victim is Victim.PANE:
        first = next(p.id for p in seen.processes or () if p.id.pid == panes[role].pid)
        return first, {role: agents[role]}
    server = panes[role].server
    return server, {name: agents[name] for name in agents if panes[name].server == server}


def _alive(stage: Stage, role: str, seen: Observation) -> bool:
    return any(agent.session == stage.role(role).session for agent in seen.agents or ())


def pane_of(role: str, agent: LiveAgent, seen: Observation) -> Pane:
    """The pane that the role's agent runs in."""
    if seen.panes is None:
        raise CannotGoOn(f"role {role!r}: its pane can't be told: {'; '.join(seen.failures)}")
    above = {agent.id.pid} | {process.pid for process in ancestors(seen, agent.id.pid)}
    for pane in seen.panes:
        if pane.pid in above:
            return pane
    raise CannotGoOn(f"role {role!r}: its agent {agent.id} runs in no pane of any tmux server")


def _kill(stage: Stage, victim: ProcessId, agents: list[ProcessId]) -> None:
    """Kill, and wait for the agents that end with it: a person presses when they are gone, not while they go."""
    watched = [stage.machine.watch(agent) for agent in agents]
    try:
        stage.machine.kill(victim)
        until = time.monotonic() + _AGENTS_GONE_WITHIN
        for agent, ended in zip(agents, watched, strict=True):
            if not select.select([ended], [], [], max(0.0, until - time.monotonic()))[0]:
                raise CannotGoOn(f"agent {agent} still ran {_AGENTS_GONE_WITHIN:.0f} s after {victim} was killed")
    finally:
        for ended in watched:
            ended.close()
