"""The doorman: what it lets into a machine has no more there than what bubblewrap starts, and it holds up nobody."""

import os
import signal
from pathlib import Path

import pytest

from holdfast.machines import open_holder, rights, root
from holdfast.machines.doorkeeping import Doorkeeping
from holdfast.machines.machine import HeldMachine
from holdfast.machines.protocol import HOME, RUN, Blueprint, MachineError
from holdfast.machines.running import Running
from holdfast.machines.wire import OpenDoor
from tests.machine.asking import BOUND, alive, at_last, inside, output, shell


def namespace(folder: Path, name: str) -> Blueprint:
    (folder / name).mkdir()
    return Blueprint(kind="namespace", home=folder / name)


def doorman_of(holder: int) -> int:
    """The host's pid of the doorman."""
    (found,) = [pid for pid in _children(holder) if _is_doorman(pid)]
    return found


def _children(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def _is_doorman(pid: int) -> bool:
    """Or a door, which goes by its name. One that is a zombie has none."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().endswith(b"/doorman.pyc\0")
    except (FileNotFoundError, ProcessLookupError):
        return False


def sets(status: str) -> dict[str, int]:
    """The sets of capabilities in /proc/<pid>/status that a program can use or hand on."""
    lines = (line.split() for line in status.splitlines() if line.startswith(("CapPrm", "CapEff", "CapInh", "CapAmb")))
    return {name: int(mask, 16) for name, mask in lines}


def test_a_door_keeps_the_usual_rights_and_no_more(tmp_path: Path) -> None:
    with open_holder() as holder:
        machine = holder.machine(namespace(tmp_path, "home"))
        machine.boot()
        status = shell(machine, "cat /proc/self/status")
        assert set(sets(status).values()) == {rights.kept(rights.USUAL)}
        assert "NoNewPrivs:\t1" in status


def test_a_door_brings_nothing_along(tmp_path: Path) -> None:
    with open_holder() as holder:
        machine = holder.machine(namespace(tmp_path, "home"))
        machine.boot()
        door = Path("/proc", str(door_of(machine)))
        assert (door / "environ").read_bytes() == b""
        assert (door / "cwd").readlink() == Path(HOME)
        opened = {str(entry.readlink()) for entry in (door / "fd").iterdir()}
        assert {name.partition(":")[0] for name in opened} == {"/dev/null", "socket"} | {
            name for name in opened if name.endswith("/console")
        }
        assert not (door / "root" / tmp_path.relative_to("/")).exists()
        assert "\nPPid:\t1\n" in (machine.root / "proc" / _inside(door) / "status").read_text()
        assert output(machine, "readlink", "/proc/self/ns/pid") == f"{(door / 'ns/pid').readlink()}\n"


def test_no_program_of_a_machine_has_a_socket_of_its_holder(tmp_path: Path) -> None:
    """Who has it could answer the run, in a language that runs what it is told."""
    with open_holder() as holder:
        machine = holder.machine(namespace(tmp_path, "home"))
        machine.boot()
        first = int(machine.root.parts[2])
        beside = _children(first)
        assert len(beside) == 2  # what bubblewrap starts, and the door
        for pid in (first, *beside):
            opened = [str(entry.readlink()) for entry in Path(f"/proc/{pid}/fd").iterdir()]
            assert [name for name in opened if name.startswith("socket:")] == [] or pid in _doors(machine)


def _inside(process: Path) -> str:
    """Its pid as its machine counts."""
    lines = (process / "status").read_text().splitlines()
    return next(line.split()[-1] for line in lines if line.startswith("NSpid:"))


def door_of(machine: HeldMachine) -> int:
    """The host's pid of its door, as soon as who brought it in has gone."""
    assert at_last(lambda: len(_doors(machine)), 1) == 1
    return _doors(machine)[0]


def _doors(machine: HeldMachine) -> list[int]:
    return [pid for pid in inside(machine) if _is_doorman(pid)]


def test_a_doorman_that_has_gone_is_told_of_and_the_other_machines_go_on(tmp_path: Path) -> None:
    with open_holder() as holder:
        on, off = (holder.machine(namespace(tmp_path, name)) for name in ("on", "off"))
        on.boot()
        os.kill(doorman_of(holder.pid), signal.SIGKILL)
        with pytest.raises(MachineError, match=r"door can't be opened: the doorman \(pid \d+\) has gone"):
            off.boot()
        assert output(on, "echo", "here") == "here\n"
        on.off()


def test_a_doorman_ends_with_its_holder(tmp_path: Path) -> None:
    holder = open_holder()
    machine = holder.machine(namespace(tmp_path, "home"))
    machine.boot()
    held = [doorman_of(holder.pid), door_of(machine)]
    os.kill(holder.pid, signal.SIGKILL)
    assert at_last(lambda: any(alive(pid) for pid in held), False) is False
    holder.close()


def test_a_machine_that_has_ended_gets_no_door(tmp_path: Path) -> None:
    root.compile_doors(tmp_path)
    (tmp_path / "console").touch()
    doors = Doorkeeping(tmp_path)
    first = os.posix_spawn("/bin/true", ["true"], {})
    ended = os.pidfd_open(first)
    machine = Running(first, first, ended, -1, None, None, None)
    try:
        os.waitid(os.P_PIDFD, ended, os.WEXITED | os.WNOWAIT)
        with pytest.raises(MachineError, match="door can't be opened"):
            doors.open(machine, tmp_path / "console", OpenDoor("m1", 0, RUN, HOME))
        os.waitpid(first, 0)
        with pytest.raises(MachineError, match="door can't be opened: the machine has ended"):
            doors.open(machine, tmp_path / "console", OpenDoor("m1", 0, RUN, HOME))
    finally:
        os.close(ended)
        doors.close()


def test_a_doorman_that_does_not_answer_is_not_waited_for_for_ever(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("holdfast.machines.doorkeeping.OPEN_BOUND", 0.1)
    root.compile_doors(tmp_path)
    (tmp_path / "console").touch()
    doors = Doorkeeping(tmp_path)
    ours = os.pidfd_open(os.getpid())
    os.kill(doors.pid, signal.SIGSTOP)
    try:
        machine = Running(0, os.getpid(), ours, -1, None, None, None)
        with pytest.raises(MachineError, match=r"word came from its doorman within 0\.1 s"):
            doors.open(machine, tmp_path / "console", OpenDoor("m1", 0, RUN, HOME))
    finally:
        os.close(ours)
        doors.close()
    assert at_last(lambda: alive(doors.pid), False, BOUND) is False
