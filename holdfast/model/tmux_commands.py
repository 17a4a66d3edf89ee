"""tmux's own command line as data: `tmux -L work new -ds api \\; attach` is two commands on socket "work".

Names, aliases and options are those of tmux 3.3a (`tmux list-commands`); like tmux, any unambiguous beginning of a
name will do."""

from collections.abc import Sequence
from dataclasses import dataclass

from holdfast.model.template import ANY_WORDS

_GLOBAL_WITH_VALUE = "cfLST"
_NAMES = """attach-session attach;bind-key bind;break-pane breakp;capture-pane
capturep;choose-buffer;choose-client;choose-tree; clear-history clearhist;clear-prompt-history
clearphist;clock-mode;command-prompt;confirm-before confirm;copy-mode; customize-mode;delete-buffer
deleteb;detach-client detach;display-menu menu;display-message display;display-popup popup; display-panes
displayp;find-window findw;has-session has;if-shell if;join-pane joinp;kill-pane killp;kill-server;kill-session;
kill-window killw;last-pane lastp;last-window last;link-window linkw;list-buffers lsb;list-clients lsc;list-commands
lscm; list-keys lsk;list-panes lsp;list-sessions ls;list-windows lsw;load-buffer loadb;lock-client lockc;lock-server
lock; lock-session locks;move-pane movep;move-window movew;new-session new;new-window neww;next-layout
nextl;next-window next; paste-buffer pasteb;pipe-pane pipep;previous-layout prevl;previous-window prev;refresh-client
refresh;rename-session rename; rename-window renamew;resize-pane resizep;resize-window resizew;respawn-pane
respawnp;respawn-window respawnw; rotate-window rotatew;run-shell run;save-buffer saveb;select-layout
selectl;select-pane selectp;select-window selectw; send-keys send;send-prefix;server-access;set-buffer
setb;set-environment setenv;set-hook;set-option set; set-window-option setw;show-buffer showb;show-environment
showenv;show-hooks;show-messages showmsgs;show-options show; show-prompt-history showphist;show-window-options
showw;source-file source;split-window splitw;start-server start; suspend-client suspendc;swap-pane swapp;swap-window
swapw;switch-client switchc;unbind-key unbind;unlink-window unlinkw; wait-for wait"""
_ENTRIES = [entry.split() for entry in _NAMES.replace("\n", " ").split(";")]
_CANONICAL = {entry[0] for entry in _ENTRIES}
_ALIASES = {entry[1]: entry[0] for entry in _ENTRIES if len(entry) == 2}
_WITH_VALUE = {
    "attach-session": "cft",
    "capture-pane": "bESt",
    "display-message": "cdFt",
    "has-session": "t",
    "kill-pane": "t",
    "kill-session": "t",
    "kill-window": "t",
    "new-session": "ceFfntxys",
    "new-window": "ceFnt",
    "rename-session": "t",
    "respawn-pane": "cet",
    "respawn-window": "cet",
    "send-keys": "Nt",
    "split-window": "ceFlpt",
    "switch-client": "cTt",
}
_IDS = "%@$"


@dataclass(frozen=True)
class TmuxCommand:
    """One command: its full name, its options with their values (None: a flag), and the words after them."""

    name: str
    options: tuple[tuple[str, str | None], ...]
    words: tuple[str, ...]

    def value(self, option: str) -> str | None:
        """The value of `option` (a letter), the last where it is given twice."""
        return next((value for name, value in reversed(self.options) if name == option), None)

    def has(self, option: str) -> bool:
        return any(name == option for name, _ in self.options)

    @property
    def session(self) -> str | None:
        """The session that it names, without a leading `=` and without window and pane; None where it names none or
        names it by an id (`$1`, `@2`, `%3`)."""
        named = self.value("s") if self.name == "new-session" else None
        target = named or self.value("t")
        if target is None or target[:1] in _IDS:
            return None
        return target.removeprefix("=").partition(":")[0] or None


@dataclass(frozen=True)
class TmuxLine:
    """A whole call of tmux: the socket that its global options give (-L name or -S path), and its commands."""

    socket: str | None
    commands: tuple[TmuxCommand, ...]


def parse(arguments: Sequence[str]) -> TmuxLine:
    """tmux's command line without the program's name. Words of a template are accepted.

    No command means new-session; `-V` means none at all."""
    given, rest = _options(_GLOBAL_WITH_VALUE, arguments)
    socket = next((value for name, value in reversed(given) if name in "LS"), None)
    if any(name == "V" for name, _ in given):
        return TmuxLine(socket, ())
    commands = tuple(_command(words) for words in _split(rest) if words)
    return TmuxLine(socket, commands or (TmuxCommand("new-session", (), ()),))


def full_name(name: str) -> str:
    """The command that `name` stands for; `name` itself where tmux would call it unknown or ambiguous."""
    if name in _CANONICAL:
        return name
    if name in _ALIASES:
        return _ALIASES[name]
    found = [known for known in _CANONICAL if name and known.startswith(name)]
    return found[0] if len(found) == 1 else name


def _split(words: Sequence[str]) -> list[list[str]]:
    """tmux ends a command at a word that is, or ends with, a semicolon which no backslash precedes."""
    commands: list[list[str]] = [[]]
    for word in words:
        if word.endswith(";") and not word.endswith("\\;"):
            if len(word) > 1:
                commands[-1].append(word[:-1])
            commands.append([])
        else:
            commands[-1].append(word)
    return commands


def _command(words: list[str]) -> TmuxCommand:
    name = full_name(words[0])
    options, rest = _options(_WITH_VALUE.get(name, ""), words[1:])
    return TmuxCommand(name, tuple(options), tuple(rest))


def _options(with_value: str, words: Sequence[str]) -> tuple[list[tuple[str, str | None]], Sequence[str]]:
    """Options as getopt reads them, up to the first other word. `*…` may be options too, and is passed over."""
    options: list[tuple[str, str | None]] = []
    place = 0
    while place < len(words):
        word = words[place]
        if word == "--":
            return options, words[place + 1 :]
        if word == ANY_WORDS and any(later.startswith("-") for later in words[place + 1 :]):
            place += 1
            continue
        if not word.startswith("-") or word == "-":
            break
        place += 1
        for index, letter in enumerate(word[1:], start=1):
            if letter not in with_value:
                options.append((letter, None))
                continue
            value: str | None = word[index + 1 :]
            if not value and place < len(words):
                value = words[place]
                place += 1
            options.append((letter, value))
            break
    return options, words[place:]
