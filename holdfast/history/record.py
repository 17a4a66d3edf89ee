"""A history is a tuple of events. On disk it is a line of JSON an event, appended as it happens."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar, get_args

import msgspec

from holdfast.history import events
from holdfast.history.events import Event, Planned, Pressed

E = TypeVar("E")
_BY_NAME: dict[str, type[Event]] = {kind.__name__: kind for kind in get_args(events.Event)}


@dataclass(frozen=True)
class History:
    """What happened in a cell, in order. Checkers read it and nothing else."""

    events: tuple[Event, ...]

    def __iter__(self) -> Iterator[Event]:
        return iter(self.events)

    @property
    def pictures(self) -> tuple[str, ...]:
        """The files beside it that its events name."""
        return tuple(press.picture for press in self.all(Pressed) if press.picture is not None)

    def all(self, kind: type[E]) -> tuple[E, ...]:
        return tuple(e for e in self.events if isinstance(e, kind))

    @property
    def planned(self) -> Planned:
        first = self.events[0] if self.events else None
        if not isinstance(first, Planned):
            raise ValueError("a history begins with what was planned; this one doesn't: was its file cut at the front?")
        return first


class Recorder:
    """Appends events to a file and keeps them. Each event is on its way to the disk before `append` returns, so that a
    killed run leaves what it saw; a torn last line is dropped by `read`."""

    def __init__(self, path: Path, clock: Callable[[], float] = time.monotonic) -> None:
        self._path = path
        self._file = path.open("ab", buffering=0)
        self._clock = clock
        self._began = clock()
        self._events: list[Event] = []
        self._kept = 0

    def now(self) -> float:
        """Seconds since the cell began."""
        return self._clock() - self._began

    def append(self, event: Event) -> None:
        self._events.append(event)
        self._file.write(encode(event) + b"\n")

    def keep(self, data: bytes, kind: str) -> str:
        """Keep a file beside the history, of a `kind` such as "png": its name, for an event to name it by."""
        self._kept += 1
        name = f"{self._path.stem}.{self._kept}.{kind}"
        self._path.with_name(name).write_bytes(data)
        return name

    @property
    def history(self) -> History:
        return History(tuple(self._events))

    def close(self) -> None:
        self._file.close()


def encode(event: Event) -> bytes:
    return msgspec.json.encode({"event": type(event).__name__, **msgspec.to_builtins(event)})


def decode(line: bytes) -> Event:
    fields = msgspec.json.decode(line, type=dict[str, msgspec.Raw])
    name = msgspec.json.decode(fields.pop("event"), type=str)
    kind = _BY_NAME.get(name)
    if kind is None:
        raise ValueError(f"no event is called {name!r}; there are: {', '.join(sorted(_BY_NAME))}")
    return msgspec.convert({k: msgspec.json.decode(v) for k, v in fields.items()}, kind)


def read(path: Path) -> History:
    """The history in `path`. A last line without its end was being written when the run was killed: it is left out."""
    lines = path.read_bytes().split(b"\n")
    found: list[Event] = []
    for number, line in enumerate(lines[:-1], start=1):
        try:
            found.append(decode(line))
        except (ValueError, KeyError, msgspec.MsgspecError) as error:
            raise ValueError(f"{path}:{number}: not an event of a history: {error}. Was the file edited?") from error
    return History(tuple(found))
