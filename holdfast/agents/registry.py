"""Claude Code's registry of live agents: <home>/.claude/sessions/<pid>.json, and so in its other config dirs, joined
with the processes that do run.

An entry counts only for the process of its pid AND its start time: a SIGKILL leaves the file behind, and after a reboot
the pid is another's. The agent writes it in place, so that for a moment old text can stand behind the new: only the
first JSON value counts.
"""

import json
from dataclasses import dataclass
from pathlib import Path

from holdfast.agents import running
from holdfast.agents.configs import configs
from holdfast.agents.protocol import Unreadable
from holdfast.model.seen import LiveAgent, Process, ProcessId

PROGRAM = "claude"


@dataclass(frozen=True)
class _Entry:
    process: ProcessId
    session: str
    cwd: str


def live(home: Path, processes: tuple[Process, ...]) -> tuple[LiveAgent, ...]:
    """The agents among `processes`, by pid; those that are in no registry are known by argv."""
    return running.joined(
        processes,
        {each.process: (each.session, each.cwd) for config in configs(home) for each in _entries(config)},
        PROGRAM,
    )


def watched(home: Path) -> tuple[Path, ...]:
    """The registry's folder, or the nearest that exists above it, of each config dir."""
    return tuple(running.nearest(config / "sessions") for config in configs(home))


def _entries(config: Path) -> list[_Entry]:
    folder = config / "sessions"
    try:
        paths = [path for path in folder.iterdir() if path.suffix == ".json"]
    except FileNotFoundError:
        return []
    except OSError as error:
        raise Unreadable(f"the agents' registry {folder} can't be read: {error}") from error
    return [entry for path in paths if (entry := _read(path)) is not None]


def _read(path: Path) -> _Entry | None:
    """None for a file that goes while it is read, or in which nothing stands: not yet, or the NULs of a power cut."""
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return None
    except OSError as error:
        raise Unreadable(f"{path}, an agent's registry entry, can't be read: {error}") from error
    if not text.strip("\0\n "):
        return None
    try:
        entry, _ = json.JSONDecoder().raw_decode(text)
        return _Entry(ProcessId(int(entry["pid"]), int(entry["procStart"])), str(entry["sessionId"]), str(entry["cwd"]))
    except (ValueError, KeyError, TypeError) as error:
        raise Unreadable(f"{path} is no registry entry of an agent: {text[:80]!r} ({error!r})") from error
