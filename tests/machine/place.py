"""A machine with an agent that is no Claude Code in it, and tmux to start it in."""

import secrets
from pathlib import Path

from holdfast.agents import Agent
from holdfast.machines.machine import HeldMachine
from holdfast.machines.protocol import Bind, Blueprint
from tests.machine.asking import BOUND, Maker, output
from tests.machine.test_agents_conform import Place


class OtherPlace(Place):
    """`command` is what a launcher calls the agent."""

    def __init__(self, agent: Agent, machine: HeldMachine, command: str) -> None:
        super().__init__(agent, machine)
        self.command = command

    def start(self, *argv: str) -> None:
        self.session = secrets.token_hex(4)
        new = ("tmux", "new-session", "-d", "-s", self.session, "-x", "200", "-y", "49")
        output(self.machine, *new, self.command, *argv)


def booted(agent: Agent, command: str, folder: Path, make: Maker) -> OtherPlace:
    """The machine, with the agent's model where it needs one."""
    home = folder / "home"
    home.mkdir()
    outfit = agent.outfit(home)
    binds = (Bind(outfit.program, f"/opt/holdfast/bin/{command}"), *(Bind(*bind) for bind in outfit.binds))
    machine = make(Blueprint("namespace", home, binds=binds, environment=outfit.environment))
    if outfit.service is not None and outfit.port is not None:
        machine.spawn(outfit.service)
        machine.connect(outfit.port, BOUND).close()
    return OtherPlace(agent, machine, command)
