"""gemini-cli's conversations on disk: <home>/.gemini/tmp/<project>/chats/session-<time>-<id8>.jsonl.

The session's whole id stands in the file's first record, only its first eight digits in the name. Each start makes a
file, a resume one under the id that it resumes: without a prompt in it, such a file is no conversation.
"""

from collections.abc import Iterator
from pathlib import Path

from holdfast.agents import dialect, kept
from holdfast.agents.protocol import Unreadable
from holdfast.model.seen import Transcript, Turn


def transcripts(home: Path) -> tuple[Transcript, ...]:
    """Every conversation, by path. A file that goes while it is read is gone, and left out."""
    projects = home / ".gemini" / "tmp"
    try:
        paths = sorted(projects.glob("*/chats/session-*.jsonl"))
        return tuple(found for path in paths if (found := _read(path)) is not None)
    except OSError as error:
        raise Unreadable(f"the agent's conversations under {projects} can't be read: {error}") from error


def _read(path: Path) -> Transcript | None:
    found = kept.read(path)
    records = list(kept.records(found.data)) if found is not None else []
    turns = tuple(_turns(records))
    if found is None or not turns or "sessionId" not in records[0]:
        return None
    return found.transcript(str(records[0]["sessionId"]), turns)


def _turns(records: list[dict[str, object]]) -> Iterator[Turn]:
    """A person's prompts in the file's order."""
    for record in records:
        content = record.get("content")
        if record.get("type") != "user" or not isinstance(content, list):
            continue
        prompt = "\n".join(str(part.get("text", "")) for part in content if isinstance(part, dict))
        yield Turn(str(record.get("id")), dialect.planted(prompt))
