"""What stands in the way of writing a transcript, without writing anything: by access(2) and statvfs(3)."""

import errno
import os
from pathlib import Path

from holdfast.agents.resume.facts import Gap, Obstacle

LEAST = 128 << 10
"""Bytes that must be free: 2.1.329 writes that much for one turn."""


def obstacles(expected: Path, missed: list[Gap]) -> tuple[Obstacle, ...]:
    """Of the place where `expected` would be written: its nearest folder that is there."""
    folder = expected.parent
    while True:
        try:
            is_folder = _is_folder(folder)
            break
        except FileNotFoundError:
            folder = folder.parent
        except OSError as error:
            missed.append(Gap(str(folder), error.strerror or str(error)))
            return ()
    if not is_folder:
        return (Obstacle(str(folder), "is no folder, so that nothing can be made in it"),)
    try:
        return tuple(Obstacle(str(folder), what) for what in _of(folder))
    except OSError as error:
        missed.append(Gap(str(folder), error.strerror or str(error)))
        return ()


def _is_folder(path: Path) -> bool:
    """FileNotFoundError if nothing is there; what is below a file isn't there either. A link to nothing is no
    folder."""
    try:
        path.lstat()
    except NotADirectoryError as error:
        raise FileNotFoundError(errno.ENOENT, "not there", str(path)) from error
    return path.is_dir()


def _of(folder: Path) -> list[str]:
    volume = os.statvfs(folder)
    found = []
    if volume.f_flag & os.ST_RDONLY:
        found.append("lies on a volume that is mounted read-only")
    elif not os.access(folder, os.W_OK | os.X_OK, effective_ids=True):
        found.append(f"can't be written by this user (uid {os.geteuid()})")
    free = (volume.f_bfree if os.geteuid() == 0 else volume.f_bavail) * volume.f_frsize
    if volume.f_blocks and free < LEAST:
        found.append(f"lies on a volume that is full: {free} bytes are free, and a turn takes up to {LEAST}")
    if volume.f_files and not volume.f_favail:
        found.append("lies on a volume without an inode left: no file can be made on it")
    return found
