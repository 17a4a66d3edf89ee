"""The transcripts that bear an id as their name, and those of other sessions in which it stands."""

import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from holdfast.agents.resume import reading
from holdfast.agents.resume.facts import Found, Gap, Mention, Place, Trace
from holdfast.agents.resume.question import is_session

SUFFIX = ".jsonl"
MOST_SEARCHED = 1 << 30
"""Bytes of other sessions' transcripts that are searched for an id, the newest first: some seconds."""


@dataclass(frozen=True)
class Other:
    """A transcript of another name."""

    path: str
    place: Place
    size: int
    written: float


def listed(place: Place, session: str, missed: list[Gap]) -> tuple[tuple[Found, ...], tuple[Other, ...]]:
    """The transcripts of one config dir that bear `session` in any case, and all others. What couldn't be read is added
    to `missed`."""
    found: list[Found] = []
    others: list[Other] = []
    for folder in _folders(Path(place.config, "projects"), missed):
        for name in _names(folder, missed):
            path = folder / name
            if not name.endswith(SUFFIX):
                continue
            if name.lower() == (session + SUFFIX).lower():
                found += read(path, place, missed)
            else:
                others += _other(path, place)
    return tuple(found), tuple(others)


def read(path: Path, place: Place | None, missed: list[Gap]) -> list[Found]:
    """The transcript at `path`; none if it goes meanwhile or can't even be looked at. One that can't be opened has
    linked None."""
    try:
        status = path.stat()
    except FileNotFoundError:
        return []
    except OSError as error:
        missed.append(Gap(str(path), error.strerror or str(error)))
        return []
    told = reading.Contents(None, None, None)
    try:
        told = reading.contents(path)
        if told.linked is None:
            missed.append(Gap(str(path), f"no message in its first {reading.MOST >> 20} MiB, and more was not read"))
    except OSError as error:
        missed.append(Gap(str(path), error.strerror or str(error)))
    leads = told.cwd if place is not None and place.foreign is not None else _leads(told.cwd)
    return [
        Found(
            path=str(path),
            place=place,
            session=path.name.removesuffix(SUFFIX),
            folder=path.parent.name,
            size=status.st_size,
            written=status.st_mtime,
            linked=told.linked,
            cwd=told.cwd,
            leads=leads,
            leaf=told.leaf,
        )
    ]


def mentions(
    session: str, leaves: frozenset[str], others: Iterable[Other], missed: list[Gap]
) -> tuple[tuple[Mention, ...], tuple[Trace, ...]]:
    """The other sessions in whose records the id stands, or one of `leaves`; and those files that belong to the session
    itself although they bear no session's name, such as its subagents'. What wasn't searched is added to `missed`."""
    found: list[Mention] = []
    traces: list[Trace] = []
    left = MOST_SEARCHED
    for other in sorted(others, key=lambda other: (-other.written, other.path)):
        left -= other.size
        if left < 0:
            missed.append(
                Gap(other.path, "not searched for the id, like all that are older: there is too much of them")
            )
            break
        name = Path(other.path).name.removesuffix(SUFFIX)
        try:
            mention = _mention(Path(other.path), name, session, leaves)
        except FileNotFoundError:
            continue
        except OSError as error:
            missed.append(Gap(other.path, error.strerror or str(error)))
            continue
        if mention is None:
            continue
        if not is_session(name) and mention.field == "sessionId":
            traces.append(Trace(f"records of it in {name}{SUFFIX}", other.path, other.place, other.written))
        else:
            found.append(mention)
    return tuple(found), tuple(traces)


def _mention(path: Path, name: str, session: str, leaves: frozenset[str]) -> Mention | None:
    """The one that says most: a field of its own before words that were said."""
    said = None
    for line in reading.lines_with(path, (session, *leaves)):
        cwd = reading.record(line).get("cwd")
        where = cwd if isinstance(cwd, str) else None
        if (field := reading.field_of(line, session)) is not None:
            return Mention(str(path), name, field, where)
        for leaf in leaves:
            if reading.field_of(line, leaf) == "uuid":
                return Mention(str(path), name, "uuid", where, of_leaf=True)
        said = Mention(str(path), name, None, where) if session.encode() in line else said
    return said


def _other(path: Path, place: Place) -> list[Other]:
    try:
        status = path.stat()
    except OSError:
        return []  # it goes meanwhile, or is a link to nothing
    return [Other(str(path), place, status.st_size, status.st_mtime)]


def _folders(projects: Path, missed: list[Gap]) -> list[Path]:
    """A link to a folder is one to the agent too."""
    found = []
    for name in _names(projects, missed):
        try:
            found += [projects / name] if (projects / name).is_dir() else []
        except OSError as error:
            missed.append(Gap(str(projects / name), error.strerror or str(error)))
    return found


def _names(folder: Path, missed: list[Gap]) -> list[str]:
    try:
        return sorted(os.listdir(folder))  # noqa: PTH208  (names are enough)
    except (FileNotFoundError, NotADirectoryError):
        return []
    except OSError as error:
        missed.append(Gap(str(folder), error.strerror or str(error)))
        return []


def _leads(cwd: str | None) -> str | None:
    """Where that folder really is today, None if it isn't there."""
    if cwd is None:
        return None
    try:
        return os.path.realpath(cwd, strict=True)
    except (OSError, ValueError):
        return None
