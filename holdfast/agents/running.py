"""Agents that keep no registry: known by what runs, their sessions by what they were told to resume."""

from collections.abc import Callable, Sequence
from pathlib import Path

from holdfast.model.seen import LiveAgent, Process


def live(
    processes: tuple[Process, ...], is_agent: Callable[[Process], bool], flags: Sequence[str]
) -> tuple[LiveAgent, ...]:
    """The agents among `processes`, by pid, without those that are children of another. The session is what stands
    behind one of `flags`, "" for an agent that was started without; the folder is always ""."""
    agents = {process.id.pid for process in processes if is_agent(process)}
    found = [process for process in processes if process.id.pid in agents and process.parent not in agents]
    found.sort(key=lambda process: process.id.pid)
    return tuple(LiveAgent(process.id, _behind(process.argv, flags), "") for process in found)


def nearest(folder: Path) -> Path:
    """The folder, or the nearest that exists above it."""
    while not folder.is_dir():
        folder = folder.parent
    return folder


def _behind(argv: tuple[str, ...], flags: Sequence[str]) -> str:
    for word, after in zip(argv, (*argv[1:], ""), strict=True):
        name, equals, value = word.partition("=")
        if name in flags:
            return value if equals else after
    return ""
