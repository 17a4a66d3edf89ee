"""The reference launcher with many roles: what it adds to an agent's own start, and how soon all are back after a
reboot."""

import shutil
import tempfile
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.cell import SOURCE
from benchmarks.figure import Figure, of
from holdfast.agents import Agent
from holdfast.agents.protocol import Outfit
from holdfast.machines import Holder, open_holder
from holdfast.machines.machine import HeldMachine
from holdfast.machines.protocol import HOME, Blueprint
from holdfast.operations.command import run
from holdfast.operations.person import Person
from holdfast.operations.power import serve_model
from holdfast.run.agents import agent_called
from holdfast.run.outfitting import binds
from holdfast.witnesses import processes

REGISTERED = (1, 50, 300)
"""Roles, of which one is resumed."""
RESTORED = 50
ADDED, BACK = 150.0, 10.0
"""At most: milliseconds that the launcher adds to a resume, seconds until every role is back."""
_BOUND = 120.0
_FOLDER = f"{HOME}/fleet"
_STORE = Path(".holdfast") / "agents"
_REGISTER = """
import sys
from fleet import registry
for pair in sys.argv[1:]:
    role, session = pair.split("=")
    registry.begin(registry.Record(role, "claude", f"@HOME@/work/{role}", "", session, 1, True, False, "{}", "{}"))
"""


def figures(times: int) -> list[Figure]:
    """Resumes and starts of the agent alone take turns; the figure is what is between neighbours."""
    found: list[Figure] = []
    with tempfile.TemporaryDirectory() as folder, open_holder() as holder:
        for roles in REGISTERED:
            with _fleet(holder, agent_called("claude-standin", None, holder, _STORE), roles, Path(folder)) as fleet:
                pairs = [(fleet.resumed(), fleet.alone()) for _ in range(times)]
                added = [1e3 * (ours - alone) for ours, alone in pairs]
                found.append(of(f"a resume among {roles} roles, without the agent", added, "ms", ADDED))
    return [*found, restored("claude-standin", RESTORED, min(times, 5))]


def restored(name: str, roles: int, times: int) -> Figure:
    """Seconds from a boot until the agents of that many roles are up."""
    with tempfile.TemporaryDirectory() as folder, open_holder() as holder:
        agent = agent_called(name, None, holder, _STORE)
        with _fleet(holder, agent, roles, Path(folder)) as fleet:
            return of(f"{name}: {roles} roles back after a boot", [fleet.restored() for _ in range(times)], "s", BACK)


class _Fleet:
    """`roles` are their sessions, by name."""

    def __init__(self, machine: HeldMachine, agent: Agent, outfit: Outfit, roles: dict[str, str]) -> None:
        self._machine = machine
        self._agent = agent
        self._outfit = outfit
        self._roles = roles

    def resumed(self) -> float:
        """From the press until a person who then attaches has the agent's prompt before them."""
        began = time.perf_counter()
        self._press("resume", "r0")
        return self._shown(("bin/attach", "r0"), _FOLDER, began)

    def alone(self) -> float:
        """The same without the launcher."""
        return self._shown(("claude", "--resume", self._roles["r0"]), f"{HOME}/work/r0", time.perf_counter())

    def restored(self) -> float:
        self._reboot()
        began = time.perf_counter()
        self._press("restore")
        took = time.perf_counter() - began
        assert self._live() == sorted(self._roles.values())
        return took

    def _shown(self, argv: tuple[str, ...], folder: str, began: float) -> float:
        """Until the prompt stands there; then all that runs is ended."""
        with Person(self._machine, argv, folder) as person:
            person.wait("the prompt", lambda shown: self._agent.ready(shown) or None, time.monotonic() + _BOUND)
            took = time.perf_counter() - began
        self._reboot()
        return took

    def _reboot(self) -> None:
        self._machine.off()
        self._machine.boot()
        serve_model(self._machine, self._outfit)

    def _press(self, *words: str) -> None:
        _ran(self._machine, ("bin/fleet", *words), _FOLDER)

    def _live(self) -> list[str]:
        seen, _ = processes.read(self._machine.root)
        return sorted(agent.session for agent in self._agent.live(self._machine.home, seen))


@contextmanager
def _fleet(holder: Holder, agent: Agent, roles: int, folder: Path) -> Iterator[_Fleet]:
    """fleet in a machine, with roles that each have a conversation."""
    home = folder / f"{agent.kind}-{roles}"
    shutil.copytree(SOURCE, home / "fleet", ignore=shutil.ignore_patterns("__pycache__", ".holdfast"))
    outfit = agent.outfit(home)
    placed = binds(outfit, "/opt/holdfast/bin/claude", holder.folder)
    machine = holder.machine(Blueprint("namespace", home, binds=placed, environment=outfit.environment))
    machine.boot()
    sessions = {f"r{number}": str(uuid.uuid4()) for number in range(roles)}
    serve_model(machine, outfit)
    for role in sessions:
        (home / "work" / role).mkdir(parents=True)
    _converse(machine, sessions)
    pairs = [f"{role}={session}" for role, session in sessions.items()]
    code = _REGISTER.replace("@HOME@", HOME)
    _ran(machine, ("python3", "-c", code, *pairs), _FOLDER)
    yield _Fleet(machine, agent, outfit, sessions)
    machine.close()


def _converse(machine: HeldMachine, sessions: dict[str, str]) -> None:
    """A conversation for each role: the first has one with its agent, the others a copy with their own names in it."""
    first = sessions["r0"]
    _ran(machine, ("claude", "-p", "--session-id", first, "remember a-word"), f"{HOME}/work/r0")
    (transcript,) = (machine.home / ".claude" / "projects").glob(f"*/{first}.jsonl")
    for role, session in sessions.items():
        if role != "r0":
            folder = Path(str(transcript.parent).removesuffix("-r0") + f"-{role}")
            folder.mkdir()
            text = transcript.read_text().replace(first, session).replace(f"{HOME}/work/r0", f"{HOME}/work/{role}")
            (folder / f"{session}.jsonl").write_text(text)


def _ran(machine: HeldMachine, argv: tuple[str, ...], folder: str) -> None:
    answer = run(machine, argv, folder, _BOUND)
    assert not answer.refused, answer.output
