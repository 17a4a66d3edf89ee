"""opencode's conversations, all in one SQLite database: <home>/.local/share/opencode/opencode.db.

A conversation has no file of its own: its path, inode and ctime are the database's, its size and digest are those of
its prompts and answers, its mtime is the time that its row was last changed.
"""

import contextlib
import hashlib
import json
import re
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from holdfast.agents.protocol import Unreadable
from holdfast.model.seen import Transcript, Turn

_REMEMBER = re.compile(r'"?remember ([^\s"]+)"?')
_BUSY_SECONDS = 5.0
_PARTS = """
    SELECT message.id, message.data, part.data FROM message JOIN part ON part.message_id = message.id
    WHERE message.session_id = ? ORDER BY message.time_created, message.id, part.id
"""


def transcripts(home: Path) -> tuple[Transcript, ...]:
    """Every conversation, by the time of its birth. A home without the database holds none."""
    path = home / ".local" / "share" / "opencode" / "opencode.db"
    if not path.exists():
        return ()
    try:
        opened = sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=_BUSY_SECONDS)
        with contextlib.closing(opened) as database:
            sessions = database.execute("SELECT id, time_updated FROM session ORDER BY time_created, id").fetchall()
            return tuple(_read(database, path, session, updated) for session, updated in sessions)
    except (OSError, ValueError, sqlite3.Error) as error:
        raise Unreadable(f"the agent's conversations in {path} can't be read: {error}") from error


def _read(database: sqlite3.Connection, path: Path, session: str, updated: int) -> Transcript:
    parts = [(str(one), json.loads(of), json.loads(data)) for one, of, data in database.execute(_PARTS, (session,))]
    said = [(one, of["role"], data["text"]) for one, of, data in parts if data.get("type") == "text"]
    data = json.dumps(said).encode()
    status = path.stat()
    return Transcript(
        path=str(path),
        session=session,
        turns=tuple(_turns(said)),
        size=len(data),
        mtime_ns=updated * 1_000_000,
        ctime_ns=status.st_ctime_ns,
        digest=hashlib.sha256(data).hexdigest(),
        inode=status.st_ino,
    )


def _turns(said: list[tuple[str, str, str]]) -> Iterator[Turn]:
    """A person's prompts. `opencode run` puts a prompt of several words into quotation marks."""
    for message, role, text in said:
        if role == "user":
            planted = _REMEMBER.fullmatch(text)
            yield Turn(message, planted[1] if planted else None)
