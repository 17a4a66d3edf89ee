"""A disk whose power can be cut: what it keeps, and that nothing of it stays. Collected for root only."""

import contextlib
import os
import select
import signal
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from holdfast.machines import Holder, open_holder
from holdfast.machines.machine import HeldMachine
from holdfast.machines.protocol import Blueprint, Disk, MachineError
from tests.machine.asking import at_last, loops, shell
from tests.machine.test_machine_reaper import Started, ended, existing, left_by_the_next_start


@pytest.fixture
def disk(holder: Holder) -> Iterator[Disk]:
    made = holder.disk()
    yield made
    holder.discard(made)


@pytest.fixture
def machine(holder: Holder, kind: str, disk: Disk) -> Iterator[HeldMachine]:
    made = holder.machine(Blueprint(kind=kind, home=disk.home, disk=disk))
    made.boot()
    yield made
    made.close()


def test_a_cut_keeps_what_was_synced_and_nothing_else(machine: HeldMachine, disk: Disk) -> None:
    shell(machine, "echo old >kept; sync kept; echo new >lost; cat kept lost")
    assert (disk.home / "lost").read_text() == "new\n"
    before = machine.boot_id
    machine.cut()
    assert (disk.home / "kept").read_text() == "old\n"
    assert not (disk.home / "lost").exists() or (disk.home / "lost").read_text() == ""
    machine.boot()
    assert machine.boot_id != before
    assert shell(machine, "cat kept; df --output=fstype ~ | tail -1").split() == ["old", "ext4"]


def test_switched_off_it_keeps_everything(machine: HeldMachine, disk: Disk) -> None:
    shell(machine, "echo new >kept")
    machine.off()
    assert (disk.home / "kept").read_text() == "new\n"
    machine.boot()
    assert shell(machine, "cat kept") == "new"


def test_a_disk_of_another_machine_is_not_touched(machine: HeldMachine, holder: Holder) -> None:
    other = holder.disk()
    neighbour = holder.machine(Blueprint(kind="namespace", home=other.home, disk=other))
    neighbour.boot()
    shell(neighbour, "echo new >kept")
    machine.cut()
    assert shell(neighbour, "cat kept; echo more >>kept; cat kept").split() == ["new", "new", "more"]
    neighbour.close()
    holder.discard(other)


def test_a_cut_under_somebodys_eyes_is_refused_in_words(machine: HeldMachine, disk: Disk) -> None:
    file = disk.home / "looked at"
    file.write_text("new")
    with file.open(), pytest.raises(MachineError, match=r"can't be unmounted .*a process has a file of it open"):
        machine.cut()


def test_the_hosts_own_disk_is_never_cut(holder: Holder, tmp_path: Path) -> None:
    machine = holder.machine(Blueprint(kind="namespace", home=tmp_path))
    machine.boot()
    with pytest.raises(MachineError, match="lies on the host's own disk"):
        machine.cut()
    assert shell(machine, "echo on") == "on"
    machine.close()


def test_a_disk_is_mounted_for_its_holder_only_and_goes_with_a_discard(holder: Holder) -> None:
    made = holder.disk()
    assert [line for line in loops() if str(made.folder.parents[1]) in line]
    assert str(made.folder.parents[1]) not in Path("/proc/self/mountinfo").read_text()
    holder.discard(made)
    assert not [line for line in loops() if str(made.folder.parents[1]) in line]
    assert not made.folder.parents[1].exists()


def children(pid: int) -> list[int]:
    """Pidfds of the processes that this one has started, and that have not ended."""
    found = []
    for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
        with contextlib.suppress(ProcessLookupError):
            found.append(os.pidfd_open(int(child)))
    return found


def loops_of(folder: Path) -> list[str]:
    """The loop devices that lead into that folder, when they have had their time to go."""
    return at_last(lambda: [line for line in loops() if folder.name in line], [])


def lose(run: Started, pid: int, by: signal.Signals) -> None:
    """Send the signal; returns when the holder, the machine and whatever is between them have ended."""
    between = children(run.holder)
    os.kill(pid, by)
    assert all(ended(fd) for fd in (run.holder_end, run.first_end, *between))
    for fd in between:
        os.close(fd)


@pytest.mark.parametrize("by", [signal.SIGKILL, signal.SIGINT, signal.SIGTERM])
def test_nothing_stays_of_a_disk_when_the_run_is_ended(kind: str, by: signal.Signals) -> None:
    run = Started(kind, "a disk")
    assert any(run.folder.name in line for line in loops())
    lose(run, run.process.pid, by)
    assert run.left() == []
    run.end()


def test_no_loop_device_stays_when_the_holder_is_killed_and_the_next_start_removes_the_image() -> None:
    run = Started("namespace", "a disk")
    assert list(run.folder.glob("d*/image"))  # and who is killed takes nothing away
    lose(run, run.holder, signal.SIGKILL)
    assert loops_of(run.folder) == []
    assert left_by_the_next_start(run.left) == []
    run.end()


@pytest.mark.parametrize("milliseconds", range(0, 60, 6))
def test_no_loop_device_stays_when_the_holder_is_killed_while_it_makes_a_disk(milliseconds: int) -> None:
    """At ten moments of the some 50 ms that it takes."""

    def ask() -> None:
        with contextlib.suppress(MachineError):
            holder.disk()

    with open_holder() as holder:
        gone = os.pidfd_open(holder.pid)
        asking = threading.Thread(target=ask)
        asking.start()
        select.select([gone], [], [], milliseconds / 1000)
        between = children(holder.pid)
        os.kill(holder.pid, signal.SIGKILL)
        assert all(ended(fd) for fd in (gone, *between))
        asking.join()
    assert loops_of(holder.folder) == []
    assert left_by_the_next_start(lambda: existing(holder.folder)) == []
    for fd in (gone, *between):
        os.close(fd)
