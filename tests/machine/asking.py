"""A few questions that tests put to a machine."""

import contextlib
import os
import select
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from holdfast.machines.machine import HeldMachine
from holdfast.machines.protocol import Blueprint
from holdfast.model.seen import ProcessId

BOUND = 10.0
"""Seconds for what takes some milliseconds."""

Maker = Callable[[Blueprint], HeldMachine]
T = TypeVar("T")


def output(machine: HeldMachine, *argv: str) -> str:
    """What a command says until its end."""
    spawned = machine.spawn(argv)
    said = b""
    while select.select([spawned.fd], [], [], BOUND)[0]:
        read = os.read(spawned.fd, 65536)
        if not read:
            assert spawned.wait(BOUND) is not None
            spawned.close()
            return said.decode()
        said += read
    raise AssertionError(f"{argv} still runs, or what it started still holds its output; so far it said {said!r}")


def shell(machine: HeldMachine, line: str) -> str:
    return output(machine, "sh", "-c", line).strip()


def identity(machine: HeldMachine, pid: int) -> ProcessId:
    stat = (machine.root / "proc" / str(pid) / "stat").read_text()
    return ProcessId(pid, int(stat.rpartition(")")[2].split()[19]))


def inside(machine: HeldMachine) -> list[int]:
    """The host's pids of what runs in the machine: what is in the pid namespace of its first process."""
    namespace = Path("/proc", machine.root.parts[2], "ns/pid").readlink()
    found = []
    for entry in Path("/proc").iterdir():
        with contextlib.suppress(FileNotFoundError, ProcessLookupError, PermissionError):
            if entry.name.isdigit() and (entry / "ns/pid").readlink() == namespace:
                found.append(int(entry.name))
    return found


def alive(host_pid: int) -> bool:
    """A zombie counts as dead: it only waits for its parent."""
    try:
        stat = Path(f"/proc/{host_pid}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return False
    return stat.rpartition(")")[2].split()[0] != "Z"


def at_last(look: Callable[[], T], expected: T, within: float = BOUND) -> T:
    """What `look` gives, once that is as expected, or so many seconds later: for what goes without telling anybody."""
    until = time.monotonic() + within
    while (found := look()) != expected and time.monotonic() < until:
        select.select([], [], [], 0.05)
    return found


def loops() -> list[str]:
    """What the loop devices of this host lead to."""
    found = []
    for backing in Path("/sys/block").glob("loop*/loop/backing_file"):
        with contextlib.suppress(OSError):  # another run's, that went meanwhile
            found.append(f"{backing.parts[3]} {backing.read_text().strip()}")
    return found


def without_rights(code: str) -> subprocess.CompletedProcess[str]:
    """A program in Python that may import holdfast, and is given an empty folder of its user's; as another user where
    this one is root, with the system's Python, which that user may read."""
    lower = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"] if os.geteuid() == 0 else []
    python = "/usr/bin/python3" if lower else sys.executable
    home = Path(f"/var/tmp/holdfast-test-{os.getpid()}")
    home.mkdir()
    try:
        if lower:
            os.chown(home, 65534, 65534)
        env = {"PATH": os.environ["PATH"], "PYTHONPATH": str(Path(__file__).parents[2]), "PYTHONDONTWRITEBYTECODE": "1"}
        return subprocess.run(
            [*lower, python, "-c", code, str(home)], capture_output=True, text=True, env=env, check=False
        )
    finally:
        home.rmdir()
