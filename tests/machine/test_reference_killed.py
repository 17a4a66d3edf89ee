"""The reference launcher is killed after each of its steps that others can see, on every way in: no role is lost, no
saved step, no conversation, and no lock is left that would hold up the next press.

Each press is made once to count its steps, then once for each step, in a machine whose home is as it was before.
"""

import json
import shutil
import sqlite3
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from holdfast.agents import Agent
from holdfast.machines import Holder
from holdfast.machines.machine import HeldMachine
from holdfast.machines.protocol import HOME, Bind, Blueprint
from holdfast.operations.person import Person
from holdfast.witnesses import processes
from tests.machine.asking import BOUND, output, shell
from tests.standins import standin

REFERENCE = Path(__file__).resolve().parents[2] / "fixtures" / "launchers" / "reference"
STEPPING = Path(__file__).with_name("stepping.py")
PRESSES = {
    "start": "bin/fleet start api",
    "resume": "bin/fleet resume api",
    "restore": "bin/fleet restore",
    "stop": "bin/fleet resume api >/dev/null; exec {step} bin/fleet stop api",
    "save": "bin/fleet save",
    "layout": "bin/fleet resume api >/dev/null; tmux -S ~/.fleet/tmux setenv -t =api: A b; {step} bin/fleet layout api",
    "a step of the agent": "exec {step} hooks/tell <step.json",
}


@dataclass(frozen=True)
class Bench:
    """A machine in which fleet has the roles api and web; `before` is its home as it was when the power went off."""

    machine: HeldMachine
    agent: Agent
    before: Path

    def again(self, empty: bool) -> None:
        """The machine, on, with its home as it was; `empty` without a role."""
        self.machine.off()
        home = self.machine.home
        shutil.rmtree(home)
        shutil.copytree(self.before, home, symlinks=True)
        if empty:
            for name in (".fleet", ".claude", "work"):
                shutil.rmtree(home / name)
        self.machine.boot()

    def press(self, name: str, step: int) -> list[str]:
        """Its steps, to the one after which it was killed."""
        stepping = f"python3 /opt/stepping.py {step} kill"
        line = PRESSES[name]
        line = line.replace("{step}", stepping) if "{step}" in line else f"exec {stepping} {line}"
        said = shell(self.machine, f"export FLEET=$HOME/fleet FLEET_ROLE=api; cd fleet; {line}")
        return [text for text in said.splitlines() if text[:1].isdigit()]

    def roles(self) -> dict[str, tuple[str, int]]:
        """Session and generation of each role, as the registry has them."""
        with sqlite3.connect(self.machine.home / ".fleet" / "registry.db") as registry:
            rows = registry.execute("SELECT role, session, generation FROM roles").fetchall()
        registry.close()
        return {role: (session, generation) for role, session, generation in rows}

    def live(self) -> list[str]:
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


@pytest.fixture(scope="module")
def bench(holder: Holder, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    agent, folder = standin(), tmp_path_factory.mktemp("killed")
    home = folder / "home"
    shutil.copytree(REFERENCE, home / "fleet", ignore=shutil.ignore_patterns("__pycache__", ".holdfast"))
    outfit = agent.outfit(home)
    binds = (Bind(outfit.program, "/opt/holdfast/bin/claude"), Bind(STEPPING, "/opt/stepping.py"))
    machine = holder.machine(Blueprint("namespace", home, binds=(*binds, *(Bind(*bind) for bind in outfit.binds))))
    machine.boot()
    for role in ("api", "web"):
        assert "started" in shell(machine, f"cd fleet && bin/fleet start {role}")
        talk(machine, agent, role)
    found = Bench(machine, agent, folder / "before")
    told = {"hook_event_name": "UserPromptSubmit", "session_id": found.roles()["api"][0], "prompt": "mend the parser"}
    (home / "fleet" / "step.json").write_text(json.dumps(told))
    machine.off()
    shutil.copytree(home, found.before, symlinks=True, ignore=shutil.ignore_patterns("tmux"))  # its socket
    yield found
    machine.close()


@pytest.mark.parametrize("name", PRESSES)
def test_a_kill_after_any_step_loses_nothing(bench: Bench, name: str) -> None:
    bench.again(empty=name == "start")
    steps = bench.press(name, 0)
    assert len(steps) > 1
    for step in range(1, len(steps) + 1):
        bench.again(empty=name == "start")
        known = {} if name == "start" else bench.roles()
        made = bench.press(name, step)
        where = f"{name}, killed after step {made[-1] if made else step}"
        back = output(bench.machine, "sh", "-c", "cd fleet && bin/fleet start api && bin/fleet status")
        assert "saved" in back, f"{where}: {back}"
        roles = bench.roles()
        assert {role: roles[role] for role in known} == known, where
        assert roles["api"][0] in bench.live(), where
        assert len(bench.live()) == len(set(bench.live())), f"{where}: two agents in one conversation"
        if name != "start":
            state = json.loads((bench.machine.home / "work" / "api" / ".agent-session.json").read_text())
            assert state["task"] in ("remember wapi", "mend the parser"), where
