"""Call sites in tmux's configuration: what a key, a hook, a menu or the server's start makes tmux do, by its own
commands or by a shell's."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from holdfast.model.shell import simple_commands
from holdfast.model.tmux_commands import full_name
from holdfast.sweep.draft import Draft
from holdfast.sweep.files import Source
from holdfast.sweep.judging import judge
from holdfast.sweep.tmux_words import Command, Word, commands, template

_WITH_VALUE = {
    "bind-key": "NT",
    "command-prompt": "IpTt",
    "confirm-before": "cpt",
    "detach-client": "Est",
    "display-menu": "bcHsStTxy",
    "display-popup": "bcdehsStTwxy",
    "if-shell": "t",
    "pipe-pane": "t",
    "run-shell": "cdt",
    "set-hook": "t",
    "set-option": "t",
    "set-window-option": "t",
}
_JOB = re.compile(r"#\(((?:[^()]|\([^()]*\))*)\)")
_DEPTH = 8


@dataclass(frozen=True)
class _Call:
    """What is run: tmux's words or a shell's, where that stands and under which key or hook."""

    argv: tuple[str, ...]
    command: Command
    symbol: str


def sites(source: Source) -> tuple[tuple[Draft, ...], int | None]:
    """The file's call sites, and the line on which something is opened that never closes, if there is one."""
    read, broken = commands(source.text)
    calls = [call for command in read for call in _calls(command, "main", 0)]
    lines = source.text.split("\n")
    drafts = (_draft(source, lines, call) for call in calls)
    return tuple(draft for draft in drafts if draft is not None), broken


def _calls(command: Command, symbol: str, depth: int) -> Iterator[_Call]:
    """What `command` runs in the end: itself, or what it is told to do later."""
    name = full_name(command.words[0].text)
    options, rest = _options(_WITH_VALUE.get(name, ""), command.words[1:])
    if depth > _DEPTH:
        return
    if name in ("bind-key", "set-hook"):
        what = f"{'bind' if name == 'bind-key' else 'hook'} {rest[0].text}" if rest else symbol
        yield from _told(command, rest[1:], what, depth)
    elif name == "if-shell":
        if "F" not in options:
            yield from _shell(command, rest[:1], symbol)
        for word in rest[1:3]:
            yield from _told(command, [word], symbol, depth)
    elif name == "run-shell" and "C" in options:
        yield from _told(command, rest, symbol, depth)
    elif name in ("run-shell", "pipe-pane", "display-popup"):
        yield from _shell(command, rest, symbol)
    elif name == "detach-client":
        yield from _shell(command, [word for letter, word in options.items() if letter == "E" and word], symbol)
    elif name == "display-menu":
        for word in _chosen(rest):
            yield from _told(command, [word], symbol, depth)
    elif name in ("confirm-before", "command-prompt"):
        yield from _told(command, rest[-1:], symbol, depth)
    elif name in ("set-option", "set-window-option"):
        for job in _JOB.findall(" ".join(word.text for word in rest[1:])):
            yield from _shell(command, [Word(job, command.line)], symbol)
    else:
        yield _Call(("tmux", *(template(word.text) for word in command.words)), command, symbol)


def _told(command: Command, words: Sequence[Word], symbol: str, depth: int) -> Iterator[_Call]:
    """tmux's commands as arguments of another: one text or block, or words up to each `;`."""
    if len(words) == 1:
        for inner in commands(words[0].text, words[0].line)[0]:
            yield from _calls(inner, symbol, depth + 1)
        return
    found: list[Word] = []
    for word in (*words, Word(";", command.last_line)):
        if word.text != ";":
            found.append(word)
        elif found:
            yield from _calls(Command(tuple(found), found[0].line, command.last_line), symbol, depth + 1)
            found = []


def _shell(command: Command, words: Sequence[Word], symbol: str) -> Iterator[_Call]:
    """What a shell is given as one text, or a program as its words."""
    texts = [template(word.text) for word in words]
    for argv in simple_commands(texts[0]) if len(texts) == 1 else [tuple(texts)]:
        if argv:
            yield _Call(argv, command, symbol)


def _chosen(words: Sequence[Word]) -> Iterator[Word]:
    """The commands of a menu: of each entry's name, key and command the last. A line between entries has no name."""
    place = 0
    while place < len(words):
        if words[place].text and place + 2 < len(words):
            yield words[place + 2]
        place += 3 if words[place].text else 1


def _options(with_value: str, words: Sequence[Word]) -> tuple[dict[str, Word | None], Sequence[Word]]:
    options: dict[str, Word | None] = {}
    place = 0
    while place < len(words) and (text := words[place].text).startswith("-") and len(text) > 1:
        place += 1
        if text == "--":
            break
        for index, letter in enumerate(text[1:], start=1):
            if letter not in with_value:
                options[letter] = None
                continue
            options[letter] = Word(text[index + 1 :], words[place - 1].line)
            if index + 1 == len(text) and place < len(words):
                options[letter] = words[place]
                place += 1
            break
    return options, words[place:]


def _draft(source: Source, lines: Sequence[str], call: _Call) -> Draft | None:
    text = "\n".join(lines[call.command.line - 1 : call.command.last_line])
    verdict = judge(call.argv, text, f"{call.symbol} {source.name}")
    if verdict is None:
        return None
    return Draft(
        kind=verdict.kind,
        file=source.name,
        line=call.command.line,
        last_line=call.command.last_line,
        symbol=call.symbol,
        language="tmux",
        tool=verdict.tool,
        action=verdict.action,
        argv=call.argv,
        settings=verdict.settings,
        text=text.strip(),
    )
