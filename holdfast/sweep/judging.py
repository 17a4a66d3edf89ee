"""What a command template does: whether it is a launch, attach, stop, save or restore, and with which settings."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from holdfast.model.shell import simple_commands
from holdfast.model.site import SiteKind
from holdfast.model.template import ANY_WORDS, UNKNOWN
from holdfast.model.tmux_commands import TmuxCommand, full_name, parse
from holdfast.model.wrapper import layers, program, shell_text, unwrap

AGENTS = frozenset(("claude",))
_STARTS = frozenset(("new-session", "new-window", "split-window", "respawn-pane", "respawn-window", "start-server"))
_ATTACHES = frozenset(("attach-session", "switch-client"))
_KILLS = frozenset(("kill-session", "kill-server", "kill-window", "kill-pane"))
_SAVES = frozenset(("capture-pane", "list-panes", "list-windows", "list-sessions", "show-environment"))
_HOLD_A_PLACE = frozenset(("cat", "sleep", "tail"))
"""What is run so that a session or a pane is there, and never becomes an agent."""
_KILLERS = frozenset(("kill", "pkill", "killall"))
_SAVE = re.compile(r"(?:^|[^a-z])save(?:[^a-z]|$)")
_RESTORE = re.compile(r"(?:^|[^a-z])restore")
_NEWEST = frozenset(("--continue", "-c"))
_STORED = frozenset(("--resume", "-r"))


@dataclass(frozen=True)
class Verdict:
    """What a command is. `action` is its part in the site's identity; `settings` are no part of it."""

    kind: SiteKind
    tool: str
    action: str
    settings: tuple[tuple[str, str], ...]


def judge(argv: tuple[str, ...], around: str, named: str) -> Verdict | None:
    """What the template `argv` does, None where it is no launch, or does not decide what it does.

    `around` is the text of the function that it stands in, `named` that function's and file's names: a launch beside
    `--resume` resumes, one in a place named restore restores.
    """
    for layer in layers(argv):
        found = _plain(layer, named)
        if found is None:
            continue
        kind, tool, action, settings = found
        if kind is SiteKind.START:
            kind = _launch_kind(settings, around, named)
        return Verdict(kind, tool, action, (*_wrapping(argv), *settings))
    return None


def judge_text(text: str, around: str, named: str) -> tuple[tuple[tuple[str, ...], Verdict], ...]:
    """Each simple command of a shell `text` that is a launch, with what it is."""
    judged = ((command, judge(command, around, named)) for command in simple_commands(text))
    return tuple((command, verdict) for command, verdict in judged if verdict is not None)


def undecided(argv: tuple[str, ...]) -> bool:
    """Whether `argv` leaves open what runs: the program, or tmux's command."""
    inner = unwrap(argv).argv
    name = program(inner)
    if shell_text(inner) is not None:
        return UNKNOWN in (shell_text(inner) or "")
    if name == "tmux":
        return any(UNKNOWN in command.name for command in parse(inner[1:]).commands) or inner[1:2] == (ANY_WORDS,)
    return UNKNOWN in name


_Found = tuple[SiteKind, str, str, tuple[tuple[str, str], ...]]


def _plain(argv: tuple[str, ...], named: str) -> _Found | None:
    name = program(argv)
    if name in AGENTS:
        return SiteKind.START, name, name, (("id", _id([argv]) or "none"),)
    if name in _KILLERS:
        asks = argv[1:2] in (("-0",), ("-l",), ("-L",)) or argv[1:3] == ("-s", "0")
        return None if asks or len(argv) == 1 else (SiteKind.KILL, name, name, ())
    if name == "tmux" or (UNKNOWN in name and _speaks_tmux(argv[1:])):
        return _tmux(argv[1:], named)
    return None


def _speaks_tmux(words: tuple[str, ...]) -> bool:
    """A program that isn't named in place but is told `new-session` is tmux."""
    commands = parse(words).commands if words else ()
    return (
        bool(commands)
        and commands[0].name in words
        and commands[0].name in _STARTS | _ATTACHES | _KILLS | {"send-keys"}
    )


def _tmux(words: tuple[str, ...], named: str) -> _Found | None:
    if words[:1] == (ANY_WORDS,) and not any(full_name(word) in _STARTS | _ATTACHES | _KILLS for word in words):
        return None
    line = parse(words)
    for commands, kind in ((_STARTS, SiteKind.START), (_KILLS, SiteKind.KILL), (_ATTACHES, SiteKind.ATTACH)):
        for command in line.commands:
            if command.name in commands and program(command.words) not in _HOLD_A_PLACE:
                return kind, "tmux", command.name, (*_socket(line.socket), *_settings(command))
    for command in line.commands:
        if command.name == "send-keys" and (typed := _typed(command)):
            return (
                SiteKind.START,
                "tmux",
                "send-keys",
                (*_socket(line.socket), *_target(command), ("id", _id(typed) or "none")),
            )
        if command.name in _SAVES and _SAVE.search(named.lower()):
            return SiteKind.SAVE, "tmux", command.name, _socket(line.socket)
    return None


def _typed(command: TmuxCommand) -> list[tuple[str, ...]]:
    commands = [layer for simple in simple_commands(" ".join(command.words)) for layer in layers(simple)]
    return [words for words in commands if program(words) in AGENTS]


def _socket(socket: str | None) -> tuple[tuple[str, str], ...]:
    return () if socket is None else (("socket", socket),)


def _settings(command: TmuxCommand) -> tuple[tuple[str, str], ...]:
    found: list[tuple[str, str]] = []
    if command.name in ("new-session", "new-window", "split-window"):
        found.append(("detached", "yes" if command.has("d") else "no"))
    found.extend(_target(command))
    inner = command.words if len(command.words) != 1 else ()
    texts = simple_commands(command.words[0]) if len(command.words) == 1 else (inner,)
    id = _id([layer for text in texts for layer in layers(text)])
    return (*found, ("id", id)) if id else tuple(found)


def _target(command: TmuxCommand) -> tuple[tuple[str, str], ...]:
    target = command.value("t")
    if target is None or command.name == "new-session":
        return ()
    if target.startswith("="):
        return (("target", "exact"),)
    return (("target", "id" if target[:1] in ("%", "@", "$") else "prefix"),)


def _id(commands: Iterable[tuple[str, ...]]) -> str | None:
    """How the agent is told which conversation is meant; None where no agent is named."""
    for words in commands:
        if program(words) not in AGENTS:
            continue
        options = {word.partition("=")[0] for word in words[1:]}
        return "stored" if options & _STORED else "newest" if options & _NEWEST else "none"
    return None


def _launch_kind(settings: tuple[tuple[str, str], ...], around: str, named: str) -> SiteKind:
    if _RESTORE.search(named.lower()):
        return SiteKind.RESTORE
    resumes = ("id", "stored") in settings or ("id", "newest") in settings
    return SiteKind.RESUME if resumes or "--resume" in around or "--continue" in around else SiteKind.START


def _wrapping(argv: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    found: list[tuple[str, str]] = []
    for layer in layers(argv):
        name = program(layer)
        if name == "systemd-run":
            scoped = "--scope" in unwrap(layer).wrappers[0] if unwrap(layer).wrappers else False
            found.append(("scope", "systemd-run --scope") if scoped else ("service", "systemd-run"))
        elif name in ("setsid", "nohup"):
            found.append(("wrapper", name))
    return tuple(dict.fromkeys(found))
