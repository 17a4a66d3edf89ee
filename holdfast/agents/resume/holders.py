"""Which process has a conversation: an agent's live registry, <config>/sessions/<pid>.json, joined with what runs."""

import json
import os
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from holdfast.agents.resume.facts import Gap, Holder, Place, Trace
from holdfast.agents.resume.running import Running
from holdfast.model.seen import ProcessId

_LONGEST = 1 << 20


@dataclass(frozen=True)
class _Entry:
    path: str
    pid: int
    start: int | None
    session: str
    cwd: str
    when: float


def holders(
    place: Place, session: str, processes: tuple[Running, ...], missed: list[Gap]
) -> tuple[tuple[Holder, ...], tuple[Trace, ...]]:
    """The processes that hold `session` by the registry of this config dir, and the entries that a process left behind
    which has ended, or that has gone on to another session. What couldn't be read is added to `missed`."""
    held: list[Holder] = []
    left: list[Trace] = []
    for entry in _entries(Path(place.config, "sessions"), session, missed):
        process = _process(entry, processes)
        words = () if process is None else process.argv
        if entry.session == session and process is not None:
            held.append(Holder(ProcessId(process.pid, process.start), entry.path, entry.cwd))
        elif entry.session == session:
            what = f"the entry of pid {entry.pid} in the live registry, which has ended"
            left.append(Trace(what, entry.path, place, entry.when))
        elif process is not None and named_by(words, session):
            what = f"pid {process.pid} was started with it and has gone on to session {entry.session}"
            left.append(Trace(what, entry.path, place, entry.when))
    return tuple(held), tuple(left)


def by_argv(session: str, processes: tuple[Running, ...], known: frozenset[int]) -> tuple[Holder, ...]:
    """The agents that were started with `session` and that no registry tells of: older versions have none. `known` are
    the pids that one does tell of."""
    return tuple(
        Holder(ProcessId(one.pid, one.start), f"/proc/{one.pid}/cmdline", "")
        for one in processes
        if one.agent and one.pid not in known and named_by(one.argv, session)
    )


def registered(places: tuple[Place, ...], processes: tuple[Running, ...]) -> frozenset[int]:
    """The pids of the processes that a registry tells of, whatever they hold."""
    entries = [entry for place in places for entry in _entries(Path(place.config, "sessions"), "", [])]
    return frozenset(found.pid for entry in entries if (found := _process(entry, processes)) is not None)


def named_by(argv: tuple[str, ...], session: str) -> bool:
    """Whether the command line goes on with that session or begins it; a fork leaves it alone."""
    if "--fork-session" in argv and f"--session-id={session}" not in argv:
        return False
    pairs = [*pairwise(argv), *(word.partition("=")[::2] for word in argv)]
    return any(flag in ("-r", "--resume", "--session-id") and value == session for flag, value in pairs)


def _process(entry: _Entry, processes: tuple[Running, ...]) -> Running | None:
    """By pid and start time; an entry of an old version, which has no start time, by the pid of an agent."""
    for one in processes:
        if entry.pid in one.pids and (entry.start == one.start or (entry.start is None and one.agent)):
            return one
    return None


def _entries(folder: Path, session: str, missed: list[Gap]) -> list[_Entry]:
    try:
        with os.scandir(folder) as listed:
            paths = sorted(Path(entry.path) for entry in listed if entry.name.endswith(".json"))
    except FileNotFoundError:
        return []
    except OSError as error:
        missed.append(Gap(str(folder), error.strerror or str(error)))
        return []
    return [entry for path in paths if (entry := _read(path, session, missed)) is not None]


def _read(path: Path, session: str, missed: list[Gap]) -> _Entry | None:
    """None for an entry that goes meanwhile or is broken; it is missed if it may be the session's."""
    try:
        with path.open("rb") as file:
            text, written = file.read(_LONGEST).decode(errors="replace"), os.fstat(file.fileno()).st_mtime
    except FileNotFoundError:
        return None
    except OSError as error:
        missed.append(Gap(str(path), error.strerror or str(error)))
        return None
    try:
        # Written in place: for a moment old text can stand behind the new.
        told, _ = json.JSONDecoder().raw_decode(text)
        start = told.get("procStart")
        whose = str(told["sessionId"]), str(told.get("cwd", ""))
        return _Entry(str(path), int(told["pid"]), None if start is None else int(start), *whose, written)
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError):
        if session and session in text:
            missed.append(Gap(str(path), "it names the session, but is no registry entry"))
        return None
