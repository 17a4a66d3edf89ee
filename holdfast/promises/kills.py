"""Which traced command ended a session: tmux kills by target, signals by pid."""

import fnmatch
from collections.abc import Sequence

from holdfast.history.events import Launched
from holdfast.model.launch import Launch, LaunchVerb
from holdfast.model.seen import Pane, Process, ProcessId
from holdfast.model.tmux_commands import TmuxCommand, TmuxLine, parse
from holdfast.model.wrapper import program
from holdfast.promises.placed import Placed

_KILLS = frozenset({"kill-session", "kill-window", "kill-pane"})
_RESPAWNS = frozenset({"respawn-pane", "respawn-window"})
# `kill -0` only asks whether a process lives; the others are ignored by whoever doesn't handle them.
_HARMLESS = frozenset({"0", "CONT", "18", "WINCH", "28", "CHLD", "17", "URG", "23"})


def killer(
    launches: Sequence[Placed[Launched]],
    panes: Sequence[Pane],
    pane: Pane | None,
    lost: Sequence[Process],
    above: Sequence[ProcessId],
) -> Placed[Launched] | None:
    """The first of `launches` that ended a session: `pane` is where it lived, `panes` what else stood there before (a
    name is resolved as tmux does, and what was killed before no longer answers to it), `lost` the processes that are
    gone and `above` the agent and those above it."""
    names = {p.session for p in panes if pane is not None and p.server == pane.server}
    for placed in launches:
        launch = placed.event.launch
        if launch.verb is LaunchVerb.SIGNAL and _signals(launch, lost, above):
            return placed
        if pane is None or program(launch.argv) != "tmux":
            continue
        line = parse(launch.argv[1:])
        for command in line.commands if _same_socket(line, pane) else ():
            ended = _ends(command, names, pane)
            if pane.session in ended:
                return placed
            names -= ended
    return None


def _signals(launch: Launch, lost: Sequence[Process], above: Sequence[ProcessId]) -> bool:
    if _signal(launch) in _HARMLESS:
        return False
    gone = {process.id.pid for process in lost} | {process.pid for process in above}
    if launch.targets:
        return any(abs(target) in gone for target in launch.targets)
    patterns = [word for word in launch.argv[1:] if not word.startswith("-")]
    return any(pattern in " ".join(process.argv) for pattern in patterns for process in lost)


def _signal(launch: Launch) -> str:
    """The signal that a command line names, without SIG; TERM where it names none."""
    words = launch.argv[1:]
    for place, word in enumerate(words):
        if word in ("-s", "-n", "--signal") and place + 1 < len(words):
            return words[place + 1].removeprefix("SIG")
        name = word.removeprefix("-")
        if name != word and (name.isdigit() or name.isupper()):
            return name.removeprefix("SIG")
    return "TERM"


def _same_socket(line: TmuxLine, pane: Pane) -> bool:
    """Whether the command speaks to the pane's server, as far as it says so: without -L or -S it may be any."""
    return line.socket is None or line.socket in (pane.socket, pane.socket.rpartition("/")[2])


def _ends(command: TmuxCommand, names: set[str], pane: Pane) -> set[str]:
    """The sessions that a tmux command ends or empties, of those in `names`."""
    if command.name == "kill-server":
        return set(names)
    if command.name not in _KILLS and not (command.name in _RESPAWNS and command.has("k")):
        return set()
    target = _resolve(command.value("t"), names, pane)
    if command.name == "kill-session" and command.has("a"):
        return names - {target}
    return set() if target is None else {target}


def _resolve(written: str | None, names: set[str], pane: Pane) -> str | None:
    """The session that a target means, as tmux finds it: the exact name, else the only one that begins so (unless `=`
    asked for the exact one), else the only one that it matches as a pattern."""
    if written is None or written == pane.pane or written.startswith(("@", "$")):
        # Without a target the command means the session that it runs in; ids of sessions and windows aren't observed.
        return pane.session
    name = written.removeprefix("=").partition(":")[0]
    if name in names:
        return name
    if written.startswith("="):
        return None
    for fits in ([n for n in names if n.startswith(name)], [n for n in names if fnmatch.fnmatchcase(n, name)]):
        if len(fits) == 1:
            return fits[0]
    return None
