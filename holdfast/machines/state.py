"""The folder that a living holder keeps its machines' files in, and those that dead holders left.

Below /tmp/holdfast-<uid>/ each holder has a folder <token>/ and a file <token>.lock, which it holds locked (flock) for
as long as it lives: what can be locked by another is stale. The lock is taken before the folder is made and goes after
it. A token begins with the holder's pid, so that a person sees whose it is.
"""

import fcntl
import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

from holdfast.machines.protocol import MachineError


@dataclass(frozen=True)
class Claim:
    """A folder that is ours as long as `lock`, a descriptor, is open."""

    token: str
    folder: Path
    lock: int

    def release(self) -> None:
        """Remove the folder, then the lock."""
        remove(self.folder)
        _lock_file(self.folder.parent, self.token).unlink()
        os.close(self.lock)


def remove(folder: Path) -> None:
    """Remove a folder of a holder's, from which a run that is being stopped may be removing too: what has gone
    meanwhile is no error."""
    shutil.rmtree(folder, onerror=_unless_gone)


def base() -> Path:
    """Where holders of this user keep their folders: a short path, because socket paths below it must stay under 100
    characters."""
    return private(Path(f"/tmp/holdfast-{os.geteuid()}"))


def private(folder: Path) -> Path:
    """Make the folder for this user alone; one that is there already must be so."""
    folder.mkdir(mode=0o700, exist_ok=True)
    found = folder.lstat()
    if folder.is_symlink() or found.st_uid != os.geteuid() or found.st_mode & 0o077:
        raise MachineError(
            f"{folder} can't hold the machines' files: it is not a folder that only this user may enter, and sockets "
            "that act for this user would lie there. Remove it, or ask its owner to"
        )
    return folder


def claim(base: Path) -> Claim:
    """A new, empty folder, locked before it exists. A sweep that got between making and locking the file took the file
    away: then it is done again."""
    while True:
        token = f"{os.getpid()}-{secrets.token_hex(4)}"
        path = _lock_file(base, token)
        lock = os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR | os.O_CLOEXEC, 0o600)
        if _locked(lock) and path.exists() and path.stat().st_ino == os.fstat(lock).st_ino:
            folder = base / token
            folder.mkdir(mode=0o700)
            return Claim(token, folder, lock)
        os.close(lock)


@contextmanager
def _claimed(path: Path) -> Iterator[int | None]:
    """The lock of a dead holder, or None if its holder lives or its file has gone."""
    try:
        lock = os.open(path, os.O_RDWR | os.O_CLOEXEC)
    except FileNotFoundError:
        yield None
        return
    try:
        yield lock if _locked(lock) else None
    finally:
        os.close(lock)


def stale(base: Path) -> Iterator[str]:
    """The tokens of dead holders, each locked while the caller clears away what it left elsewhere; its folder and lock
    go when the caller asks for the next."""
    for path in sorted(base.glob("*.lock")):
        with _claimed(path) as lock:
            if lock is None:
                continue
            token = path.name.removesuffix(".lock")
            yield token
            remove(base / token)
            path.unlink(missing_ok=True)


def _lock_file(base: Path, token: str) -> Path:
    return base / f"{token}.lock"


def _locked(fd: int) -> bool:
    try:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _unless_gone(_: object, name: str, error: tuple[type[BaseException], BaseException, TracebackType]) -> None:
    path = Path(name)
    is_folder = path.is_dir() and not path.is_symlink()
    folders = [path.parent, path] if is_folder else [path.parent]
    closed = [folder for folder in folders if not os.access(folder, os.R_OK | os.W_OK | os.X_OK)]
    if isinstance(error[1], PermissionError) and closed:
        for folder in closed:  # Go's module cache is made of folders that nobody may write to
            folder.chmod(0o700)
        shutil.rmtree(path, onerror=_unless_gone) if is_folder else path.unlink(missing_ok=True)
    elif not isinstance(error[1], FileNotFoundError):
        raise error[1]
