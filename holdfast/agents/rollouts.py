"""Codex's conversations on disk: <home>/.codex/sessions/<year>/<month>/<day>/rollout-<time>-<thread>.jsonl.

The thread is told by the file's name, as a launcher would tell it; of a copied file the agent itself believes the first
record (observed on 0.169.0).
"""

import re
from collections.abc import Iterator
from pathlib import Path

from holdfast.agents import dialect, kept
from holdfast.agents.protocol import Unreadable
from holdfast.model.seen import Transcript, Turn

_NAME = re.compile(r"rollout-.*?([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\.jsonl")


def transcripts(home: Path) -> tuple[Transcript, ...]:
    """Every conversation, by path. A file that goes while it is read is gone, and left out."""
    sessions = home / ".codex" / "sessions"
    try:
        paths = sorted(sessions.glob("*/*/*/rollout-*.jsonl"))
        return tuple(found for path in paths if (found := _read(path)) is not None)
    except OSError as error:
        raise Unreadable(f"the agent's conversations under {sessions} can't be read: {error}") from error


def _read(path: Path) -> Transcript | None:
    name = _NAME.fullmatch(path.name)
    if name is None or (found := kept.read(path)) is None:
        return None
    return found.transcript(name[1], turns(found.data))


def turns(data: bytes) -> Iterator[Turn]:
    """A person's prompts in the file's order."""
    for record in kept.records(data):
        payload = record.get("payload")
        if isinstance(payload, dict) and (prompt := _prompt(payload)) is not None:
            yield Turn(str(payload.get("id")), dialect.planted(prompt))


def _prompt(message: dict[str, object]) -> str | None:
    """What a person typed, None if this is no prompt: Codex puts words of its own into user messages too, each within a
    tag."""
    content = message.get("content")
    if (message.get("type"), message.get("role")) != ("message", "user") or not isinstance(content, list):
        return None
    text = "\n".join(str(part.get("text", "")) for part in content if isinstance(part, dict))
    return None if text.startswith("<") else text
