"""Claude Code's config dirs in a home: <home>/.claude, and one an agent where a launcher keeps them apart
(CLAUDE_CONFIG_DIR), as each container has its own."""

import os
from collections.abc import Iterator, Mapping
from pathlib import Path

VARIABLE = "CLAUDE_CONFIG_DIR"
_OWN = ("projects", "sessions")


def configs(home: Path) -> tuple[Path, ...]:
    """The usual one first, whether it exists or not. Another is one only if an agent has kept something there: a folder
    to work in may have a .claude as well, of settings alone."""
    usual = home / ".claude"
    found = {
        Path(folder)
        for folder in _apart(str(home))
        if any(os.path.isdir(f"{folder}/{own}") for own in _OWN)  # noqa: PTH112  (looked for all the while, mostly in vain)
    }
    return usual, *sorted(path for path in found if usual not in (path, *path.parents))


def _apart(home: str) -> Iterator[str]:
    """Where launchers were seen to put them: in a folder of the agent's, or below a hidden one of their own."""
    for first in _folders(home):
        hidden = first.rpartition("/")[2].startswith(".")
        if not hidden:
            yield f"{first}/.claude"
        for second in _folders(first):
            if hidden:
                yield second
                yield from _folders(second)
            else:
                yield f"{second}/.claude"


def _folders(folder: str) -> list[str]:
    """Those in it; none if it goes meanwhile, as the real agent's lock ~/.claude.json.lock does, which is a folder."""
    try:
        with os.scandir(folder) as entries:
            return [entry.path for entry in entries if entry.is_dir()]
    except (FileNotFoundError, PermissionError):
        return []


def environment(home: Path, inside: str, transcript: Path) -> Mapping[str, str]:
    """With what an agent finds the conversation in that file again, the home being `inside` to it: nothing, or the
    config dir that lies above projects/<folder>/."""
    config = of(transcript)
    return {} if config == home / ".claude" else {VARIABLE: f"{inside}/{config.relative_to(home)}"}


def of(transcript: Path) -> Path:
    """The config dir in which the conversation lies."""
    return transcript.parents[2]
