"""A file that an agent keeps a conversation in, read at one moment: records of JSON, one a line."""

import hashlib
import json
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from holdfast.model.seen import Transcript, Turn


@dataclass(frozen=True)
class Kept:
    """What `path` held, and what was its status then."""

    path: Path
    data: bytes
    status: os.stat_result

    def transcript(self, session: str, turns: Iterable[Turn], folder: str | None = None) -> Transcript:
        """What the file is to the engine: the conversation `session` with these turns, held in `folder`."""
        return Transcript(
            path=str(self.path),
            session=session,
            turns=tuple(turns),
            size=len(self.data),
            mtime_ns=self.status.st_mtime_ns,
            ctime_ns=self.status.st_ctime_ns,
            digest=hashlib.sha256(self.data).hexdigest(),
            inode=self.status.st_ino,
            folder=folder,
        )


def read(path: Path) -> Kept | None:
    """None for a file that goes while it is read."""
    try:
        with path.open("rb") as file:
            return Kept(path, status=os.fstat(file.fileno()), data=file.read())
    except FileNotFoundError:
        return None


def records(data: bytes) -> Iterator[dict[str, object]]:
    """The records in the file's order. A torn line has none to tell."""
    for line in data.split(b"\n"):
        try:
            record = json.loads(line)
        except ValueError:
            continue
        if isinstance(record, dict):
            yield record
