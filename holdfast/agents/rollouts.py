"""Codex's conversations on disk: <home>/.codex/sessions/<year>/<month>/<day>/rollout-<time>-<thread>.jsonl.

The thread is told by the file's name, as a launcher would tell it; of a copied file the agent itself believes the first
record (observed on 0.169.0).
"""

import hashlib
import json
import os
import re
from collections.abc import Iterator
from pathlib import Path

from holdfast.agents.protocol import Unreadable
from holdfast.model.seen import Transcript, Turn

_NAME = re.compile(r"rollout-.*?([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\.jsonl")
_REMEMBER = re.compile(r"remember (\S+)")


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
    if name is None:
        return None
    try:
        with path.open("rb") as file:
            status = os.fstat(file.fileno())
            data = file.read()
    except FileNotFoundError:
        return None
    return Transcript(
        path=str(path),
        session=name[1],
        turns=tuple(turns(data)),
        size=len(data),
        mtime_ns=status.st_mtime_ns,
        ctime_ns=status.st_ctime_ns,
        digest=hashlib.sha256(data).hexdigest(),
        inode=status.st_ino,
    )


def turns(data: bytes) -> Iterator[Turn]:
    """A person's prompts in the file's order. A torn line has none to tell."""
    for line in data.split(b"\n"):
        try:
            record = json.loads(line)
        except ValueError:
            continue
        payload = record.get("payload") if isinstance(record, dict) else None
        if isinstance(payload, dict) and (prompt := _prompt(payload)) is not None:
            planted = _REMEMBER.fullmatch(prompt)
            yield Turn(str(payload.get("id")), planted[1] if planted else None)


def _prompt(message: dict[str, object]) -> str | None:
    """What a person typed, None if this is no prompt: Codex puts words of its own into user messages too, each within a
    tag."""
    content = message.get("content")
    if (message.get("type"), message.get("role")) != ("message", "user") or not isinstance(content, list):
        return None
    text = "\n".join(str(part.get("text", "")) for part in content if isinstance(part, dict))
    return None if text.startswith("<") else text
