"""Which traced launch made a server, a pane or a role's session: pure choices among launches in the order of their
record."""

import re
from collections.abc import Sequence
from pathlib import PurePosixPath

from holdfast.history.events import Launched
from holdfast.model.launch import Launch, LaunchVerb
from holdfast.model.seen import Pane, Process, ProcessId
from holdfast.promises.placed import Placed

Traced = Sequence[Placed[Launched]]

_TICK = 1
"""A server is forked from the client that starts it, so that it is never older; a shim may be a tick younger."""


def of_server(launches: Traced, server: Process) -> Placed[Launched] | None:
    """The launch that made a tmux server. tmux forks its server from its first client without an exec, so that both
    have the same argv: where several launches fit the time, that one made it. Else the latest that fits."""
    fits = [p for p in launches if p.event.launch.verb in (LaunchVerb.START, LaunchVerb.UNIT)]
    older = [p for p in fits if p.event.launch.process.start <= server.id.start]
    older = older or [p for p in fits if p.event.launch.process.start <= server.id.start + _TICK]
    same = [p for p in older if _bare(p.event.launch.argv) == _bare(server.argv)]
    return _last(same or older)


def of_pane(launches: Traced, pane: Pane | None, agent: ProcessId) -> Placed[Launched] | None:
    """The launch that made an agent's pane: the latest start that names its session; else the latest before the
    agent's own start; else that own start, where the agent runs without tmux."""
    starts = [p for p in launches if p.event.launch.verb is LaunchVerb.START]
    if pane is not None:
        named = [p for p in starts if p.event.launch.session == pane.session]
        if named:
            return named[-1]
    serves = [p for p in launches if p.event.launch.verb is LaunchVerb.SERVE and _serves(p.event.launch, pane, agent)]
    if not serves:
        return _last(starts) if pane is not None else None
    return _last([p for p in starts if p.index < serves[-1].index]) or serves[-1]


def touching(launches: Traced, role: str, session: str | None, conversation: str | None) -> Placed[Launched] | None:
    """The latest launch that touched a role: a start of its tmux session `session`, or one that names the role or its
    conversation; else what the agent was started from; else a unit's."""
    touched = [p for p in launches if _touches(p.event.launch, role, session, conversation)]
    starts = [p for p in touched if p.event.launch.verb is LaunchVerb.START]
    if starts:
        return starts[-1]
    serves = [p for p in touched if p.event.launch.verb is LaunchVerb.SERVE]
    if serves:
        return _parent(launches, serves[-1])
    return _last([p for p in touched if p.event.launch.verb is LaunchVerb.UNIT])


def _parent(launches: Traced, serve: Placed[Launched]) -> Placed[Launched]:
    """The start above an agent's own start, else, where the trace has no site for the latter, the latest start before
    it."""
    earlier = [p for p in launches if p.event.launch.verb is LaunchVerb.START and p.index < serve.index]
    above = [p for p in earlier if p.event.launch.process.pid in serve.event.launch.parents]
    return _last(above) or (_last(earlier) if serve.event.launch.site is None else None) or serve


def _serves(launch: Launch, pane: Pane | None, agent: ProcessId) -> bool:
    return launch.process == agent or (pane is not None and launch.pane is not None and launch.pane == pane.pane)


def _touches(launch: Launch, role: str, session: str | None, conversation: str | None) -> bool:
    if launch.session is not None and launch.session == session:
        return True
    word = re.compile(rf"(?<![A-Za-z0-9_-]){re.escape(role)}(?![A-Za-z0-9_-])")
    text = " ".join(launch.argv)
    return word.search(text) is not None or (conversation is not None and conversation in text)


def _bare(argv: Sequence[str]) -> tuple[str, ...]:
    """argv with the program's name alone: the shim starts the real program from another folder."""
    return (PurePosixPath(argv[0]).name, *argv[1:]) if argv else ()


def _last(found: Traced) -> Placed[Launched] | None:
    return found[-1] if found else None
