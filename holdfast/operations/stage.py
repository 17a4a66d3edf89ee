"""Where operations happen: one machine with a launcher in it, what is known of its roles, and the history being
written."""

import time
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from holdfast.agents.protocol import Agent, Outfit
from holdfast.config.launcher import Launcher
from holdfast.config.placeholders import fill
from holdfast.history.events import Equipped, Faulted, Launched, Observed
from holdfast.history.record import Recorder
from holdfast.machines.protocol import HOME, Machine
from holdfast.model.path import Press
from holdfast.model.role import refusal
from holdfast.model.seen import LiveAgent, Observation, ProcessId, Transcript
from holdfast.model.site import Site
from holdfast.operations.attribution import Attributor
from holdfast.operations.bounds import Bounds
from holdfast.operations.person import Person
from holdfast.witnesses import processes, tmux
from holdfast.witnesses.changes import Changes
from holdfast.witnesses.trace import Reader, TraceError

T = TypeVar("T")


class CannotGoOn(Exception):
    """The cell can't come to its end; what it should have shown is unproven. The message says what, where, why, what
    next."""


@dataclass(frozen=True)
class Setting:
    """What does not change within a cell: how its sessions are born and pressed, by whose launcher, with which
    agent, and how long it waits."""

    birth: Press
    press: Press | None
    launcher: Launcher
    agent: Agent
    sites: tuple[Site, ...]
    bounds: Bounds


@dataclass
class Role:
    """What is known of a role: `words` said to its conversation and acknowledged, its `session`, whether it is `held`
    by a task, the `folder` where its agent runs, the `decoy`, another conversation that was held there, and whether a
    press was to bring it back (`pressed`) or to end it (`stopped`). `dispatch` is the press by which it is spoken to
    where its session runs only while it answers, None for one that a person attaches to; `hidden` its conversation's
    file while that is out of sight; `equipped` the working set that a person built up in its session."""

    name: str
    words: list[str] = field(default_factory=list)
    session: str | None = None
    held: bool = False
    folder: str = ""
    decoy: str | None = None
    pressed: bool = False
    stopped: bool = False
    dispatch: Press | None = None
    hidden: Path | None = None
    equipped: Equipped | None = None


@dataclass(frozen=True)
class Backup:
    """A file that recovery trusted, as it was before it was spoiled: by which declared `path`, and where the machine
    has it (`inside`)."""

    path: str
    inside: str
    content: bytes
    mtime_ns: int
    mode: int


class Stage:
    """Operations read and change it; a scenario sees it only through its world."""

    def __init__(self, setting: Setting, outfit: Outfit, machine: Machine, recorder: Recorder) -> None:
        self.setting = setting
        self.outfit = outfit
        self.machine = machine
        self.recorder = recorder
        self.roles: dict[str, Role] = {}
        self.service_runs = False
        self.service_pid = 0
        self.bystander = False
        self.spoiled: tuple[Backup, ...] = ()
        self.alarmed = False
        self.saved_by_role: dict[str, set[str]] = {}
        self.booted_at = recorder.now()
        self._trace = self._new_trace()
        self._attributor = Attributor(setting.sites, self.folder)

    @property
    def folder(self) -> str:
        """Where the launcher's commands run: the copy of its source, inside the machine."""
        return f"{HOME}/{self.setting.launcher.name}"

    def role(self, name: str) -> Role:
        """The opened role of that name."""
        if (why := refusal(name)) is not None:
            raise CannotGoOn(why)
        try:
            return self.roles[name]
        except KeyError:
            known = ", ".join(self.roles) or "none"
            raise CannotGoOn(f"role {name!r} was never opened; opened: {known}. Call world.open first") from None

    def attach(self, role: str) -> Person:
        """A person who attaches to the role's session as the launcher's owner says."""
        return Person(self.machine, fill(self.setting.launcher.attach, role), self.folder)

    def look(self, texts: bool = False) -> Observation:
        """What the passive witnesses see now. A witness that fails leaves None and its reason."""
        root, home, agent = self.machine.root, self.machine.home, self.setting.agent
        failures: list[str] = []

        def ask(witness: Callable[[], T]) -> T | None:
            try:
                return witness()
            except (OSError, ValueError, tmux.TmuxSilent) as error:
                failures.append(str(error))
                return None

        seen = ask(lambda: processes.read(root))
        listed, servers = seen if seen is not None else (None, None)
        panes = ask(lambda: tmux.panes(root, servers, texts)) if servers is not None else None
        transcripts = ask(lambda: agent.transcripts(home))
        agents = ask(lambda: agent.live(home, listed)) if listed is not None else None
        return Observation(self.machine.boot_id, listed, panes, servers, transcripts, agents, failures=tuple(failures))

    def observe(self, moment: str, texts: bool = False) -> Observation:
        """Look, and write down what was seen."""
        seen = self.look(texts)
        self.recorder.append(Observed(self.recorder.now(), moment, seen))
        return seen

    def note_fault(
        self, name: str, bit: bool, proof: str, lost: tuple[str, ...] = (), victims: tuple[ProcessId, ...] = ()
    ) -> None:
        """Write down that something was made to go wrong, and look at what came of it."""
        self.recorder.append(Faulted(self.recorder.now(), name, lost, victims, bit, proof))
        self.observe(f"after {name}")

    def note_launches(self) -> None:
        """Write down every launch that was traced since the last time."""
        try:
            launches = self._trace.new()
        except TraceError as error:
            raise CannotGoOn(f"the launches can't be known, so nothing can be charged: {error}") from error
        for traced in launches:
            self.recorder.append(Launched(self.recorder.now(), self._attributor.attribute(traced)))

    def begin_boot(self) -> None:
        """The machine was booted: a new trace, no service, no task."""
        self._trace = self._new_trace()
        self.service_runs = False
        for role in self.roles.values():
            role.held = False

    def _new_trace(self) -> Reader:
        return Reader(self.machine.run, agents=(self.setting.launcher.agent,))

    def agent_of(self, role: str, seen: Observation) -> LiveAgent:
        """The live process that holds the role's conversation."""
        session = self.role(role).session
        found = [agent for agent in seen.agents or () if agent.session == session]
        if len(found) != 1:
            raise CannotGoOn(
                f"role {role!r}: {len(found)} live agents hold its conversation {session}, where one was to be found. "
                f"Live: {', '.join(f'{a.id} {a.session}' for a in seen.agents or ()) or 'none'}"
            )
        return found[0]

    def transcript(self, session: str | None) -> Transcript:
        """The conversation's file."""
        for transcript in self.setting.agent.transcripts(self.machine.home):
            if transcript.session == session:
                return transcript
        raise CannotGoOn(f"conversation {session} has no transcript on disk, where one was to be found")

    def environment(self, role: str) -> Mapping[str, str]:
        """With what the agent finds the role's conversation where it lies."""
        transcript = Path(self.transcript(self.role(role).session).path)
        return self.setting.agent.environment(self.machine.home, HOME, transcript)

    def changes(self) -> AbstractContextManager[Changes]:
        """Wakes when a launch is traced, an agent registers or leaves, or a socket comes or goes."""
        root = self.machine.root
        folders = [self.machine.run / "trace", root / "tmp", *root.glob("tmp/tmux-*")]
        return Changes([*folders, *self.setting.agent.watched(self.machine.home)])

    def wait(self, what: str, look: Callable[[], T | None], within: float) -> T:
        """What `look` finds, looked for again at each change in the machine, for at most `within` seconds."""
        until = time.monotonic() + within
        with self.changes() as changes:
            while (found := look()) is None:
                if time.monotonic() >= until:
                    raise CannotGoOn(f"waited {within:.1f} s for {what}; it did not come. {self._last_seen()}")
                changes.wait_or_look(until)
        return found

    def _last_seen(self) -> str:
        seen = self.look()
        live = ", ".join(f"{a.id} {a.session}" for a in seen.agents or ()) or "no agent"
        panes = ", ".join(f"{p.session}{p.pane}" for p in seen.panes or ()) or "no pane"
        return f"Last saw: {live}; {panes}"


def ancestors(seen: Observation, pid: int) -> tuple[ProcessId, ...]:
    """The processes above `pid`, nearest first."""
    by_pid = {p.id.pid: p for p in seen.processes or ()}
    found: list[ProcessId] = []
    process = by_pid.get(pid)
    while process is not None and (process := by_pid.get(process.parent)) is not None:
        found.append(process.id)
    return tuple(found)
