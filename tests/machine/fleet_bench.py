"""The reference launcher in a machine of its own, with two roles that have something to lose, pressed step by step."""

import ctypes
import json
import os
import shutil
import sqlite3
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from holdfast.agents import Agent
from holdfast.machines import Holder
from holdfast.machines.machine import HeldMachine
from holdfast.machines.protocol import HOME, Bind, Blueprint, Disk
from holdfast.operations.person import Person
from holdfast.witnesses import processes
from tests.machine.asking import BOUND, shell
from tests.standins import standin

REFERENCE = Path(__file__).resolve().parents[2] / "fixtures" / "launchers" / "reference"
STEPPING = Path(__file__).with_name("stepping.py")
CLICKING = Path(__file__).with_name("clicking.py")
KEPT = (".fleet", ".claude", "work", "fleet", "agents")
"""What of a home is put back before each press."""
TASK = "mend the parser"
"""What the agent tells with the press `tell`."""
PRESSES = {
    "start": "{step} bin/fleet start api",
    "resume": "{step} bin/fleet resume api",
    "restore": "{step} bin/fleet restore",
    "click": "{step} python3 /opt/clicking.py",
    "stop": "bin/fleet resume api >/dev/null; {step} bin/fleet stop api",
    "forget": "{step} bin/fleet forget api",
    "menu": "tmux new-session -d; export TMUX=/tmp/tmux-$(id -u)/default,0,0; {step} bin/menu '' api resume",
    "save": "{step} bin/fleet save",
    "layout": "bin/fleet resume api >/dev/null; tmux -S ~/.fleet/tmux setenv -t =api: A b; {step} bin/fleet layout api",
    "tell": "{step} hooks/tell <step.json",
    "dispatch": f"{{step}} bin/fleet dispatch api '{TASK}'",
    "first dispatch": f"{{step}} bin/fleet dispatch ops '{TASK}'",
}


@dataclass(frozen=True)
class Bench:
    """A machine in which fleet has the roles api and web; `before` is its home as it was when the power went off."""

    machine: HeldMachine
    agent: Agent
    before: Path

    def again(self, name: str) -> None:
        """The machine, on, with its home as the press `name` is to find it: for a start without a role."""
        self.machine.off()
        home = self.machine.home
        for part in KEPT:
            shutil.rmtree(home / part, ignore_errors=True)
            if name != "start" or part == "fleet":
                shutil.copytree(self.before / part, home / part, symlinks=True)
        descriptor = os.open(home, os.O_RDONLY)
        ctypes.CDLL(None).syncfs(descriptor)
        os.close(descriptor)
        self.machine.boot()

    def line(self, name: str, step: int, how: str = "kill") -> str:
        """The shell's words for a press, something happening after its step."""
        step_by_step = f"exec python3 /opt/stepping.py {step} {how}"
        return f"export FLEET=$HOME/fleet FLEET_ROLE=api; cd fleet; {PRESSES[name].replace('{step}', step_by_step)}"

    def press(self, name: str, step: int) -> list[str]:
        """Its steps, to the one after which it was killed."""
        return [text for text in shell(self.machine, self.line(name, step)).splitlines() if text[:1].isdigit()]

    def roles(self) -> dict[str, tuple[str, int]]:
        """Session and generation of each role, as the registry has them."""
        with tempfile.TemporaryDirectory() as folder:  # SQLite can't follow /proc/<pid>/root, where a disk's home is
            for file in (self.machine.home / ".fleet").glob("registry.db*"):
                shutil.copy(file, folder)
            registry = sqlite3.connect(f"{folder}/registry.db")
            rows = registry.execute("SELECT role, session, generation FROM roles").fetchall()
            registry.close()
        return {role: (session, generation) for role, session, generation in rows}

    def kept(self, name: str, known: dict[str, tuple[str, int]], where: str) -> None:
        """After the press `name` was cut short and api started: no role that was known is lost, nor has it another
        conversation. One that was being forgotten may have begun anew, as its next generation."""
        now = self.roles()
        if name == "forget" and now["api"] != known["api"]:
            known = {**known, "api": (now["api"][0], known["api"][1] + 1)}
        assert {role: now[role] for role in known} == known, where
        if name not in ("start", "forget"):
            assert self.task() in ("remember wapi", TASK), where

    def task(self) -> str:
        """What api's state file says that it is at."""
        return str(json.loads((self.machine.home / "work" / "api" / ".agent-session.json").read_text())["task"])

    def live(self) -> list[str]:
        """The conversations of all live agents."""
        seen, _ = processes.read(self.machine.root)
        return sorted(agent.session for agent in self.agent.live(self.machine.home, seen))


def talk(machine: HeldMachine, agent: Agent, role: str) -> None:
    """Say something, so that there is a conversation to lose."""
    until, said = time.monotonic() + BOUND, agent.remember(f"w{role}")
    with Person(machine, ("bin/attach", role), f"{HOME}/fleet") as person:
        person.wait("the prompt", lambda shown: agent.ready(shown) or None, until)
        person.type(said)
        person.wait("the line to be shown", lambda shown: said in shown or None, until)
        person.type("\r")
        person.wait("a noted word", agent.noted, until)


def equipped(
    agent: Agent, home: Path, kind: str = "namespace", binds: tuple[Bind, ...] = (), disk: Disk | None = None
) -> Blueprint:
    """A machine with that home, in which the agent runs."""
    outfit = agent.outfit(home)
    tools = (Bind(STEPPING, "/opt/stepping.py"), Bind(CLICKING, "/opt/clicking.py"))
    beside = (Bind(host, f"/opt/holdfast/bin/{Path(inside).name}") for host, inside in outfit.binds)
    program = Bind(outfit.program, "/opt/holdfast/bin/claude")
    return Blueprint(kind, home, binds=(program, *beside, *tools, *binds), disk=disk)


def placed(holder: Holder, home: Path, *binds: Bind, disk: Disk | None = None) -> HeldMachine:
    """A machine, on, with fleet in its home and a stand-in for the agent."""
    shutil.copytree(REFERENCE, home / "fleet", ignore=shutil.ignore_patterns("__pycache__", ".holdfast"))
    machine = holder.machine(equipped(standin(), home, binds=binds, disk=disk))
    machine.boot()
    return machine


@contextmanager
def bench(holder: Holder, folder: Path, disk: Disk | None = None) -> Iterator[Bench]:
    """The machine, its home in `folder` or on the disk."""
    agent = standin()
    home = disk.home if disk else folder / "home"
    machine = placed(holder, home, disk=disk)
    (home / "agents").mkdir()
    for role in ("api", "web"):
        assert "started" in shell(machine, f"cd fleet && bin/fleet start {role}")
        talk(machine, agent, role)
    found = Bench(machine, agent, folder / "before")
    told = {"hook_event_name": "UserPromptSubmit", "session_id": found.roles()["api"][0], "prompt": TASK}
    (home / "fleet" / "step.json").write_text(json.dumps(told))
    machine.off()
    for part in KEPT:
        ignored = shutil.ignore_patterns("tmux") if part == ".fleet" else None  # its socket
        shutil.copytree(home / part, found.before / part, symlinks=True, ignore=ignored)
    yield found
    machine.close()
