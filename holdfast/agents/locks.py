"""Which process holds a lock on a file, by the kernel's own list (/proc/locks, proc(5)): a lock of flock(2) is not to
be seen in the file, and a file whose lock nobody holds stays on disk.

The list is the host's, with the host's pids; each is told as the process that it is in its own machine.
"""

from dataclasses import dataclass
from pathlib import Path

from holdfast.agents.protocol import Unreadable
from holdfast.model.seen import ProcessId

_LOCKS = Path("/proc/locks")


@dataclass(frozen=True)
class Holder:
    """The process that holds a lock, by its innermost pid, and the folder that it works in, as it sees it itself."""

    process: ProcessId
    cwd: str


def holders(inodes: frozenset[int]) -> dict[int, Holder]:
    """Who holds the locks on the files with these inodes. Unreadable where the kernel doesn't tell."""
    try:
        lines = _LOCKS.read_text().splitlines()
    except OSError as error:
        raise Unreadable(f"the kernel's locks, {_LOCKS}, can't be read: {error}") from error
    found = {inode: _holder(Path("/proc", pid)) for inode, pid in map(_lock, lines) if inode in inodes}
    return {inode: holder for inode, holder in found.items() if holder is not None}


def _lock(line: str) -> tuple[int, str]:
    """(inode, pid) from `1: FLOCK  ADVISORY  WRITE <pid> <major>:<minor>:<inode> 0 EOF`; inode -1 for another kind of
    lock, and for a process that only waits for one (`1: -> FLOCK …`)."""
    words = line.split()
    if len(words) != 8 or words[1] != "FLOCK":
        return -1, ""
    return int(words[5].rpartition(":")[2]), words[4]


def _holder(folder: Path) -> Holder | None:
    """None for a process that has ended meanwhile."""
    try:
        status = (folder / "status").read_text(errors="replace")
        stat = (folder / "stat").read_text(errors="replace")
        cwd = str((folder / "cwd").readlink())
    except (FileNotFoundError, ProcessLookupError):
        return None
    except OSError as error:
        raise Unreadable(f"{folder}, a process that holds an agent's lock, can't be read: {error}") from error
    pids = status.partition("\nNSpid:")[2].partition("\n")[0].split()
    return Holder(ProcessId(int(pids[-1]), int(stat.rpartition(")")[2].split()[19])), cwd)
