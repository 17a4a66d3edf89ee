"""The processes below this one, orphans included: what a run started, wherever it went."""

import contextlib
import ctypes
import os
import select
import time
from collections.abc import Iterable, Iterator
from pathlib import Path

_PR_SET_CHILD_SUBREAPER = 36
_DEAD = ("Z", "X")


@contextlib.contextmanager
def adopting() -> Iterator[None]:
    """Orphans among our descendants become our children (prctl(2)): none can leave the family unseen."""
    libc = ctypes.CDLL(None, use_errno=True)
    assert libc.prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) == 0
    try:
        yield
    finally:
        assert libc.prctl(_PR_SET_CHILD_SUBREAPER, 0, 0, 0, 0) == 0


def descendants() -> dict[int, int]:
    """Every living or dead process below this one: its start time by its pid."""
    found = {int(entry.name): _stat(int(entry.name)) for entry in Path("/proc").iterdir() if entry.name.isdigit()}
    ours = {os.getpid()}
    while below := {pid for pid, stat in found.items() if stat is not None and stat[1] in ours and pid not in ours}:
        ours |= below
    return {pid: stat[2] for pid in ours if pid != os.getpid() and (stat := found[pid]) is not None}


def alive(pid: int) -> bool:
    stat = _stat(pid)
    return stat is not None and stat[0] not in _DEAD


def command(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")[:200]
    except (FileNotFoundError, ProcessLookupError):
        return "gone"


def living(pids: Iterable[int]) -> list[str]:
    """Those of `pids` that live, in words."""
    return [f"process {pid} still lives: {command(pid)}" for pid in sorted(pids) if alive(pid)]


def await_end(others: set[int], within: float) -> tuple[set[int], set[int]]:
    """Wait until none of our descendants lives but the `others`, reaping those that came to us.

    The pids of all that were seen on the way, and of those that still lived after `within` seconds."""
    until = time.monotonic() + within
    seen: set[int] = set()
    while family := descendants().keys() - others:
        seen |= family
        alive_yet = [pid for pid in family if alive(pid)]
        for pid in family.difference(alive_yet):
            with contextlib.suppress(ChildProcessError):  # its own parent lives, and reaps it
                os.waitpid(pid, os.WNOHANG)
        if alive_yet and not _ended(alive_yet[0], until):
            return seen, set(alive_yet)
    return seen, set()


def _ended(pid: int, until: float) -> bool:
    """Whether the process ended before the monotonic time `until`."""
    try:
        pidfd = os.pidfd_open(pid)
    except ProcessLookupError:
        return True
    try:
        return bool(select.select([pidfd], [], [], max(0.0, until - time.monotonic()))[0])
    finally:
        os.close(pidfd)


def _stat(pid: int) -> tuple[str, int, int] | None:
    """State, parent and start time by proc(5); None for a process that has gone."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return None
    return fields[0], int(fields[1]), int(fields[19])
