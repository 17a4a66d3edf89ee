"""opencode's conversations, all in one SQLite database: <home>/.local/share/opencode/opencode.db.

A conversation has no file of its own: its path, inode and ctime are the database's, its size and digest are those of
its prompts and answers, its mtime is the time that its row was last changed.

What is read is a copy: SQLite locks a database for its readers too, and an agent that starts meanwhile would wait.
"""

import contextlib
import hashlib
import json
import re
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from pathlib import Path

from holdfast.agents.protocol import Unreadable
from holdfast.model.seen import Transcript, Turn

_REMEMBER = re.compile(r'"?remember ([^\s"]+)"?')
_COPIES = 10
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
        with tempfile.TemporaryDirectory() as folder, contextlib.closing(_copy(path, Path(folder))) as database:
            sessions = database.execute("SELECT id, time_updated FROM session ORDER BY time_created, id").fetchall()
            return tuple(_read(database, path, session, updated) for session, updated in sessions)
    except (OSError, ValueError, sqlite3.Error) as error:
        raise Unreadable(f"the agent's conversations in {path} can't be read: {error}") from error


def _copy(path: Path, folder: Path) -> sqlite3.Connection:
    """The database and its write-ahead log, copied while no log was written back into it: only then they belong
    together (https://sqlite.org/wal.html)."""
    log = path.with_name(f"{path.name}-wal")
    for _ in range(_COPIES):
        before = path.stat().st_mtime_ns
        shutil.copyfile(path, folder / path.name)
        (folder / log.name).unlink(missing_ok=True)
        with contextlib.suppress(FileNotFoundError):
            shutil.copyfile(log, folder / log.name)
        if path.stat().st_mtime_ns == before:
            return sqlite3.connect(folder / path.name)
    raise OSError(f"it was changed during each of {_COPIES} copies")


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
