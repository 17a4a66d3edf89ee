"""Folders of the cgroup2 hierarchy: found, made, killed, removed. Source: the kernel's admin-guide/cgroup-v2."""

import os
import select
from pathlib import Path

from holdfast.machines.protocol import MachineError

KILL_BOUND = 10.0
"""Seconds until a killed cgroup must be empty."""


def hierarchy(mountinfo: str) -> Path | None:
    """Where the cgroup2 hierarchy is mounted, by the text of /proc/self/mountinfo; None if it isn't. A hybrid host has
    it beside the old ones, at /sys/fs/cgroup/unified."""
    for line in mountinfo.splitlines():
        fields, _, tail = line.partition(" - ")
        if tail.startswith("cgroup2 ") and fields.split()[3] == "/":
            return Path(fields.split()[4])
    return None


def folder_of(token: str) -> Path:
    """The cgroup of a holder's machines."""
    mount = hierarchy(Path("/proc/self/mountinfo").read_text())
    if mount is None:
        raise MachineError(
            "a systemd machine needs a cgroup2 hierarchy, and none is mounted here. "
            "Try: mkdir -p /sys/fs/cgroup/unified && mount -t cgroup2 none /sys/fs/cgroup/unified"
        )
    return mount / f"holdfast-{os.geteuid()}-{token}"


def make(folder: Path) -> None:
    """Make the folder, and hand every controller down to it, so that the systemd inside can limit memory where the host
    can. A folder that hands controllers down can't hold processes itself."""
    try:
        folder.mkdir(exist_ok=True)
        controllers = (folder / "cgroup.controllers").read_text().split()
        (folder / "cgroup.subtree_control").write_text(" ".join(f"+{name}" for name in controllers))
    except OSError as error:
        raise MachineError(
            f"a systemd machine needs a cgroup of its own, and {folder} can't be made: {error.strerror}. "
            "It takes root and a writable cgroup2 mount: run as root outside of a container, or use the namespace kind"
        ) from error


def empty(folder: Path) -> None:
    """Returns when nothing lives below any more; what still does gets SIGKILL. Nothing is killed where nothing lives:
    that waits for the kernel's other business for some 10 ms."""
    events = os.open(folder / "cgroup.events", os.O_RDONLY | os.O_CLOEXEC)
    try:
        poll = select.poll()
        poll.register(events, select.POLLPRI)
        if _populated(events):
            (folder / "cgroup.kill").write_text("1")
        while _populated(events):
            if not poll.poll(KILL_BOUND * 1000):
                raise MachineError(
                    f"processes in {folder} outlived cgroup.kill for {KILL_BOUND:g} s; see its cgroup.procs"
                )
    finally:
        os.close(events)


def remove(folder: Path) -> None:
    """Kill what lives below and remove the folder with all inside it. One that isn't there is removed already."""
    if not folder.exists():
        return
    empty(folder)
    for path, _, _ in os.walk(folder, topdown=False):
        Path(path).rmdir()


def _populated(events: int) -> bool:
    return b"populated 1" in os.pread(events, 4096, 0)
