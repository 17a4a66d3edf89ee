"""The language of tmux's configuration files as commands of words: quotes, braces, escapes, `;`, continued lines
(tmux(1), PARSING SYNTAX). Nothing is expanded: a variable or a format is `…`, and both ways of a `%if` are read."""

import re
from dataclasses import dataclass

from holdfast.model.template import UNKNOWN

_VARIABLE = re.compile(r"\$(?:\{\w+\}|\w+)")
_ASSIGNMENT = re.compile(r"[A-Za-z_]\w*=")
_FORMAT = re.compile(r"#\{(?:[^{}]|\{(?:[^{}]|\{[^{}]*\})*\})*\}|#[A-Za-z]\b|%%%?|%[1-9]%?")


@dataclass(frozen=True)
class Word:
    """`line` is where it begins, 1-based. In its text, that of a block is what stands between the braces."""

    text: str
    line: int


@dataclass(frozen=True)
class Command:
    """One command with its arguments, from its first to its last line."""

    words: tuple[Word, ...]
    line: int
    last_line: int


def commands(text: str, line: int = 1) -> tuple[tuple[Command, ...], int | None]:
    """The commands of `text`, whose first line is `line`, and where a quote or a brace was opened that never closes."""
    reader = _Reader(text, line)
    reader.read()
    return tuple(reader.commands), reader.broken


def template(text: str) -> str:
    """The text with `…` for what tmux puts in place of a format, or of what a person has typed."""
    return _FORMAT.sub(UNKNOWN, text)


class _Reader:
    def __init__(self, text: str, line: int) -> None:
        # A continued line ends, and no word or command does.
        self._text = text.replace("\x00", " ").replace("\\\n", "\x00")
        self._at = 0
        self._line = line
        self._words: list[Word] = []
        self.commands: list[Command] = []
        self.broken: int | None = None

    def read(self) -> None:
        while self._at < len(self._text):
            here = self._text[self._at]
            if here in "\n;":
                self._end()
                self._step()
            elif here in " \t\r\x00":
                self._step()
            elif here == "#" or (here == "%" and not self._words):
                self._pass_line()
            elif here == "{":
                self._words.append(self._block())
            else:
                self._add(self._word())
        self._end()

    def _step(self) -> str:
        here = self._text[self._at]
        self._line += here in "\n\x00"
        self._at += 1
        return here

    def _pass_line(self) -> None:
        while self._at < len(self._text) and self._text[self._at] != "\n":
            self._step()

    def _add(self, word: Word) -> None:
        if self._words or not _ASSIGNMENT.match(word.text):
            self._words.append(word)

    def _end(self) -> None:
        if self._words:
            self.commands.append(Command(tuple(self._words), self._words[0].line, self._line))
        self._words = []

    def _word(self) -> Word:
        line, parts = self._line, list[str]()
        while self._at < len(self._text) and self._text[self._at] not in " \t\r\n\x00;":
            here = self._text[self._at]
            if here in "'\"":
                parts.append(self._quoted())
            elif here == "\\":
                self._step()
                parts.append(self._step() if self._at < len(self._text) else "")
            elif variable := _VARIABLE.match(self._text, self._at):
                self._at = variable.end()
                parts.append(UNKNOWN)
            else:
                parts.append(self._step())
        return Word("".join(parts), line)

    def _quoted(self) -> str:
        line, quote, parts = self._line, self._step(), list[str]()
        while self._at < len(self._text) and self._text[self._at] != quote:
            if quote == '"' and (variable := _VARIABLE.match(self._text, self._at)):
                self._at = variable.end()
                parts.append(UNKNOWN)
                continue
            here = self._step()
            if here == "\\" and quote == '"' and self._at < len(self._text):
                here = self._step()
            parts.append("\\\n" if here == "\x00" and quote == "'" else here.strip("\x00"))
        self._close(line)
        return "".join(parts)

    def _block(self) -> Word:
        """From `{` to the `}` that belongs to it; quotes and comments hide braces, and so does the format in `#{…}`."""
        line, depth = self._line, 0
        self._step()
        began, first = self._at, self._line
        while self._at < len(self._text) and (depth or self._text[self._at] != "}"):
            here = self._text[self._at]
            if here in "'\"":
                self._quoted()
            elif (
                here == "#" and self._text[self._at - 1] in " \t\n{;" and self._text[self._at + 1 : self._at + 2] != "{"
            ):
                self._pass_line()
            else:
                depth += (here == "{") - (here == "}")
                self._step()
        inner = self._text[began : self._at].replace("\x00", "\\\n")
        self._close(line)
        return Word(inner, first)

    def _close(self, line: int) -> None:
        """Pass over what closes; `line` is where it was opened."""
        if self._at < len(self._text):
            self._step()
        elif self.broken is None:
            self.broken = line
