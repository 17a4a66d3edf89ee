"""Transcripts, read in bounded parts: they grow to gigabytes, and every line is somebody else's."""

import json
import os
import stat
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

LONGEST_LINE = 32 << 20
"""Bytes of a line that is read as a record; one with pictures in it has some millions."""
MOST = 128 << 20
"""Bytes in which a first message is looked for."""
_PART = 1 << 20
_LINKED = frozenset({"user", "assistant", "attachment", "system"})
_SAID = frozenset({"content", "toolUseResult", "display", "summary", "lastPrompt"})


@dataclass(frozen=True)
class Contents:
    """`linked`: whether a message stands in it, None if none does as far as it was read. `cwd` and `leaf` are the first
    that its records name up to that message."""

    linked: bool | None
    cwd: str | None
    leaf: str | None


def contents(path: Path) -> Contents:
    """What an agent would find in the file; OSError if it can't be read."""
    cwd, leaf, read, torn = None, None, 0, False
    with _opened(path) as file:
        while line := file.readline(LONGEST_LINE):
            read += len(line)
            torn = torn or (len(line) == LONGEST_LINE and not line.endswith(b"\n"))
            told = record(line)
            cwd = cwd or _text(told.get("cwd"))
            leaf = leaf or _text(told.get("leafUuid"))
            if _text(told.get("type")) in _LINKED and _text(told.get("uuid")) is not None:
                return Contents(True, cwd, leaf)
            if read >= MOST:
                torn = True
                break
    return Contents(None if torn else False, cwd, leaf)


def lines_with(path: Path, needles: Iterable[str]) -> Iterator[bytes]:
    """The lines in which one of `needles` stands; of a line beyond LONGEST_LINE its parts count as lines. The file is
    read in large parts first: most have none. OSError if it can't be read."""
    wanted = [needle.encode() for needle in needles]
    with _opened(path) as file:
        kept = b""
        while part := file.read(_PART):
            kept += part
            if any(needle in kept for needle in wanted):
                break
            kept = kept[-max(map(len, wanted)) :]
        else:
            return
        file.seek(0)
        while line := file.readline(LONGEST_LINE):
            if any(needle in line for needle in wanted):
                yield line


def field_of(line: bytes, value: str) -> str | None:
    """The field of the record in `line` whose whole value is `value` ("uuid", "message.id"). What somebody said, and
    what a tool answered, is no field."""
    return next(_fields(record(line), value, ""), None)


def record(line: bytes) -> dict[str, object]:
    """The record in a line; {} for a torn one, and for what is no object."""
    try:
        found = json.loads(line)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _fields(value: object, wanted: str, at: str) -> Iterator[str]:
    if isinstance(value, dict):
        for name, inner in value.items():
            if name not in _SAID:
                yield from _fields(inner, wanted, f"{at}.{name}" if at else str(name))
    elif value == wanted:
        yield at


def _opened(path: Path) -> BinaryIO:
    """For reading. A pipe of that name is not waited for."""
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise OSError("it is no regular file")
    return os.fdopen(descriptor, "rb")


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None
