"""Looks at every contract on the real program and on its stand-in, each time in a machine of its own."""

import os
import re
import signal
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

from holdfast.agents import Agent, AgentError, nearest, newest
from holdfast.conform.comparison import Look, Row
from holdfast.conform.contract import DISK, Contract, ContractError, Need
from holdfast.conform.subject import Subject
from holdfast.conform.terminal import NotSeen
from holdfast.extensions import discover
from holdfast.machines import Holder, open_holder, state
from holdfast.machines.protocol import AGENTS, PATH, Blueprint, Disk, MachineError
from holdfast.operations.power import serve_model
from holdfast.run import lifeline, tree
from holdfast.run.agents import agent_called, chosen
from holdfast.run.installing import LATEST, NotInstalled
from holdfast.run.outfitting import binds

_VERSION = re.compile(r"\d+(\.\d+)+")


@dataclass(frozen=True)
class Asked:
    """What is to be compared: the agents of the kind `family`, the `real` one and its `standin` as --agent takes them.
    `beside` is the folder of a holdfast.toml with agents and contracts of its own, `store` where programs are kept."""

    family: str
    real: str
    standin: str
    beside: Path | None
    store: Path


def contracts(agent: str, only: Sequence[str] = (), beside: Path | None = None) -> tuple[Contract, ...]:
    """The contracts of the agents of that kind, by subject and as they stand there; `only` those of these names or
    subjects."""
    found = [
        value
        for module in discover("contracts", beside)
        for value in vars(module).values()
        if isinstance(value, Contract) and value.agent == agent
    ]
    if not found:
        raise ContractError(f"no contract is declared for the agent {agent!r}: there is nothing to compare")
    if doubles := [name for name, count in Counter(one.name for one in found).items() if count > 1]:
        raise ContractError(f"two contracts are called {doubles[0]}: results are told apart by these names. Rename one")
    for name in only:
        if not any(name in (one.name, one.subject) for one in found):
            subjects = ", ".join(dict.fromkeys(one.subject for one in found))
            raise ContractError(f"{agent} has no contract, and no subject of contracts, called {name!r}: {subjects}")
    return tuple(one for one in found if not only or one.name in only or one.subject in only)


def conform(
    kind: str, only: Sequence[str], beside: Path | None, store: Path, workers: int | None = None
) -> tuple[Row, ...]:
    """Every contract of the agent KIND or KIND@VERSION, looked at on it and on its stand-in. A real one that can't be
    had is compared as the version that was asked for, or as the newest known one."""
    profile, version = chosen(kind, beside)
    family = profile.kind.removesuffix("-standin")
    wanted = contracts(family, only, beside)
    known = chosen(f"{family}-standin", beside)[0].versions
    real = f"{family}@{version}" if version else family
    with open_holder() as holder:
        exactly = _version(real, beside, holder, store)
    if exactly is None:
        exactly = profile.versions[0] if version is None else newest(known) if version == LATEST else version
    wanted = tuple(one for one in wanted if one.applies(exactly))
    if not wanted:
        raise ContractError(f"{real} is {exactly}, older than all that is looked at: {', '.join(only)}")
    like = nearest(exactly, known)
    asked = Asked(family, real, f"{family}-standin@{like}", beside, store)
    count = min(workers or (os.cpu_count() or 1) + 1, len(wanted))
    with ProcessPoolExecutor(count, get_context("spawn"), _begin, (asked, os.getpid())) as pool:
        with _uninterrupted():
            looks = [[pool.submit(_look, name, one.name) for one in wanted] for name in (asked.real, asked.standin)]
        return tuple(
            Row(one, exactly, like, seen.result(), stood.result())
            for one, seen, stood in zip(wanted, *looks, strict=True)
        )


@contextmanager
def _uninterrupted() -> Iterator[None]:
    """What is started here never hears Ctrl-C: a signal mask outlives exec (sigprocmask(2)). The command line answers
    it, in one line, and the workers end with it."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _version(asked: str, beside: Path | None, holder: Holder, store: Path) -> str | None:
    """What the real program says that it is; None if it can't be had."""
    try:
        agent = agent_called(asked, beside, holder, store)
    except NotInstalled:
        return None
    said = look_at(agent, holder, lambda subject: str(subject.run("--version")))
    if said.seen is None or (found := _VERSION.search(said.seen)) is None:
        raise AgentError(f"{agent.program} does not say which version it is: {said.seen or said.why}")
    return found[0]


def look_at(agent: Agent, holder: Holder, look: Callable[[Subject], str], needs: Need | None = None) -> Look:
    """Look at the agent in a new machine that has what the look needs. What can't be seen is no observation: it is said
    why."""
    if needs is not None and (why := needs.lacking()) is not None:
        return Look(None, why)
    began = time.monotonic()
    try:
        with _home(holder, needs) as (home, disk):
            return Look(_seen(agent, holder, look, home, disk), seconds=time.monotonic() - began)
    except (NotSeen, MachineError) as why:
        return Look(None, str(why), time.monotonic() - began)


@contextmanager
def _home(holder: Holder, needs: Need | None) -> Iterator[tuple[Path, Disk | None]]:
    """A home for one machine, and the disk that it is on, if one is needed; both go at the end."""
    if needs is DISK:
        disk = holder.disk()
        try:
            yield disk.home, disk
        finally:
            holder.discard(disk)
        return
    home = tree.fresh(holder.folder, "conform")
    try:
        yield home, None
    finally:
        state.remove(home)


def _seen(agent: Agent, holder: Holder, look: Callable[[Subject], str], home: Path, disk: Disk | None) -> str:
    command = agent.kind.removesuffix("-standin")
    outfit = agent.outfit(home)
    placed = binds(outfit, f"{AGENTS}/{command}", holder.folder)
    environment = {**outfit.environment, "PATH": f"{AGENTS}:{PATH}"}
    machine = holder.machine(Blueprint("namespace", home, binds=placed, environment=environment, disk=disk))

    def power_on() -> None:
        machine.boot()
        serve_model(machine, outfit)

    try:
        power_on()
        subject = Subject(machine, agent, command, power_on)
        if disk is not None:
            subject.disk.sync()  # what is there before the look is not to be lost
        return look(subject)
    finally:
        machine.close()


class _Worker:
    """One process of the pool: its holder, the agents, and the contracts by name."""

    def __init__(self, asked: Asked) -> None:
        self.holder = open_holder()
        self.contracts = {one.name: one for one in contracts(asked.family, beside=asked.beside)}
        self.agents: dict[str, Agent] = {}
        self.missing: dict[str, str] = {}
        for name in (asked.real, asked.standin):
            try:
                self.agents[name] = agent_called(name, asked.beside, self.holder, asked.store)
            except NotInstalled as why:
                self.missing[name] = str(why)


_worker: _Worker


def _begin(asked: Asked, run: int) -> None:
    """What a process of the pool does first. It ends with the process `run`, and its holder with it."""
    global _worker
    lifeline.end_with(run)
    _worker = _Worker(asked)


def _look(asked: str, name: str) -> Look:
    if asked in _worker.missing:
        return Look(None, _worker.missing[asked])
    contract = _worker.contracts[name]
    return look_at(_worker.agents[asked], _worker.holder, contract.seen, contract.needs)
