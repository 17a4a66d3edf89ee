"""Whatever is killed, nothing of a machine stays: by the end of the next start at the latest."""

import os
import select
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from holdfast.machines import cgroup, open_holder
from holdfast.machines.protocol import Blueprint, MachineError
from tests.machine.asking import BOUND, alive, at_last, loops

# A shell's background jobs ignore SIGINT, and so would this one in a test run that is such a job.
RUN = """
import signal
import sys
from pathlib import Path
from holdfast.machines import open_holder
from holdfast.machines.protocol import Blueprint
signal.signal(signal.SIGINT, signal.default_int_handler)
holder = open_holder()
disk = holder.disk() if sys.argv[2] == "a disk" else None
home = Path(sys.argv[2]) if disk is None else disk.home
machine = holder.machine(Blueprint(kind=sys.argv[1], home=home, disk=disk))
machine.boot()
machine.spawn(("sh", "-c", "trap '' HUP TERM; setsid sleep 1000 & tmux new-session -d; sleep 1000"))
print(holder.pid, holder.folder, machine.root.parts[2], flush=True)
sys.stdin.read()
"""


class Started:
    """A run in a process of its own, with one machine that is on. Its home is the host's, or "a disk" of its holder."""

    def __init__(self, kind: str, home: Path | str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", RUN, kind, str(home)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        assert self.process.stdout is not None
        holder, folder, first = self.process.stdout.readline().split()
        self.holder, self.folder, self.first = int(holder), Path(folder), int(first)
        self.holder_end = os.pidfd_open(self.holder)
        self.first_end = os.pidfd_open(self.first)

    def left(self) -> list[str]:
        """What of it is still there, in words."""
        mounts = Path("/proc/self/mountinfo").read_text()
        groups = cgroup.hierarchy(mounts)
        found = [f"process {pid}" for pid in (self.holder, self.first) if alive(pid)]
        found += [str(path) for path in (self.folder, self.folder.with_suffix(".lock")) if path.exists()]
        found += [line for line in [*mounts.splitlines(), *loops()] if self.folder.name in line]
        return found + ([] if groups is None else [str(path) for path in groups.glob(f"holdfast-*-{self.folder.name}")])

    def end(self) -> None:
        self.process.kill()
        self.process.communicate(timeout=BOUND)
        os.close(self.holder_end)
        os.close(self.first_end)


def ended(pidfd: int) -> bool:
    return bool(select.select([pidfd], [], [], BOUND)[0])


def left_by_the_next_start(left: Callable[[], list[str]]) -> list[str]:
    """What is left when another holder has started: at once, or when that of a test beside this one, which was sweeping
    the same just then, is done."""

    def look() -> list[str]:
        with open_holder():
            return left()

    return at_last(look, [])


def existing(folder: Path) -> list[str]:
    return [str(folder)] if folder.exists() else []


def test_nothing_stays_when_the_run_is_killed(kind: str, tmp_path: Path) -> None:
    run = Started(kind, tmp_path)
    run.process.kill()
    assert ended(run.first_end)
    assert ended(run.holder_end)
    assert run.left() == []
    run.end()


@pytest.mark.parametrize("by", [signal.SIGINT, signal.SIGTERM])
def test_nothing_stays_when_the_run_is_interrupted(kind: str, tmp_path: Path, by: signal.Signals) -> None:
    run = Started(kind, tmp_path)
    os.kill(run.process.pid, by)
    assert ended(run.holder_end)
    assert run.left() == []
    run.end()


@pytest.mark.parametrize("times", [1, 20])
def test_nothing_stays_when_the_holder_is_asked_to_end(kind: str, tmp_path: Path, times: int) -> None:
    run = Started(kind, tmp_path)
    for _ in range(times):
        signal.pidfd_send_signal(run.holder_end, signal.SIGTERM)
        select.select([run.holder_end], [], [], 0.01)
    assert ended(run.holder_end)
    assert run.left() == []
    run.end()


def test_machines_die_with_a_killed_holder_and_the_next_start_sweeps_the_rest(kind: str, tmp_path: Path) -> None:
    run = Started(kind, tmp_path)
    assert run.folder.exists()  # and who is killed takes nothing away
    os.kill(run.holder, signal.SIGKILL)
    assert ended(run.first_end)
    assert left_by_the_next_start(run.left) == []
    run.end()


def test_a_sweep_leaves_a_living_holder_alone(kind: str, tmp_path: Path) -> None:
    run = Started(kind, tmp_path)
    with open_holder():
        pass
    assert alive(run.first)
    assert run.folder.exists()
    run.end()


def test_a_terminals_interrupt_does_not_reach_the_holder() -> None:
    with open_holder() as holder:
        assert os.getsid(holder.pid) == holder.pid != os.getsid(0)


def test_a_run_whose_holder_was_killed_is_told_so(tmp_path: Path) -> None:
    with open_holder() as holder:
        machine = holder.machine(Blueprint(kind="namespace", home=tmp_path))
        machine.boot()
        os.kill(holder.pid, signal.SIGKILL)
        assert ended(os.pidfd_open(holder.pid))
        with pytest.raises(MachineError, match="has gone"):
            machine.off()
    assert left_by_the_next_start(lambda: existing(holder.folder)) == []


# Is the holder of one boot itself, and kills all that could end the machine while its pid 1 is still mounting.
KILLED_WHILE_BOOTING = """
import os
import signal
import sys
from pathlib import Path
from holdfast.machines import open_holder, running
from holdfast.machines.protocol import Blueprint
first_of, spawned, written = running._first, os.posix_spawn, os.write
booting = []

def cut():
    monitor, first = booting
    for pid in (monitor, holder.pid):
        os.kill(pid, signal.SIGKILL)
    written(1, f"{first}\\n".encode())
    os.kill(os.getpid(), signal.SIGKILL)

def spawn(*bwrap, **streams):
    booting.append(spawned(*bwrap, **streams))
    return booting[0]

def first(info):
    if sys.argv[1] == "before anybody is told of it":
        children = Path(f"/proc/{booting[0]}/task/{booting[0]}/children")
        while not (known := children.read_text()):
            pass
        booting.append(int(known))
        cut()
    booting.append(first_of(info))
    if sys.argv[1] == "before it may begin":
        cut()
    return booting[1]

def write(fd, data):
    done = written(fd, data)
    if len(booting) == 2:
        cut()
    return done

holder = open_holder()
machine = holder.machine(Blueprint(kind="namespace", home=Path(sys.argv[2])))
running._first, os.posix_spawn, os.write = first, spawn, write
machine._ask = lambda boot: running.start(boot, holder.folder / boot.name, None)
machine.boot()
"""


@pytest.mark.parametrize("moment", ["before anybody is told of it", "before it may begin", "as it may begin"])
def test_a_machine_ends_whose_holder_is_killed_while_it_boots(moment: str, tmp_path: Path) -> None:
    """By the end of the next start: pid 1 may wait for ever for the parent that was to let it go on."""
    command = [sys.executable, "-c", KILLED_WHILE_BOOTING, moment, str(tmp_path)]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, timeout=BOUND, check=False)
    assert done.returncode == -signal.SIGKILL
    try:
        first = os.pidfd_open(int(done.stdout))
    except ProcessLookupError:
        return  # it was quicker
    with open_holder():
        assert ended(first)
    os.close(first)
