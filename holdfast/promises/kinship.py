"""Who is whose in an observation: agent, pane and tmux server of a conversation, by parent pids."""

from dataclasses import dataclass

from holdfast.history.events import Observed
from holdfast.model.seen import LiveAgent, Pane, Process, ProcessId, Transcript
from holdfast.promises.finding import Unproven
from holdfast.promises.placed import Placed, missing

Look = Placed[Observed]


@dataclass(frozen=True)
class Standing:
    """A live agent and what it lives in. `chain` is the agent and the processes above it, up to its tmux server if it
    has one. `server` and `pane` are None where it runs outside tmux, `pane` also where panes could not be observed."""

    agent: ProcessId
    chain: tuple[ProcessId, ...]
    server: ProcessId | None
    pane: Pane | None


def agents(look: Look) -> tuple[LiveAgent, ...]:
    """The live agents, each process once."""
    seen = look.event.seen.agents
    if seen is None:
        raise missing("agents", look)
    return tuple({agent.id: agent for agent in seen}.values())


def processes(look: Look) -> tuple[Process, ...]:
    seen = look.event.seen.processes
    if seen is None:
        raise missing("processes", look)
    return seen


def running(look: Look) -> frozenset[ProcessId]:
    return frozenset(p.id for p in processes(look))


def servers(look: Look) -> tuple[ProcessId, ...]:
    seen = look.event.seen.servers
    if seen is None:
        raise missing("tmux servers", look)
    return seen


def panes(look: Look) -> tuple[Pane, ...]:
    seen = look.event.seen.panes
    if seen is None:
        raise missing("panes", look)
    return seen


def transcripts(look: Look) -> tuple[Transcript, ...]:
    seen = look.event.seen.transcripts
    if seen is None:
        raise missing("transcripts", look)
    return seen


def transcript(look: Look, session: str, path: str | None = None) -> Transcript | None:
    """The file of a conversation: the one at `path` where that is known, because a file of the same name in another
    folder is a copy."""
    found = [t for t in transcripts(look) if t.session == session and path in (None, t.path)]
    return found[0] if found else None


def chain(look: Look, agent: ProcessId) -> tuple[ProcessId, ...]:
    """`agent` and the processes above it, up to and with the first tmux server, or to the top where there is none."""
    by_pid = {p.id.pid: p for p in processes(look)}
    ends = {s.pid for s in servers(look)}
    found: list[ProcessId] = [agent]
    above = by_pid.get(agent.pid)
    while above is not None and above.id.pid not in ends:
        above = by_pid.get(above.parent)
        if above is None or above.id in found:
            break
        found.append(above.id)
    return tuple(found)


def standing(look: Look, session: str) -> Standing | None:
    """The live agent of a conversation, the oldest where there are several; None where none lives."""
    alive = sorted((a for a in agents(look) if a.session == session), key=lambda a: (a.id.start, a.id.pid))
    if not alive:
        return None
    up = chain(look, alive[0].id)
    server = up[-1] if up[-1] in servers(look) else None
    return Standing(alive[0].id, up, server, _pane(look, up, server, alive[0].pane))


def _pane(look: Look, up: tuple[ProcessId, ...], server: ProcessId | None, told: str | None) -> Pane | None:
    """The pane whose first process is above the agent; failing that, the one that the agent names. None too where panes
    could not be observed: they tell who answers for a session, not whether it lives."""
    mine = [pane for pane in look.event.seen.panes or () if pane.server == server]
    pids = {process.pid for process in up}
    found = [pane for pane in mine if pane.pid in pids] or [pane for pane in mine if told and pane.pane == told]
    return found[0] if found else None


def homes(look: Look, sessions: frozenset[str]) -> frozenset[ProcessId]:
    """The tmux servers that hold a live agent of one of `sessions`."""
    found: set[ProcessId] = set()
    for agent in agents(look):
        if agent.session in sessions:
            found.update(set(chain(look, agent.id)) & set(servers(look)))
    return frozenset(found)


def alive(look: Look, session: str) -> bool:
    return any(a.session == session for a in agents(look))


def process_of(look: Look, process: ProcessId) -> Process:
    """The process as `look` saw it, for its cgroup."""
    for seen in processes(look):
        if seen.id == process:
            return seen
    raise Unproven(f"{process} is not among the processes observed {look.event.moment!r}")
