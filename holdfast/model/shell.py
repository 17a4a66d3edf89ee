"""Shell text as simple commands: each a template of words (see template.py), in the order in which they stand.

It reads what POSIX sh and bash share: quotes, expansions, substitutions, operators, redirections, reserved words. It
never expands anything: an expansion inside quotes is `…`, one that the shell would split is `*…`.
"""

import re

from holdfast.model.template import ANY_WORDS, UNKNOWN

_RESERVED = frozenset("if then elif else fi while until do done ! { } time coproc".split())
_ASSIGNMENT = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\+?=")
_REDIRECTION = re.compile(r"[0-9]*(?:<<<|<<-?|<>|>>|>\||[<>]&|&>>|&>|[<>])")
_OPERATOR = re.compile(r"\|\||&&|;;|\|&|[;&|()\n]")
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*|[0-9@*#?$!-]")
_CLOSING = {"{": "}", "(": ")"}


def simple_commands(text: str) -> tuple[tuple[str, ...], ...]:
    """The simple commands in `text`, those inside `$(…)` and backticks before the command that they stand in. A quote
    that is never closed ends with the text."""
    reader = _Reader(text)
    reader.read()
    return tuple(reader.commands)


class _Reader:
    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.commands: list[tuple[str, ...]] = []
        self._words: list[str] = []

    def read(self) -> None:
        while self.at < len(self.text):
            here = self.text[self.at]
            if here == "\\" and self.text[self.at + 1 : self.at + 2] == "\n":
                self.at += 2
            elif here in " \t\r":
                self.at += 1
            elif here == "#":
                end = self.text.find("\n", self.at)
                self.at = len(self.text) if end < 0 else end
            elif redirection := _REDIRECTION.match(self.text, self.at):
                self.at = redirection.end()
                self._skip_blanks()
                self._word()
            elif operator := _OPERATOR.match(self.text, self.at):
                self.at = operator.end()
                self._end_command()
            else:
                self._add(self._word())
        self._end_command()

    def _skip_blanks(self) -> None:
        while self.text[self.at : self.at + 1] in (" ", "\t"):
            self.at += 1

    def _add(self, word: str) -> None:
        if not self._words and (word in _RESERVED or _ASSIGNMENT.match(word)):
            return
        self._words.append(word)

    def _end_command(self) -> None:
        if self._words:
            self.commands.append(tuple(self._words))
        self._words = []

    def _word(self) -> str:
        """The word that starts here, unquoted. A bare expansion is the whole of its word: `*…`."""
        parts: list[str] = []
        split = False
        while self.at < len(self.text):
            here = self.text[self.at]
            if here in " \t\r" or _OPERATOR.match(self.text, self.at) or here in "<>":
                break
            if here == "'":
                parts.append(self._until("'"))
            elif here == '"':
                many, text = self._double_quoted()
                parts.append(text)
                split = split or many
            elif here == "\\":
                parts.append(self.text[self.at + 1 : self.at + 2].replace("\n", ""))
                self.at += 2
            elif here in "$`":
                parts.append(self._expansion())
                split = split or parts[-1].startswith(UNKNOWN)
            elif here == "~" and not parts:
                parts.append(UNKNOWN)
                self.at += 1
            else:
                parts.append(UNKNOWN if here in "*?[" else here)
                split = split or here in "*?["
                self.at += 1
        word = "".join(parts)
        return ANY_WORDS if split and not _ASSIGNMENT.match(word) else word

    def _until(self, quote: str) -> str:
        end = self.text.find(quote, self.at + 1)
        end = len(self.text) if end < 0 else end
        text = self.text[self.at + 1 : end]
        self.at = end + 1
        return text

    def _double_quoted(self) -> tuple[bool, str]:
        """The text between double quotes, and whether it may be many words, as `"$@"` and `"${a[@]}"` are."""
        self.at += 1
        parts: list[str] = []
        many = False
        while self.at < len(self.text) and self.text[self.at] != '"':
            here = self.text[self.at]
            if here == "\\" and self.text[self.at + 1 : self.at + 2] in ("$", "`", '"', "\\", "\n"):
                parts.append(self.text[self.at + 1].replace("\n", ""))
                self.at += 2
            elif here in "$`":
                began = self.at
                parts.append(self._expansion())
                name = self.text[began : self.at]
                many = many or name == "$@" or "[@]" in name or name == "${@}" or name.startswith("${@:")
            else:
                parts.append(here)
                self.at += 1
        self.at += 1
        return many, "".join(parts)

    def _expansion(self) -> str:
        """Passes over one expansion; what a substitution runs is read too."""
        if self.text[self.at] == "`":
            self.commands.extend(simple_commands(self._until("`")))
            return UNKNOWN
        self.at += 1
        opening = self.text[self.at : self.at + 1]
        if opening in _CLOSING:
            inner = self._balanced(opening, _CLOSING[opening])
            if opening == "(" and not inner.startswith("("):
                self.commands.extend(simple_commands(inner))
            return UNKNOWN
        if opening == "'":
            return self._until("'")
        name = _VARIABLE.match(self.text, self.at)
        if name is None:
            return "$"
        self.at = name.end()
        return UNKNOWN

    def _balanced(self, opening: str, closing: str) -> str:
        """The text between brackets that belong together; quotes hide brackets."""
        depth, began = 0, self.at
        while self.at < len(self.text):
            here = self.text[self.at]
            if here == "'" and opening == "(":
                self._until("'")
                continue
            if here == "\\":
                self.at += 1
            elif here == opening:
                depth += 1
            elif here == closing:
                depth -= 1
                if depth == 0:
                    break
            self.at += 1
        inner = self.text[began + 1 : self.at]
        self.at += 1
        return inner
