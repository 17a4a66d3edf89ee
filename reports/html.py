"""index.html: one page that needs nothing else, neither network nor server. The verdict stands on top; a click on a
cell of the matrix opens its history."""

import base64
import hashlib
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from holdfast import history
from holdfast.history.difference import changed_panes, differences
from holdfast.history.events import Asked, Event, Launched, Observed, Pressed
from holdfast.history.words import command, plain, sentence
from holdfast.model import digest
from holdfast.model.cell import CellResult
from holdfast.model.charge import Charge
from holdfast.model.launch import LaunchVerb
from holdfast.model.result import RunResult, SiteResult
from holdfast.model.verdict import Verdict

_TEMPLATES = Path(__file__).with_name("templates")
_ASIDE = frozenset({LaunchVerb.ATTACH, LaunchVerb.OTHER})
"""Launches that seldom matter: a run of them is folded into one line."""


@dataclass(frozen=True)
class Grid:
    """The matrix of one machine and agent. A row's box is None where the pairing plans no such cell."""

    machine: str
    agent: str
    births: tuple[tuple[str, int], ...]
    presses: tuple[str | None, ...]
    rows: tuple[tuple[str, tuple[CellResult | None, ...]], ...]


@dataclass(frozen=True)
class Entry:
    """One line of a cell's timeline. `details` are folded; `screens` are pairs of a title and the text below it;
    `picture` is the page after a click, as a data URL."""

    at: float
    kind: str
    text: str
    details: tuple[str, ...] = ()
    screens: tuple[tuple[str, str], ...] = ()
    picture: str | None = None


@dataclass(frozen=True)
class Story:
    """A cell with its timeline; `trouble` says why there is none."""

    cell: CellResult
    entries: tuple[Entry, ...]
    trouble: str = ""


@dataclass(frozen=True)
class Card:
    """A call site with the numbered lines of its source and the cells in which it is broken."""

    found: SiteResult
    lines: tuple[tuple[int, str], ...]
    broken: tuple[CellResult, ...]


def render(result: RunResult, run: Path) -> None:
    """Writes index.html."""
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["plain"] = plain
    environment.filters["command"] = command
    script = (_TEMPLATES / "script.js").read_text(encoding="utf-8")
    page = environment.get_template("index.html.j2").render(
        result=result,
        digest=digest,
        Verdict=Verdict,
        grids=tuple(_grids(result)),
        cards=tuple(_cards(result)),
        stories=tuple(_story(cell, run, digest.places(result)) for cell in result.cells),
        style=Markup((_TEMPLATES / "style.css").read_text(encoding="utf-8")),
        script=Markup(script),
        script_digest=base64.b64encode(hashlib.sha256(script.encode()).digest()).decode(),
    )
    (run / "index.html").write_text(page, encoding="utf-8")


def _grids(result: RunResult) -> Iterator[Grid]:
    for machine, agent in dict.fromkeys((c.key.machine, c.key.agent) for c in result.cells):
        cells = [c for c in result.cells if (c.key.machine, c.key.agent) == (machine, agent)]
        births = dict.fromkeys(c.key.birth for c in cells)
        columns = [
            (birth, press)
            for birth in births
            for press in dict.fromkeys(c.key.press for c in cells if c.key.birth == birth)
        ]
        placed = {(c.key.scenario, c.key.birth, c.key.press): c for c in cells}
        yield Grid(
            machine,
            agent,
            tuple((birth, sum(column[0] == birth for column in columns)) for birth in births),
            tuple(press for _, press in columns),
            tuple(
                (scenario, tuple(placed.get((scenario, *column)) for column in columns))
                for scenario in dict.fromkeys(c.key.scenario for c in cells)
            ),
        )


def _cards(result: RunResult) -> Iterator[Card]:
    """The call sites, the worst first."""
    for found in sorted(result.sites, key=lambda s: tuple(Verdict).index(s.verdict), reverse=True):
        lines = _dedented(plain(found.site.text)) if found.site.text else []
        yield Card(
            found,
            tuple(enumerate(lines, start=found.site.line)),
            tuple(c for c in result.cells if found.site.id in _guilty(c)),
        )


def _dedented(text: str) -> list[str]:
    """Its lines. The text of a call begins at the call, so that its first line is indented less than the others."""
    first, *rest = text.split("\n")
    return [first, *textwrap.dedent("\n".join(rest)).split("\n")] if rest else [first]


def _guilty(cell: CellResult) -> set[str]:
    """The ids of what answers for a broken obligation of `cell` that isn't masked."""
    charges: set[Charge | None] = {
        o.charged_to for o in cell.obligations if o.verdict is Verdict.BROKEN and not o.masked
    }
    return {charge.id for charge in charges if charge is not None}


def _story(cell: CellResult, run: Path, places: dict[str, str]) -> Story:
    if cell.history is None:
        return Story(cell, (), cell.reason or "no history was kept")
    try:
        events = history.read(run / cell.history).events
    except (OSError, ValueError) as error:
        return Story(cell, (), f"its history can't be read: {error}")
    return Story(cell, tuple(_entries(events, places, (run / cell.history).parent)))


def _entries(events: tuple[Event, ...], places: dict[str, str], beside: Path) -> Iterator[Entry]:
    before: Observed | None = None
    aside: list[Launched] = []
    for event in events:
        if isinstance(event, Launched) and event.launch.verb in _ASIDE:
            aside.append(event)
            continue
        yield from _folded(aside, places)
        aside = []
        details, screens = _more(event, before)
        before = event if isinstance(event, Observed) else before
        picture = _picture(event, beside)
        yield Entry(event.at, type(event).__name__.lower(), sentence(event, places), details, screens, picture)
    yield from _folded(aside, places)


def _folded(aside: list[Launched], places: dict[str, str]) -> Iterator[Entry]:
    if aside:
        what = "1 other command" if len(aside) == 1 else f"{len(aside)} other commands"
        yield Entry(aside[0].at, "launched", f"ran {what}", tuple(sentence(event, places) for event in aside))


def _more(event: Event, before: Observed | None) -> tuple[tuple[str, ...], tuple[tuple[str, str], ...]]:
    """What is folded below an event: the differences of an observation, and the texts of screens."""
    if isinstance(event, Observed):
        last = before.seen if before is not None else None
        panes = changed_panes(last, event.seen)
        return differences(last, event.seen), tuple((f"pane {p.pane} of {p.session}", _screen(p.text)) for p in panes)
    if isinstance(event, Asked) and event.screen.strip():
        return (), ((f"what a person saw of {event.role}", _screen(event.screen)),)
    if isinstance(event, Pressed) and event.output.strip():
        return (), (("what it said", _screen(event.output)),)
    return (), ()


def _picture(event: Event, beside: Path) -> str | None:
    """The page after a click, in the page itself, which needs no other file; None where there is none any more."""
    if not isinstance(event, Pressed) or event.picture is None or not (file := beside / event.picture).is_file():
        return None
    return f"data:image/png;base64,{base64.b64encode(file.read_bytes()).decode()}"


def _screen(text: str) -> str:
    return "\n".join(line.rstrip() for line in plain(text).splitlines()).rstrip()
