"""Histories written for tests: a little world that is played event by event.

A test says what happens (a press that restarts a unit, an agent that comes back with another id); the play writes
down what the witnesses would have seen. By itself it behaves as a sound launcher's world does.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from holdfast.history.events import (
    Asked,
    Booted,
    Closed,
    Event,
    Failed,
    Faulted,
    Held,
    Launched,
    Observed,
    Outcome,
    Planned,
    Planted,
    Pressed,
)
from holdfast.history.record import History
from holdfast.model.cell import CellKey, Obligation
from holdfast.model.launch import Launch, LaunchVerb
from holdfast.model.path import Action, PressKind
from holdfast.model.proof import digest
from holdfast.model.seen import ProcessId
from holdfast.promises import judge
from tests.fast.rooms import Agent, Room, own

ALL = ("survives", "continues", "mapped", "single", "loud", "prompt", "clean")
KEY = CellKey("resume_click", "cli", "dashboard", "systemd", "claude-standin")
UNIT = "/system.slice/worker@api.service"


@dataclass
class Play(Room):
    """What is written down is in `events`; everything else is the state of the world at this moment."""

    roles: tuple[str, ...] = ("api", "web")
    promises: tuple[str, ...] = ALL
    key: CellKey = KEY
    events: list[Event] = field(default_factory=list)
    clock: float = 0.0

    def __post_init__(self) -> None:
        self.events.append(Planned(0.0, self.key, self.roles, self.promises))
        self.events.append(Booted(0.1, self.boot))
        self.process(("init",), 0, pid=1)

    def tick(self, seconds: float = 0.1) -> float:
        self.clock += seconds
        return self.clock

    def launch(
        self, verb: LaunchVerb, *argv: str, site: str | None = None, session: str | None = None,
        process: ProcessId | None = None, targets: tuple[int, ...] = (), pane: str | None = None,
    ) -> None:  # fmt: skip
        """A traced launch is written down."""
        order = sum(isinstance(e, Launched) for e in self.events)
        if process is None:
            self.ticks += 10
            process = ProcessId(self.ticks, self.ticks)
        launch = Launch(order, verb, argv[0], argv, process, (), "/", site, session=session, targets=targets, pane=pane)
        self.events.append(Launched(self.tick(0.001), launch))

    def new_session(self, role: str, site: str | None, *command: str) -> tuple[str, ...]:
        argv = ("tmux", "new-session", "-d", "-s", role, *command)
        self.launch(LaunchVerb.START, *argv, site=site, session=role)
        return argv

    def kill_session(self, target: str, site: str | None) -> None:
        name = target.removeprefix("=")
        self.launch(LaunchVerb.KILL, "tmux", "kill-session", "-t", target, site=site, session=name)

    def born(
        self, role: str, path: str = "cli", site: str | None = "s-start", cgroup: str = "/", inode: int | None = None
    ) -> None:
        """The role is started by a birth press; the first one makes the server."""
        began = self.clock
        self.events.append(
            Pressed(self.tick(), began, path, Action.STARTS, PressKind.RUN, role, Outcome.DONE, 0, False, "")
        )
        argv = self.new_session(role, site, "claude")
        if not self.servers:
            self.server(argv, cgroup, inode)
        agent = self.agent(own(role), role)
        self.launch(LaunchVerb.SERVE, "claude", process=agent.id, pane=agent.pane)
        self.leads[role] = own(role)

    def greet(self, role: str, word: str | None = None) -> None:
        """A word is planted and the role proves its conversation: the steady state."""
        agent = next(a for a in self.agents if a.session == self.leads[role])
        word = word or f"{role}-{len(self.events)}"
        agent.words.append(word)
        self.write(agent.session, word)
        self.events.append(Planted(self.tick(), role, word, agent.session))
        self.ask(role, final=False)

    def open(self, **sites: str | None) -> "Play":
        """All roles are born and greeted; `sites` names the call site of a role's launch."""
        for role in self.roles:
            self.born(role, site=sites.get(role, "s-start"))
        for role in self.roles:
            self.greet(role)
        return self

    def hold(self, role: str) -> ProcessId:
        child = self.process(("sleep", "inf"), self.holder(role).id.pid)
        self.events.append(Held(self.tick(), role, child))
        return child

    def look(self, moment: str) -> None:
        """The witnesses look."""
        self.events.append(Observed(self.tick(0.001), moment, self.seen))

    @contextmanager
    def press(
        self, role: str | None = "api", path: str = "dashboard", action: Action = Action.RESUMES,
        outcome: Outcome = Outcome.DONE, refused: bool = False, looks: bool = True,
        kind: PressKind = PressKind.HTTP,
    ) -> Iterator[None]:  # fmt: skip
        """A press, with a look before and after; what happens in the block happens between them."""
        if looks:
            self.look(f"before press {path}")
        began, code = self.clock, (500 if refused else 200)
        place = len(self.events)
        yield
        pressed = Pressed(self.tick(), began, path, action, kind, role, outcome, code, refused, "it said so")
        self.events.insert(place, pressed)
        if looks:
            self.look(f"after press {path}")

    @contextmanager
    def fault(self, name: str, *lost: str, victims: tuple[ProcessId, ...] = (), bit: bool = True) -> Iterator[None]:
        self.look(f"before fault {name}")
        yield
        self.events.append(Faulted(self.tick(), name, lost, victims, bit, "proof"))
        self.look(f"after fault {name}")

    def kill_server(self, *lost: str) -> None:
        """A fault: the tmux server is killed, and all roles with it."""
        server = self.servers[-1]
        with self.fault("SIGKILL of the tmux server", *(lost or self.roles), victims=(server,)):
            self.end(server)

    def reboot(self) -> None:
        """A fault: everything dies."""
        self.look("before the reboot")
        lost = tuple(role for role in self.roles if any(a.session == own(role) for a in self.agents))
        self.end(ProcessId(1, 110))
        self.boot += "+"
        self.process(("init",), 0, pid=1)
        self.events.append(Booted(self.tick(), self.boot))
        self.events.append(Faulted(self.tick(), "reboot", lost, (), True, "new boot id"))
        self.look("after the reboot")

    def comes_back(
        self, role: str, site: str | None = "s-resume", session: str | None = None, words: tuple[str, ...] | None = None
    ) -> Agent:
        """The role is launched again: with its own conversation as the disk has it, or with another."""
        session = session or own(role)
        argv = self.new_session(role, site, f"claude --resume {session}")
        if not self.servers:
            self.server(argv)
        agent = self.agent(session, role, words=self.saved(session) if words is None else words)
        self.launch(LaunchVerb.SERVE, "claude", "--resume", session, process=agent.id, pane=agent.pane)
        self.leads[role] = session
        return agent

    def ask(
        self,
        role: str,
        final: bool = True,
        code: int | None = None,
        why: str = "",
        screen: str = "",
        seconds: float = 0.1,
    ) -> None:
        """A person attaches to where the role leads, and asks; without a live agent there is no answer."""
        challenge = str(len(self.events) * 7919)
        began = self.clock
        found = [a for a in self.agents if a.session == self.leads.get(role)]
        at = self.tick(seconds)
        if not found:
            self.events.append(Asked(at, began, role, challenge, None, None, screen, why, final, code))
            return
        self.write(found[0].session, None)
        proof = digest(found[0].words, challenge)
        self.events.append(Asked(at, began, role, challenge, found[0].session, proof, screen, why, final, code))

    def answers(self, role: str, session: str | None, proof: str | None, why: str = "") -> None:
        """A final answer that no agent of the play gave."""
        self.events.append(
            Asked(self.tick(), self.clock, role, str(len(self.events) * 7919), session, proof, "", why, True)
        )

    def challenge(self) -> str:
        """The challenge that the next asking will have."""
        return str(len(self.events) * 7919)

    def close(self, *, ask: bool = True) -> History:
        """The last asking, the look at the end, the end."""
        if ask:
            self.look("before the last asking")
            for role in self.roles:
                self.ask(role)
        self.look("end")
        self.events.append(Closed(self.tick()))
        return self.history

    def fail(self, why: str) -> History:
        self.events.append(Failed(self.tick(), why))
        return self.history

    @property
    def history(self) -> History:
        return History(tuple(self.events))


def with_bystander() -> Play:
    """Two roles that promise to be clean, and two bystanders: a tmux server and an agent of nobody's."""
    play = Play(promises=("clean",)).open()
    play.write("bystander", "mine")
    play.agent("bystander", "private", play.server())
    return play


def found(history: History, role: str, promise: str) -> Obligation | None:
    """The obligation of `role` and `promise`, None where it does not apply."""
    return next((o for o in judge(history) if (o.role, o.promise) == (role, promise)), None)


def must(history: History, role: str, promise: str) -> Obligation:
    """The same, which there must be."""
    obligation = found(history, role, promise)
    assert obligation is not None, f"{promise} does not apply to {role}: {judge(history)}"
    return obligation
