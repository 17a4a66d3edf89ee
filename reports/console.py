"""The terminal: progress while cells run, then a summary with the verdict first. `render` keeps it as summary.txt."""

import os
import shutil
import textwrap
from collections.abc import Callable, Iterable
from pathlib import Path

from holdfast.history.words import command, plain
from holdfast.model import digest
from holdfast.model.cell import CellResult
from holdfast.model.result import Fix, RunResult, State
from holdfast.model.verdict import Verdict, worst

SHOWN = 12
"""Rows of one part of the summary; the rest is counted, and whole in the page."""
WIDTH = 120
COLUMN = 48
"""The widest that a column gets before its text is cut."""
_COLOURS = {"broken": 31, "missed": 31, "regressed": 31, "unproven": 33, "held": 32, "covered": 32}
_CLEAR_LINE = "\r\x1b[2K"


def render(result: RunResult, run: Path) -> None:
    """Writes summary.txt: what the terminal was told, without colour."""
    (run / "summary.txt").write_text(summary(result, run, colour=False), encoding="utf-8")


class Progress:
    """Is fed with cells as they end. On a terminal it keeps one line up to date; in a log it writes a line when the
    run's verdict gets worse and after each tenth of the cells."""

    def __init__(self, planned: int, write: Callable[[str], None], tty: bool) -> None:
        self._planned = planned
        self._write = write
        self._tty = tty
        self._counts = dict.fromkeys(Verdict, 0)
        self._step = max(1, planned // 10)

    def cell(self, cell: CellResult) -> None:
        before = self._worst()
        self._counts[cell.verdict] += 1
        line = f"{self._line()}  {plain(cell.key.id)}"
        if self._tty:
            self._write(_CLEAR_LINE + line[: shutil.get_terminal_size().columns - 1])
        elif self._worst() is not before and cell.verdict is not Verdict.HELD:
            self._write(f"{line}: {_one_line(digest.cell_reason(cell))}\n")
        elif self._done() % self._step == 0 or self._done() == self._planned:
            self._write(f"{self._line()}\n")

    def close(self) -> None:
        """Leaves the terminal as it was: the summary says it all."""
        if self._tty:
            self._write(_CLEAR_LINE)

    def _done(self) -> int:
        return sum(self._counts.values())

    def _worst(self) -> Verdict | None:
        return worst(v for v, n in self._counts.items() if n) if self._done() else None

    def _line(self) -> str:
        counts = "  ".join(f"{verdict} {number}" for verdict, number in self._counts.items() if number)
        return f"{self._done():>{len(str(self._planned))}}/{self._planned}  {counts}"


def summary(result: RunResult, run: Path, colour: bool) -> str:
    """What a person reads after a run. NO_COLOR in the environment (https://no-color.org) wins over `colour`."""
    paint = _paint if colour and not os.environ.get("NO_COLOR") else _bare
    parts = [
        _head(result, paint),
        [] if result.fix is None else _fix(result.fix, paint),
        _part("Call sites", _sites(result), paint),
        *(_part(*broken, paint) for broken in _broken(result)),
        _part("Unproven", [(f"{n} x", why) for why, n in digest.unproven(result)], paint),
        _part("Launches without a call site: charged to the launch path", _unknown(result), paint),
        [*map(_one_line, digest.not_applicable(result)), *(_one_line(f"note: {note}") for note in result.notes)],
        [f"report: {run / 'index.html'}"],
    ]
    return "\n\n".join("\n".join(part) for part in parts if part) + "\n"


def _head(result: RunResult, paint: Callable[[str], str]) -> list[str]:
    scope = f" {result.scope}" if result.scope else ""
    revisions = f", {result.base} to {result.head}" if result.base is not None else ""
    return [
        f"{paint(result.verdict)}{plain(scope)}: {digest.tally(result)}, in {result.seconds:.1f} s",
        _one_line(f"{result.launcher} ({result.launcher_file}){revisions}, agent {result.agent}"),
    ]


def _fix(fix: Fix, paint: Callable[[str], str]) -> list[str]:
    rows = [
        (
            site.state,
            digest.fix_place(site),
            f"{site.base} to {site.head}",
            "" if site.state is State.COVERED else site.why,
        )
        for site in sorted(fix.sites, key=lambda site: site.state is State.COVERED)
    ]
    return _part(digest.fix_line(fix), rows, paint)


def _sites(result: RunResult) -> list[tuple[str, ...]]:
    """The call sites, the worst first; why one is broken is said with what is broken."""
    found = sorted(result.sites, key=lambda s: tuple(Verdict).index(s.verdict), reverse=True)
    return [
        (
            s.verdict,
            s.site.kind,
            s.site.place,
            digest.symbol(result, s.site),
            s.why if s.verdict is Verdict.UNPROVEN else "",
        )
        for s in found
    ]


def _broken(result: RunResult) -> list[tuple[str, list[tuple[str, ...]]]]:
    """A part for each promise and symptom: its title with an example in words, and a row for each charge."""
    parts: dict[tuple[str, str | None], tuple[str, list[tuple[str, ...]]]] = {}
    for group in digest.groups(result):
        what = f"{group.promise}, {group.symptom}" if group.symptom else group.promise
        _, rows = parts.setdefault(
            (group.promise, group.symptom), (f"Broken: {what}. For {group.role}: {group.why}", [])
        )
        where = (digest.place(result, group.charge), digest.cells(len(group.cells)))
        rows.append((*where, f"such as {group.cells[0]}"))
    return list(parts.values())


def _unknown(result: RunResult) -> list[tuple[str, ...]]:
    found = dict.fromkeys((launch.path, command(launch.argv)) for launch in result.unknown)
    return [(path, argv) for path, argv in found]


def _part(title: str, rows: Iterable[tuple[str, ...]], paint: Callable[[str], str]) -> list[str]:
    """`title`, then `rows` in columns; the last column is wrapped below itself. Nothing without rows."""
    table = [(*(_cut(_one_line(text)) for text in row[:-1]), _one_line(row[-1])) for row in rows]
    if not table:
        return []
    widths = [max(len(text) for text in column) for column in zip(*table, strict=True)][:-1]
    lines = textwrap.wrap(_one_line(title), WIDTH, break_on_hyphens=False)
    for row in table[:SHOWN]:
        lead = "  ".join(paint(text) + " " * (width - len(text)) for text, width in zip(row, widths, strict=False))
        indent = sum(widths) + 2 * len(widths) + 2
        lines += _wrapped(f"  {lead}  ", row[-1], indent)
    if len(table) > SHOWN:
        lines.append(f"  and {len(table) - SHOWN} more")
    return lines


def _wrapped(lead: str, text: str, indent: int) -> list[str]:
    """`lead` and `text` on a line, or `text` below it where little room is left beside."""
    if len(text) <= WIDTH - indent:
        return [(lead + text).rstrip()]
    below = textwrap.wrap(text, WIDTH - 6, initial_indent=" " * 6, subsequent_indent=" " * 6, break_on_hyphens=False)
    return [lead.rstrip(), *below]


def _one_line(text: str) -> str:
    return plain(" ".join(text.split()))


def _cut(text: str) -> str:
    return text if len(text) <= COLUMN else text[: COLUMN - 1] + "…"


def _paint(text: str) -> str:
    code = _COLOURS.get(text)
    return text if code is None else f"\x1b[{code}m{text}\x1b[0m"


def _bare(text: str) -> str:
    return text
