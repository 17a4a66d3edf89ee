"""What a session leaves beside its transcript: the prompt history, files named by its id, its folder's last session."""

import os
from collections.abc import Iterator
from pathlib import Path

from holdfast.agents.resume import reading
from holdfast.agents.resume.facts import Gap, Place, Trace

_STATE = ".claude.json"
_MOST_STATE = 64 << 20
_LAST_MOMENT = 253402300800000
"""The year 10000 in milliseconds: what lies behind it is no time."""
_ELSEWHERE = frozenset({"projects", "sessions", "backups"})
"""Folders with readers of their own, or with copies of what was."""


def traces(place: Place, session: str, home: Path, missed: list[Gap]) -> tuple[Trace, ...]:
    """Those in one config dir. What couldn't be read is added to `missed`."""
    config = Path(place.config)
    states = [config / _STATE, *([home / _STATE] if config == home / ".claude" else [])]
    readers = [
        _history(place, config / "history.jsonl", session),
        *(_last(place, state, session) for state in states),
        _named(place, config, session),
    ]
    found: list[Trace] = []
    for reader in readers:
        try:
            found += reader
        except FileNotFoundError:
            continue
        except OSError as error:
            missed.append(Gap(str(error.filename or config), error.strerror or str(error)))
    return tuple(found)


def _history(place: Place, path: Path, session: str) -> Iterator[Trace]:
    """The last prompt that was typed in it; print mode leaves none (observed on 2.1.197)."""
    last: dict[str, object] = {}
    for line in reading.lines_with(path, (session,)):
        told = reading.record(line)
        last = told if told.get("sessionId") == session else last
    if last:
        stamp = last.get("timestamp")
        when = stamp / 1000 if isinstance(stamp, int | float) and 0 <= stamp < _LAST_MOMENT else None
        yield Trace(f"its last prompt, typed in {last.get('project')}", str(path), place, when)


def _last(place: Place, path: Path, session: str) -> Iterator[Trace]:
    """The state file names a folder's last session. Its own time says nothing: every agent rewrites it."""
    with path.open("rb") as file:
        projects = reading.record(file.read(_MOST_STATE)).get("projects")
    for folder, told in projects.items() if isinstance(projects, dict) else ():
        if isinstance(told, dict) and told.get("lastSessionId") == session:
            yield Trace(f"it is the last session of {folder}", str(path), place, None)


def _named(place: Place, config: Path, session: str) -> Iterator[Trace]:
    """What has the id in its name, one or two levels below the config dir (todos, file-history, session-env, debug …),
    and the session's own folder beside the transcripts."""
    with os.scandir(config) as entries:
        folders = [entry.path for entry in entries if entry.name not in _ELSEWHERE and _is_folder(entry)]
    with_projects = [*folders, *_inside(config / "projects")]
    for folder in sorted(with_projects):
        for entry in _listed(folder):
            if session in entry.name and entry.name.lower() != f"{session}.jsonl".lower():
                when = entry.stat(follow_symlinks=False).st_mtime
                yield Trace(f"{Path(folder).name}/{entry.name}", entry.path, place, when)


def _inside(folder: Path) -> list[str]:
    return [entry.path for entry in _listed(str(folder)) if _is_folder(entry)]


def _listed(folder: str) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as entries:
            return list(entries)
    except (FileNotFoundError, NotADirectoryError):
        return []


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:
        return False
