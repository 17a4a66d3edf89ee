"""Looks at every contract on the real program and on its stand-in, each time in a machine of its own."""

import os
import re
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

from holdfast.agents import Agent, AgentError, nearest
from holdfast.agents.protocol import Outfit
from holdfast.conform.comparison import Look, Row
from holdfast.conform.contract import Contract, ContractError
from holdfast.conform.subject import Subject
from holdfast.conform.terminal import NotSeen
from holdfast.extensions import discover
from holdfast.machines import Holder, open_holder, state
from holdfast.machines.protocol import AGENTS, PATH, Bind, Blueprint, Machine, MachineError
from holdfast.run import tree
from holdfast.run.agents import agent_called, chosen
from holdfast.run.installing import NotInstalled

COMMAND = "claude"
"""The name that an agent is started by, in front of a contract."""
_SERVES_WITHIN = 10.0  # seconds
_VERSION = re.compile(r"\d+\.\d+\.\d+")


@dataclass(frozen=True)
class Asked:
    """What is to be compared: the real agent and its stand-in, as --agent takes them, and where programs are kept."""

    real: str
    standin: str
    store: Path


def contracts(agent: str, only: Sequence[str] = ()) -> tuple[Contract, ...]:
    """The contracts of the agents of that kind, by subject and as they stand there; `only` those of these names or
    subjects."""
    found = [
        value
        for module in discover("contracts", None)
        for value in vars(module).values()
        if isinstance(value, Contract) and value.agent == agent
    ]
    for name in only:
        if not any(name in (one.name, one.subject) for one in found):
            subjects = ", ".join(dict.fromkeys(one.subject for one in found)) or "none"
            raise ContractError(f"{agent} has no contract, and no subject of contracts, called {name!r}: {subjects}")
    return tuple(one for one in found if not only or one.name in only or one.subject in only)


def conform(kind: str, only: Sequence[str], store: Path, workers: int | None = None) -> tuple[Row, ...]:
    """Every contract of the agent KIND or KIND@VERSION, looked at on it and on its stand-in."""
    profile, version = chosen(kind, None)
    family = profile.kind.removesuffix("-standin")
    at = f"@{version}" if version else ""
    wanted = contracts(family, only)
    if not wanted:
        raise ContractError(f"no contract is declared for the agent {family!r}: there is nothing to compare")
    with open_holder() as holder:
        exactly = _version(f"{family}{at}", holder, store) or version or profile.versions[0]
    known = chosen(f"{family}-standin", None)[0].versions
    asked = Asked(f"{family}{at}", f"{family}-standin@{nearest(exactly, known)}", store)
    count = min(workers or (os.cpu_count() or 1) + 1, len(wanted))
    with ProcessPoolExecutor(count, get_context("spawn"), _begin, (asked, family)) as pool:
        real = [pool.submit(_look, asked.real, one.name) for one in wanted]
        standin = [pool.submit(_look, asked.standin, one.name) for one in wanted]
        return tuple(
            Row(one, exactly, nearest(exactly, known), seen.result(), like.result())
            for one, seen, like in zip(wanted, real, standin, strict=True)
        )


def _version(asked: str, holder: Holder, store: Path) -> str | None:
    """What the real program says that it is; None if it can't be had."""
    try:
        agent = agent_called(asked, None, holder, store)
    except NotInstalled:
        return None
    said = look_at(agent, holder, lambda subject: str(subject.run("--version")))
    if said.seen is None or (found := _VERSION.search(said.seen)) is None:
        raise AgentError(f"{agent.program} does not say which version it is: {said.seen or said.why}")
    return found[0]


def look_at(agent: Agent, holder: Holder, look: Callable[[Subject], str]) -> Look:
    """Look at the agent in a new machine. What can't be seen is no observation: it is said why."""
    began = time.monotonic()
    home = tree.fresh(holder.folder, "conform")
    outfit = agent.outfit(home)
    machine = holder.machine(_blueprint(outfit, home))
    try:
        machine.boot()
        _serve(machine, outfit)
        return Look(look(Subject(machine, agent, COMMAND)), seconds=time.monotonic() - began)
    except (NotSeen, MachineError) as why:
        return Look(None, str(why), time.monotonic() - began)
    finally:
        machine.close()
        state.remove(home)


def _blueprint(outfit: Outfit, home: Path) -> Blueprint:
    binds = (Bind(outfit.program, f"{AGENTS}/{COMMAND}"), *(Bind(outside, inside) for outside, inside in outfit.binds))
    environment = {**outfit.environment, "PATH": f"{AGENTS}:{PATH}"}
    return Blueprint("namespace", home, binds=binds, environment=environment)


def _serve(machine: Machine, outfit: Outfit) -> None:
    """Start the agent's model, if it has one, and wait until it answers."""
    if outfit.service is not None and outfit.port is not None:
        machine.spawn(outfit.service)
        machine.connect(outfit.port, _SERVES_WITHIN).close()


class _Worker:
    """One process of the pool: its holder, the agents, and the contracts by name."""

    def __init__(self, asked: Asked, family: str) -> None:
        self.holder = open_holder()
        self.contracts = {one.name: one for one in contracts(family)}
        self.agents: dict[str, Agent] = {}
        self.missing: dict[str, str] = {}
        for name in (asked.real, asked.standin):
            try:
                self.agents[name] = agent_called(name, None, self.holder, asked.store)
            except NotInstalled as why:
                self.missing[name] = str(why)


_worker: _Worker


def _begin(asked: Asked, family: str) -> None:
    """What a process of the pool does first. Its holder ends with it."""
    global _worker
    _worker = _Worker(asked, family)


def _look(asked: str, name: str) -> Look:
    if asked in _worker.missing:
        return Look(None, _worker.missing[asked])
    return look_at(_worker.agents[asked], _worker.holder, _worker.contracts[name].seen)
