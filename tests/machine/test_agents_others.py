"""opencode and gemini-cli, asked without a terminal: a word is remembered, an answer is killed, and the session that is
resumed by its id still has the word.

Where HOLDFAST_OPENCODE or HOLDFAST_GEMINI lead to them.
"""

import os
import select
import shlex
import time
from pathlib import Path

import pytest

from holdfast.agents import Agent
from holdfast.machines.machine import HeldMachine
from holdfast.machines.protocol import Spawned
from holdfast.model.proof import digest
from holdfast.model.seen import Transcript
from holdfast.run.agents import at_hand
from holdfast.witnesses.changes import Changes
from tests.machine.asking import Maker, identity
from tests.machine.place import booted

PATIENCE = 60.0
"""Seconds: each start takes two of an idle machine."""
WORDS = {"opencode": ("opencode", "run"), "gemini": ("gemini", "-p")}


def agents() -> list[Agent]:
    here = [at_hand(kind) for kind in ("opencode", "gemini")]
    return [agent for agent in here if agent is not None]


def start(machine: HeldMachine, *argv: str) -> Spawned:
    return machine.spawn(("sh", "-c", f"exec {shlex.join(argv)} </dev/null 2>/dev/null"))


def said(machine: HeldMachine, *argv: str) -> str:
    """What it says until its end."""
    spawned, text = start(machine, *argv), b""
    while select.select([spawned.fd], [], [], PATIENCE)[0] and (read := os.read(spawned.fd, 65536)):
        text += read
    assert spawned.wait(PATIENCE) == 0, text.decode()
    spawned.close()
    return text.decode()


def killed(machine: HeldMachine, agent: Agent, turns: int, *argv: str) -> None:
    """Killed as soon as its prompt, the `turns`-th, is on disk; its answer never ends."""
    until = time.monotonic() + PATIENCE
    with Changes([Path(only(agent, machine).path).parent]) as changes:
        spawned = start(machine, *argv)
        while len(only(agent, machine).turns) < turns:
            assert changes.wait(until), f"{argv} wrote down no prompt within {PATIENCE} s"
    machine.kill(identity(machine, spawned.pid))
    spawned.close()


def only(agent: Agent, machine: HeldMachine) -> Transcript:
    (found,) = agent.transcripts(machine.home)
    return found


@pytest.mark.parametrize("agent", agents(), ids=lambda agent: str(agent.kind))
def test_a_session_that_was_killed_at_its_answer_is_resumed_by_its_id(
    agent: Agent, tmp_path: Path, make: Maker
) -> None:
    machine = booted(agent, agent.kind, tmp_path, make).machine
    assert agent.noted(said(machine, *WORDS[agent.kind], "remember alpha")) is not None
    session = only(agent, machine).session
    killed(machine, agent, 2, agent.kind, *agent.resumed(session, "pause"))
    proof = agent.proof(said(machine, agent.kind, *agent.resumed(session, "prove 7")))
    assert proof is not None
    assert proof[1] == digest(["alpha"], "7")
    assert proof[0] in (session, "nobody")
    found = only(agent, machine)
    assert (found.session, [turn.word for turn in found.turns]) == (session, ["alpha", None, None])
