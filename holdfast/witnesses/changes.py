"""Waiting for a folder to change: inotify(7), so that no wait has to look again and again."""

import ctypes
import errno
import os
import select
import threading
import time
from collections.abc import Iterable, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

_CREATE_MODIFY_MOVE_DELETE = (
    0x100 | 0x2 | 0x8 | 0xC0 | 0x200
)  # inotify(7): CREATE, MODIFY, CLOSE_WRITE, MOVED_*, DELETE
_LOOKED_AGAIN_AFTER = 0.05
"""Seconds: an exec in a pane, a process that ends in a machine, and what tmux does after its client has left, change no
folder."""
_LIBC = ctypes.CDLL(None, use_errno=True)


class Changes:
    """Watches folders for entries that come, go or are written. What changes between two waits is not missed."""

    def __init__(self, folders: Iterable[Path]) -> None:
        self._fd = _LIBC.inotify_init1(os.O_CLOEXEC | os.O_NONBLOCK)
        if self._fd < 0:
            raise OSError(ctypes.get_errno(), "inotify_init1 failed: are all inotify instances of this user taken?")
        for folder in folders:
            if folder.is_dir():
                self._watch(folder)

    def _watch(self, folder: Path) -> None:
        added = _LIBC.inotify_add_watch(self._fd, os.fsencode(folder), _CREATE_MODIFY_MOVE_DELETE)
        code = ctypes.get_errno()
        if added < 0 and code not in (errno.ENOENT, errno.ENOTDIR):  # it has gone meanwhile
            os.close(self._fd)
            raise OSError(code, f"{folder} can't be watched ({os.strerror(code)}): see fs.inotify.max_user_watches")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        # The kernel closes it in some 10 ms, until none of its readers can still see the watches: nobody need wait.
        threading.Thread(target=os.close, args=(self._fd,)).start()

    def wait(self, until: float, others: Sequence[int] = ()) -> bool:
        """Whether something changed, or one of the descriptors `others` became readable, before the monotonic time
        `until`; everything that has changed so far is taken in."""
        left = until - time.monotonic()
        found = select.select([self._fd, *others], [], [], left)[0] if left > 0 else []
        if self._fd in found:
            os.read(self._fd, 65536)
        return bool(found)

    def wait_or_look(self, until: float) -> None:
        """For who waits for what need not change a folder: as `wait`, and no longer than it is worth to look again."""
        self.wait(min(until, time.monotonic() + _LOOKED_AGAIN_AFTER))
