"""The config dirs that may hold a conversation: the one asked for, the usual ones, those of agents that run, and those
below what `--also` names."""

import json
import os
from collections.abc import Iterator
from pathlib import Path

from holdfast.agents.resume.facts import Gap, Place
from holdfast.agents.resume.question import Question
from holdfast.agents.resume.running import Running

USUAL_DAYS = 30.0
"""An agent's cleanupPeriodDays where no setting says otherwise."""
DEEPEST = 8
MOST_ENTRIES = 200_000
_SETTINGS = 1 << 20
_MOST_DAYS = 1_000_000


def places(
    asked: Question, processes: tuple[Running, ...], missed: list[Gap]
) -> tuple[tuple[Place, ...], tuple[Path, ...]]:
    """The config dirs, each once, that which is asked for first; and the files that bear the id outside of any. What
    couldn't be looked at is added to `missed`."""
    loose: list[Path] = []
    named = [(path, "named by --also") for path in _below(asked, missed, loose)]
    usual = [asked.home / ".claude", asked.home / ".config/claude"]
    candidates = [
        (asked.config, "asked for", None),
        *((path, why, None) for path, why in named),
        *((path, "a usual one", None) for path in usual),
        *(
            (Path(one.config), f"that of pid {one.pid}", one.pid if one.foreign else None)
            for one in processes
            if one.config is not None
        ),
    ]
    found: dict[tuple[str, int | None], Place] = {}
    for path, why, foreign in candidates:
        # A link at the end of a foreign path would lead into this tree; so would its real path.
        key = (str(path) if foreign else os.path.realpath(path), foreign)
        if key not in found and (path == asked.config or _is_folder(path)):
            found[key] = Place(str(path), why, _keep_days(path), foreign)
    return tuple(found.values()), tuple(loose)


def _below(asked: Question, missed: list[Gap], loose: list[Path]) -> Iterator[Path]:
    """The config dirs at and below the named places: what has a folder `projects`. Links are not followed."""
    left = MOST_ENTRIES
    for top in asked.also:
        waiting = [(top.parent if top.name == "projects" else top, 0)]
        while waiting:
            folder, depth = waiting.pop()
            try:
                with os.scandir(folder) as entries:
                    inside = sorted(entries, key=lambda entry: entry.name)
                    folders = [entry.name for entry in inside if entry.is_dir(follow_symlinks=False)]
            except OSError as error:
                missed.append(Gap(str(folder), error.strerror or str(error)))
                continue
            left -= len(inside)
            if "projects" in folders:
                yield folder
                continue
            loose += [folder / one.name for one in inside if one.name.lower() == f"{asked.session}.jsonl".lower()]
            if depth == DEEPEST or left < 0:
                missed.extend(Gap(str(folder / name), "too deep, or too much, below --also") for name in folders[:1])
            else:
                waiting += [(folder / name, depth + 1) for name in reversed(folders)]


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except OSError:
        return False


def _keep_days(config: Path) -> float:
    """As its settings say. Broken settings are none to the agent as well."""
    try:
        with (config / "settings.json").open("rb") as file:
            told = json.loads(file.read(_SETTINGS))
    except (OSError, ValueError, RecursionError):
        return USUAL_DAYS
    days = told.get("cleanupPeriodDays") if isinstance(told, dict) else None
    if isinstance(days, bool) or not isinstance(days, int | float) or not days >= 0:
        return USUAL_DAYS
    return float(min(days, _MOST_DAYS))
