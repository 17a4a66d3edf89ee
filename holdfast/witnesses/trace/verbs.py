"""What a traced command does, by its argv."""

from collections.abc import Collection
from dataclasses import dataclass

from holdfast.model.launch import LaunchVerb
from holdfast.model.shell import simple_commands
from holdfast.model.tmux_commands import TmuxCommand, parse
from holdfast.model.wrapper import layers, program

_STARTS = frozenset(
    ("new-session", "new-window", "split-window", "respawn-pane", "respawn-window", "start-server", "display-popup")
)
_ATTACHES = frozenset(("attach-session", "switch-client"))
_KILLS = frozenset(("kill-session", "kill-server", "kill-window", "kill-pane"))
_KILLERS = frozenset(("kill", "pkill", "killall"))
_UNIT_VERBS = frozenset(
    ("start", "stop", "restart", "try-restart", "reload-or-restart", "kill", "isolate", "enable", "disable", "reboot")
)
_LOUDEST = (LaunchVerb.START, LaunchVerb.KILL, LaunchVerb.ATTACH, LaunchVerb.OTHER)


@dataclass(frozen=True)
class Meaning:
    """`session` is the tmux session that the command names, without a leading `=`, if it names one."""

    verb: LaunchVerb
    session: str | None = None


def meaning(argv: tuple[str, ...], agents: Collection[str]) -> Meaning:
    """What `argv` (its first word the program's name) does; `agents` are the names that an agent is started by."""
    name = program(argv)
    if name in agents:
        return Meaning(LaunchVerb.SERVE)
    if name in _KILLERS:
        return Meaning(LaunchVerb.OTHER if _asks_only(argv) else LaunchVerb.SIGNAL)
    if name == "systemctl":
        verb = next((word for word in argv[1:] if not word.startswith("-")), "")
        return Meaning(LaunchVerb.UNIT if verb in _UNIT_VERBS else LaunchVerb.OTHER)
    if name != "tmux":
        return Meaning(LaunchVerb.OTHER)
    commands = parse(argv[1:]).commands
    meanings = [Meaning(_verb(command, agents), command.session) for command in commands]
    if not meanings:
        return Meaning(LaunchVerb.OTHER)
    loudest = min(meanings, key=lambda found: _LOUDEST.index(found.verb))
    if loudest.session is not None:
        return loudest
    return Meaning(loudest.verb, next((found.session for found in meanings if found.session), None))


def carried(argv: tuple[str, ...]) -> tuple[tuple[str, ...], ...]:
    """The commands that `argv` hands to another process to start: systemd-run to the manager, tmux to its server. Each
    is a template of words."""
    if program(argv) == "systemd-run":
        return tuple(layers(argv))[1:]
    if program(argv) != "tmux":
        return ()
    return tuple(inner for command in parse(argv[1:]).commands for inner in typed(command))


def typed(command: TmuxCommand) -> tuple[tuple[str, ...], ...]:
    """The commands that a tmux command makes a pane run: its words, or the text that send-keys types."""
    if command.name == "send-keys":
        texts = [word for word in command.words if word not in ("Enter", "C-m", "KPEnter")]
        joined = simple_commands(" ".join(texts)) + simple_commands("".join(texts))
        return tuple(inner for simple in joined for inner in layers(simple))
    if command.name not in _STARTS or not command.words:
        return ()
    if len(command.words) > 1:
        return tuple(layers(command.words))
    return tuple(inner for simple in simple_commands(command.words[0]) for inner in layers(simple))


def _verb(command: TmuxCommand, agents: Collection[str]) -> LaunchVerb:
    if command.name in _STARTS:
        return LaunchVerb.START
    if command.name in _KILLS:
        return LaunchVerb.KILL
    if command.name in _ATTACHES:
        return LaunchVerb.ATTACH
    if command.name == "send-keys" and any(program(inner) in agents for inner in typed(command)):
        return LaunchVerb.START
    return LaunchVerb.OTHER


def _asks_only(argv: tuple[str, ...]) -> bool:
    """A killer that sends nothing: `kill -0 PID`, `kill -l`."""
    return argv[1:2] in (("-0",), ("-l",), ("-L",), ("--list",), ("--table",)) or argv[1:3] in (
        ("-s", "0"),
        ("-n", "0"),
    )
