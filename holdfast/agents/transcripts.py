"""Claude Code's conversations on disk: <home>/.claude/projects/<encoded folder>/<session>.jsonl, and so in its other
config dirs.

The file's name is the session's id, whatever its records say: that is how the agent itself takes it (observed on
2.1.197; a copy's records still name another). Names that are no UUID are no conversations to it.
"""

import re
from collections.abc import Iterator
from pathlib import Path

from holdfast.agents import dialect, kept
from holdfast.agents.configs import configs
from holdfast.agents.protocol import Unreadable
from holdfast.model.seen import Transcript, Turn

_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_INTERRUPTED = "[Request interrupted by user"


def transcripts(home: Path) -> tuple[Transcript, ...]:
    """Every conversation, by path. A file that goes while it is read is gone, and left out."""
    projects = home / ".claude" / "projects"
    try:
        paths = []
        for config in configs(home):
            projects = config / "projects"
            paths += [path for folder in _listed(projects) if folder.is_dir() for path in _listed(folder)]
        return tuple(found for path in sorted(paths) if (found := _read(path)) is not None)
    except OSError as error:
        raise Unreadable(f"the agent's conversations under {projects} can't be read: {error}") from error


def _listed(folder: Path) -> list[Path]:
    try:
        return list(folder.iterdir())
    except FileNotFoundError:
        return []


def _read(path: Path) -> Transcript | None:
    if path.suffix != ".jsonl" or not _UUID.fullmatch(path.stem) or (found := kept.read(path)) is None:
        return None
    cwds = (record.get("cwd") for record in kept.records(found.data))
    folder = next((cwd for cwd in cwds if isinstance(cwd, str)), None)
    return found.transcript(path.stem, turns(found.data), folder)


def turns(data: bytes) -> Iterator[Turn]:
    """A person's prompts in the file's order, those of sibling branches included."""
    for record in kept.records(data):
        if (prompt := _prompt(record)) is not None:
            yield Turn(str(record["uuid"]), dialect.planted(prompt))


def _prompt(record: dict[str, object]) -> str | None:
    """What a person typed, None if this is no prompt: a tool's result, an interruption, the trace of a command, or the
    summary from which a compacted conversation goes on."""
    message = record.get("message")
    nobodys = record.get("isMeta") or record.get("isSidechain") or record.get("isCompactSummary")
    if record.get("type") != "user" or nobodys or "uuid" not in record:
        return None
    content = message.get("content") if isinstance(message, dict) else None
    if isinstance(content, list):
        texts = [block.get("text") for block in content if isinstance(block, dict) and block.get("type") == "text"]
        content = "\n".join(str(text) for text in texts) if len(texts) == len(content) else None
    if not isinstance(content, str) or content.startswith(("<command-", "<local-command-", _INTERRUPTED)):
        return None
    return content
