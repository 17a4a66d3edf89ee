"""Which agents run, and which session each has: by what holds it, and by argv where nothing does."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from holdfast.model.seen import LiveAgent, Process, ProcessId


def joined(
    processes: tuple[Process, ...], held: Mapping[ProcessId, tuple[str, str]], program: str
) -> tuple[LiveAgent, ...]:
    """The agents among `processes`, by pid, with the session and the folder that are `held` by them. One that runs by
    its argv and holds none is not lost: its session and its folder are "". But the child of another agent is left out
    then: between fork and exec it has the parent's argv."""
    agents = {process.id.pid for process in processes if process.id in held or runs(process.argv, program)}
    found = []
    for process in sorted(processes, key=lambda each: each.id.pid):
        if process.id in held:
            found.append(LiveAgent(process.id, *held[process.id]))
        elif process.id.pid in agents and process.parent not in agents:
            found.append(LiveAgent(process.id, "", ""))
    return tuple(found)


def runs(argv: tuple[str, ...], program: str) -> bool:
    """By argv: `program …`, or a script of that name that its interpreter has just started."""
    names = [Path(word).name for word in argv[:3]]
    return names[:1] == [program] or (bool(names) and names[0].startswith("python") and program in names[1:])


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
