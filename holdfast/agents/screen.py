"""What a terminal shows, from the bytes that were written to it.

Leaving the escape sequences out is not enough: tmux and Claude Code write only the cells that changed, in whatever
order, and a status line comes in between the letters of an answer. So the sequences are obeyed, as far as tmux uses
them on an xterm (terminfo(5), ECMA-48); colours, titles and modes show nothing and are passed over.
"""

import codecs
import re
from collections.abc import Callable

_TOKEN = re.compile(
    r"\x1b\[(?P<args>[0-9;:?<>=]*)[ -/]*(?P<csi>[@-~])"
    r"|\x1b[\]PX^_].*?(?:\x07|\x1b\\)"
    r"|\x1b[ -/]+[0-~]"
    r"|\x1b(?P<esc>[0-OQ-WYZ\\`-~])"
    r"|(?P<cut>\x1b(?:\[[0-?]*[ -/]*|[ -/]+|[\]PX^_].*)?\Z)"
    r"|(?P<run>[^\x00-\x1f\x7f]+)"
    r"|(?P<control>[\x00-\x1a\x1c-\x1f\x7f])",
    re.DOTALL,
)
_TAB = 8


def strip(data: bytes | str, rows: int = 50, columns: int = 200) -> str:
    """The lines that a terminal of that size shows, those that scrolled off its top first; no line ends in spaces.

    A sequence that is cut off at the end shows nothing yet."""
    screen = Screen(rows, columns)
    screen.feed(data.encode() if isinstance(data, str) else data)
    return screen.text()


class Screen:
    """A terminal that is fed as its bytes arrive: cells, a cursor and a scroll region. Rows and columns count from 0.
    Every character takes one cell."""

    def __init__(self, rows: int, columns: int) -> None:
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._cut = ""
        self._height = rows
        self._width = columns
        self._gone: list[str] = []
        self._rows = [self._blank() for _ in range(rows)]
        self._row = self._column = 0
        self._saved = (0, 0)
        self._top, self._bottom = 0, rows - 1
        self._last = " "
        self._csi: dict[str, Callable[[int], None]] = {
            "A": lambda n: self._move(self._row - max(n, 1), self._column),
            "B": lambda n: self._move(self._row + max(n, 1), self._column),
            "C": lambda n: self._move(self._row, self._column + max(n, 1)),
            "D": lambda n: self._move(self._row, self._column - max(n, 1)),
            "E": lambda n: self._move(self._row + max(n, 1), 0),
            "F": lambda n: self._move(self._row - max(n, 1), 0),
            "G": lambda n: self._move(self._row, max(n, 1) - 1),
            "d": lambda n: self._move(max(n, 1) - 1, self._column),
            "J": self._erase_screen,
            "K": self._erase_line,
            "X": lambda n: self._put_over(" " * max(n, 1)),
            "@": lambda n: self._shift(max(n, 1), 0),
            "P": lambda n: self._shift(0, max(n, 1)),
            "L": lambda n: self._scroll_down(self._row, max(n, 1)),
            "M": lambda n: self._scroll_up(self._row, max(n, 1), kept=False),
            "S": lambda n: self._scroll_up(self._top, max(n, 1)),
            "T": lambda n: self._scroll_down(self._top, max(n, 1)),
            "b": lambda n: self._write(self._last * max(n, 1)),
            "s": lambda _: self._save(),
            "u": lambda _: self._move(*self._saved),
        }

    def text(self) -> str:
        shown = [*self._gone, *("".join(row) for row in self._rows)]
        return "\n".join(line.rstrip() for line in shown).rstrip("\n")

    def feed(self, data: bytes) -> None:
        text = self._cut + self._decoder.decode(data)
        self._cut = ""
        for token in _TOKEN.finditer(text):
            kind = token.lastgroup
            if kind == "run":
                self._write(token["run"])
            elif kind == "control":
                self._control(token["control"])
            elif kind == "esc":
                self._escape(token["esc"])
            elif kind == "csi":
                self._obey(token["csi"], token["args"])
            elif kind == "cut":
                self._cut = token["cut"]

    def _obey(self, letter: str, args: str) -> None:
        if args[:1] in ("?", ">", "<", "="):
            return
        numbers = [int(number) if number.isdigit() else 0 for number in args.split(";")]
        if letter in "Hf":
            row, column = [*numbers, 0, 0][:2]
            self._move(max(row, 1) - 1, max(column, 1) - 1)
        elif letter == "r":
            top, bottom = [*numbers, 0, 0][:2]
            self._top, self._bottom = max(top, 1) - 1, min(bottom or self._height, self._height) - 1
            self._move(0, 0)
        elif letter in self._csi:
            self._csi[letter](numbers[0])

    def _control(self, control: str) -> None:
        if control == "\r":
            self._column = 0
        elif control in "\n\v\f":
            self._line_feed()
        elif control == "\b":
            self._column = max(0, self._column - 1)
        elif control == "\t":
            self._column = min(self._width - 1, (self._column // _TAB + 1) * _TAB)

    def _escape(self, letter: str) -> None:
        if letter == "7":
            self._save()
        elif letter == "8":
            self._move(*self._saved)
        elif letter == "M" and self._row == self._top:
            self._scroll_down(self._top, 1)
        elif letter == "M":
            self._move(self._row - 1, self._column)
        elif letter in "DE":
            self._column = 0 if letter == "E" else self._column
            self._line_feed()

    def _write(self, run: str) -> None:
        while run:
            if self._column >= self._width:
                self._column = 0
                self._line_feed()
            part, run = run[: self._width - self._column], run[self._width - self._column :]
            self._put_over(part)
            self._column += len(part)
            self._last = part[-1]

    def _put_over(self, part: str) -> None:
        part = part[: self._width - self._column]
        self._rows[self._row][self._column : self._column + len(part)] = part

    def _shift(self, blanks: int, dropped: int) -> None:
        row, at = self._rows[self._row], min(self._column, self._width)
        shifted = [*row[:at], *" " * blanks, *row[at + dropped :], *" " * dropped]
        self._rows[self._row] = shifted[: self._width]

    def _line_feed(self) -> None:
        if self._row == self._bottom:
            self._scroll_up(self._top, 1)
        else:
            self._move(self._row + 1, self._column)

    def _scroll_up(self, top: int, lines: int, kept: bool = True) -> None:
        """Lines leave at `top`; those that scroll off the screen's own first row are kept, as by a terminal."""
        for _ in range(min(lines, self._bottom - top + 1)):
            left = self._rows.pop(top)
            if kept and top == 0:
                self._gone.append("".join(left))
            self._rows.insert(self._bottom, self._blank())

    def _scroll_down(self, top: int, lines: int) -> None:
        for _ in range(min(lines, self._bottom - top + 1)):
            self._rows.pop(self._bottom)
            self._rows.insert(top, self._blank())

    def _erase_screen(self, how: int) -> None:
        self._erase_line(how)
        erased = {0: range(self._row + 1, self._height), 1: range(self._row)}.get(how, range(self._height))
        for row in erased:
            self._rows[row] = self._blank()

    def _erase_line(self, how: int) -> None:
        start, end = {0: (self._column, self._width), 1: (0, self._column + 1)}.get(how, (0, self._width))
        self._rows[self._row][start:end] = " " * (min(end, self._width) - min(start, self._width))

    def _move(self, row: int, column: int) -> None:
        self._row = min(max(row, 0), self._height - 1)
        self._column = min(max(column, 0), self._width - 1)

    def _save(self) -> None:
        self._saved = (self._row, self._column)

    def _blank(self) -> list[str]:
        return [" "] * self._width
