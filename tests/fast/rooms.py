"""The state of the little world of histories written for tests: processes, tmux servers, panes, agents, transcripts."""

import hashlib
from dataclasses import dataclass, field

from holdfast.model.seen import LiveAgent, Observation, Pane, Process, ProcessId, Transcript, Turn

SOCKET = "/tmp/tmux-1000/default"


@dataclass
class Agent:
    """A live agent of the play: `words` are those that it knows."""

    id: ProcessId
    session: str
    words: list[str]
    pane: str | None


@dataclass
class Room:
    """What there is now. `blind` are the witnesses that fail; `leads` says which conversation a role leads to."""

    boot: str = "boot-1"
    ticks: int = 100
    processes: dict[int, Process] = field(default_factory=dict)
    servers: list[ProcessId] = field(default_factory=list)
    panes: list[Pane] = field(default_factory=list)
    agents: list[Agent] = field(default_factory=list)
    files: dict[str, Transcript] = field(default_factory=dict)
    leads: dict[str, str] = field(default_factory=dict)
    blind: set[str] = field(default_factory=set)

    def process(
        self, argv: tuple[str, ...], parent: int, cgroup: str = "/", born: int | None = None, pid: int = 0
    ) -> ProcessId:
        self.ticks += 10
        id = ProcessId(pid or self.ticks, self.ticks)
        self.processes[id.pid] = Process(id, parent, argv, cgroup, born)
        return id

    def end(self, *ids: ProcessId) -> None:
        """The processes die, and with them everything below."""
        for id in ids:
            self.end(*[p.id for p in list(self.processes.values()) if p.parent == id.pid])
            self.processes.pop(id.pid, None)
        self.servers = [s for s in self.servers if s.pid in self.processes]
        self.panes = [p for p in self.panes if p.pid in self.processes]
        self.agents = [a for a in self.agents if a.id.pid in self.processes]

    def server(
        self, argv: tuple[str, ...] = ("tmux", "new-session"), cgroup: str = "/", born: int | None = None
    ) -> ProcessId:
        id = self.process(argv, 1, cgroup, born)
        self.servers.append(id)
        return id

    def agent(self, session: str, name: str, server: ProcessId | None = None, words: tuple[str, ...] = ()) -> Agent:
        """An agent of `session` in a new pane of tmux session `name`, on the newest server unless told otherwise."""
        host = server or self.servers[-1]
        shell = self.process(("bash",), host.pid, self.processes[host.pid].cgroup, self.processes[host.pid].cgroup_born)
        pane = Pane(host, SOCKET, name, f"%{self.ticks}", shell.pid)
        self.panes.append(pane)
        above = self.processes[shell.pid]
        id = self.process(("claude", "--resume", session), shell.pid, above.cgroup, above.cgroup_born)
        self.agents.append(Agent(id, session, list(words), pane.pane))
        return self.agents[-1]

    def holder(self, role: str) -> Agent:
        """The live agent of the role's own conversation."""
        return next(a for a in self.agents if a.session == own(role))

    def server_of(self, role: str) -> ProcessId:
        """The tmux server that the role's agent lives in."""
        return next(p.server for p in self.panes if p.pane == self.holder(role).pane)

    def write(self, session: str, *words: str | None, path: str | None = None) -> None:
        """Turns are appended to a conversation's transcript."""
        place = path or f"/home/dev/.claude/projects/-home-dev/{session}.jsonl"
        old = self.files.get(place)
        turns = (old.turns if old else ()) + tuple(
            Turn(f"{session}-{(len(old.turns) if old else 0) + n}", w) for n, w in enumerate(words)
        )
        self.files[place] = transcript(place, session, turns)

    def saved(self, session: str) -> tuple[str, ...]:
        """The words on the disk of a conversation."""
        found = [t for t in self.files.values() if t.session == session]
        return tuple(turn.word for turn in found[0].turns if turn.word is not None) if found else ()

    @property
    def seen(self) -> Observation:
        """What the witnesses see."""
        agents = tuple(LiveAgent(a.id, a.session, "/home/dev", a.pane) for a in self.agents)
        blind = self.blind
        return Observation(
            self.boot,
            processes=None if "processes" in blind else tuple(self.processes.values()),
            panes=None if "panes" in blind else tuple(self.panes),
            servers=None if "servers" in blind else tuple(self.servers),
            transcripts=None if "transcripts" in blind else tuple(self.files.values()),
            agents=None if "agents" in blind else agents,
            failures=tuple(f"the witness of {name} failed" for name in sorted(blind)),
        )


def own(role: str) -> str:
    """The session id of a role's conversation."""
    return f"{role}-0000-4000-8000-000000000000"


def transcript(path: str, session: str, turns: tuple[Turn, ...]) -> Transcript:
    told = "|".join(f"{t.uuid}:{t.word}" for t in turns)
    return Transcript(path, session, turns, 100 * len(turns), 1, 1, hashlib.sha256(told.encode()).hexdigest(), 7)
