"""Where in a TOML text each value stands: `tomllib` reads the values and forgets their lines.

Made for texts that `tomllib` has accepted: it looks for where things begin and checks nothing. Source: toml.io, v1.0.0.
"""

import re
import tomllib
from bisect import bisect_left

Step = str | int
Where = tuple[Step, ...]

_VOID = re.compile(r"(?:[ \t\n,]|#[^\n]*)*")
_BLANK = re.compile(r"[ \t]*")
_BARE = re.compile(r"[A-Za-z0-9_-]+")
_SCALAR = re.compile(r"[^,\]}#\n]+")
# A multi-line string may end in up to two quotes of its own before the three that close it.
_STRING = re.compile(
    r'"""(?:[^\\]|\\.)*?"""(?:"{0,2})' r"|'''.*?'''(?:'{0,2})" r'|"(?:[^"\\\n]|\\.)*"' r"|'[^'\n]*'",
    re.DOTALL,
)


def places(text: str) -> dict[Where, int]:
    """The line (from 1) on which each table, key and array element of `text` begins."""
    return _Scan(text).document()


class Lines:
    """The lines of a text's tables, keys and array elements.

    ("launch_path", 0, "resumes", "run", 1) is the second word of the first launch path's command.
    """

    def __init__(self, text: str) -> None:
        self._found = places(text)

    def of(self, where: Where) -> int:
        """The line (from 1) on which `where` begins; of what isn't there, that of the innermost table around it."""
        for length in range(len(where), 0, -1):
            line = self._found.get(where[:length])
            if line is not None:
                return line
        return 1


class _Scan:
    """One pass over a text; `at` is the next character to be read."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._newlines = [at for at, char in enumerate(text) if char == "\n"]
        self._at = 0
        self._found: dict[Where, int] = {}
        self._elements: dict[Where, int] = {}

    def document(self) -> dict[Where, int]:
        table: Where = ()
        while self._skip(_VOID) < len(self._text):
            if self._text.startswith("[", self._at):
                table = self._header()
            else:
                self._pair(table)
        return self._found

    def _header(self) -> Where:
        """`[table]`, or `[[table]]`, which begins the next element of an array.

        Such an array's name in the middle of a header means its latest element.
        """
        line = self._line()
        is_element = self._text.startswith("[[", self._at)
        self._at += 2 if is_element else 1
        *outer, last = self._keys()
        table: Where = ()
        for key in outer:
            table = self._note((*table, key), line)
            if table in self._elements:
                table = (*table, self._elements[table])
        table = self._note((*table, last), line)
        if is_element:
            self._elements[table] = self._elements.get(table, -1) + 1
            table = self._note((*table, self._elements[table]), line)
        self._at += 2 if is_element else 1
        return table

    def _pair(self, table: Where) -> None:
        line = self._line()
        for key in self._keys():
            table = self._note((*table, key), line)
        self._at += 1
        self._skip(_BLANK)
        self._value(table)

    def _keys(self) -> list[str]:
        """A dotted key, up to the `=` or `]` behind it."""
        keys: list[str] = []
        while True:
            self._skip(_BLANK)
            quoted = _STRING.match(self._text, self._at)
            if quoted is None:
                keys.append(self._take(_BARE))
            else:
                self._at = quoted.end()
                keys.append(tomllib.loads(f"key = {quoted[0]}")["key"])
            self._skip(_BLANK)
            if not self._text.startswith(".", self._at):
                return keys
            self._at += 1

    def _value(self, where: Where) -> None:
        self._note(where, self._line())
        if self._text.startswith("[", self._at):
            self._at += 1
            index = 0
            while not self._closes("]"):
                self._value((*where, index))
                index += 1
        elif self._text.startswith("{", self._at):
            self._at += 1
            while not self._closes("}"):
                self._pair(where)
        else:
            self._take(_STRING if self._text[self._at] in "\"'" else _SCALAR)

    def _closes(self, bracket: str) -> bool:
        self._skip(_VOID)
        if self._text[self._at] != bracket:
            return False
        self._at += 1
        return True

    def _skip(self, what: re.Pattern[str]) -> int:
        self._take(what)
        return self._at

    def _take(self, what: re.Pattern[str]) -> str:
        found = what.match(self._text, self._at)
        if found is None:
            raise ValueError(f"line {self._line()}: not what tomllib has read: {self._text[self._at :][:20]!r}")
        self._at = found.end()
        return found[0]

    def _note(self, where: Where, line: int) -> Where:
        self._found.setdefault(where, line)
        return where

    def _line(self) -> int:
        return bisect_left(self._newlines, self._at) + 1
