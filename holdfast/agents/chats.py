"""gemini-cli's conversations on disk: <home>/.gemini/tmp/<project>/chats/session-<time>-<id8>.jsonl.

The session's whole id stands in the file's first record, only its first eight digits in the name. Each start makes a
file, a resume one under the id that it resumes: without a prompt in it, such a file is no conversation.
"""

import hashlib
import json
import os
import re
from collections.abc import Iterator
from pathlib import Path

from holdfast.agents.protocol import Unreadable
from holdfast.model.seen import Transcript, Turn

_REMEMBER = re.compile(r"remember (\S+)")


def transcripts(home: Path) -> tuple[Transcript, ...]:
    """Every conversation, by path. A file that goes while it is read is gone, and left out."""
    projects = home / ".gemini" / "tmp"
    try:
        paths = sorted(projects.glob("*/chats/session-*.jsonl"))
        return tuple(found for path in paths if (found := _read(path)) is not None)
    except OSError as error:
        raise Unreadable(f"the agent's conversations under {projects} can't be read: {error}") from error


def _read(path: Path) -> Transcript | None:
    try:
        with path.open("rb") as file:
            status = os.fstat(file.fileno())
            data = file.read()
    except FileNotFoundError:
        return None
    records = list(_records(data))
    turns = tuple(_turns(records))
    if not turns or "sessionId" not in records[0]:
        return None
    return Transcript(
        path=str(path),
        session=str(records[0]["sessionId"]),
        turns=turns,
        size=len(data),
        mtime_ns=status.st_mtime_ns,
        ctime_ns=status.st_ctime_ns,
        digest=hashlib.sha256(data).hexdigest(),
        inode=status.st_ino,
    )


def _records(data: bytes) -> Iterator[dict[str, object]]:
    """A torn line has nothing to tell."""
    for line in data.split(b"\n"):
        try:
            record = json.loads(line)
        except ValueError:
            continue
        if isinstance(record, dict):
            yield record


def _turns(records: list[dict[str, object]]) -> Iterator[Turn]:
    """A person's prompts in the file's order."""
    for record in records:
        content = record.get("content")
        if record.get("type") != "user" or not isinstance(content, list):
            continue
        prompt = "\n".join(str(part.get("text", "")) for part in content if isinstance(part, dict))
        planted = _REMEMBER.fullmatch(prompt)
        yield Turn(str(record.get("id")), planted[1] if planted else None)
