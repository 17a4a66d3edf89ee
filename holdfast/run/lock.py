"""What several workers may want at once is made by one of them; the others find it made."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def locked(store: Path, name: str) -> Iterator[None]:
    """Hold the lock of `name` in the folder `store`, which is made if it is missing. It ends with its holder."""
    store.mkdir(parents=True, exist_ok=True)
    lock = os.open(store / f"{name[:40]}.lock", os.O_CREAT | os.O_RDWR | os.O_CLOEXEC)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
    finally:
        os.close(lock)
