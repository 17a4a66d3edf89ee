"""The doorman: what it lets into a machine has no more there than what bubblewrap starts, and it holds up nobody."""

import os
import select
import signal
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from holdfast.machines import open_holder, rights, root
from holdfast.machines.doorkeeping import Doorkeeping
from holdfast.machines.holder import Holding
from holdfast.machines.machine import HeldMachine
from holdfast.machines.protocol import HOME, RUN, Blueprint, MachineError
from holdfast.machines.running import Running
from holdfast.machines.state import Claim
from holdfast.machines.wire import Boot, OpenDoor
from tests.machine.asking import BOUND, alive, at_last, inside, output, shell, without_rights


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


@contextmanager
def doorkeeping(folder: Path) -> Iterator[Doorkeeping]:
    """A doorman without a holder."""
    root.compile_doors(folder)
    (folder / "console").touch()
    doors = Doorkeeping(folder)
    try:
        yield doors
    finally:
        doors.close()


@contextmanager
def running(pid: int) -> Iterator[Running]:
    """That process as a machine's pid 1."""
    fd = os.pidfd_open(pid)
    try:
        yield Running(0, pid, fd, -1, None, None, None)
    finally:
        os.close(fd)


def test_a_machine_that_has_ended_gets_no_door(tmp_path: Path) -> None:
    ending = os.posix_spawn("/bin/true", ["true"], {})
    with doorkeeping(tmp_path) as doors, running(ending) as first:
        os.waitid(os.P_PIDFD, first.first_fd, os.WEXITED | os.WNOWAIT)
        doors.call("m1", first, tmp_path / "console")
        with pytest.raises(MachineError, match="door can't be opened: the machine has ended"):
            doors.open(first, OpenDoor("m1", 0, RUN, HOME))
        os.waitpid(ending, 0)
        doors.call("m1", first, tmp_path / "console")
        with pytest.raises(MachineError, match="door can't be opened: the machine has ended"):
            doors.open(first, OpenDoor("m1", 0, RUN, HOME))


def test_a_doorman_that_does_not_answer_is_not_waited_for_for_ever(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("holdfast.machines.doorkeeping.OPEN_BOUND", 0.1)
    with doorkeeping(tmp_path) as doors, running(os.getpid()) as ourselves:
        os.kill(doors.pid, signal.SIGSTOP)
        doors.call("m1", ourselves, tmp_path / "console")
        with pytest.raises(MachineError, match=r"word came from who was to be its door within 0\.1 s"):
            doors.open(ourselves, OpenDoor("m1", 0, RUN, HOME))
    assert at_last(lambda: alive(doors.pid), False, BOUND) is False


@contextmanager
def called(tmp_path: Path) -> Iterator[tuple[HeldMachine, Running, Doorkeeping]]:
    """A machine that is on, and a second door-to-be in it."""
    (tmp_path / "doors").mkdir()
    with open_holder() as holder, doorkeeping(tmp_path / "doors") as doors:
        machine = holder.machine(namespace(tmp_path, "home"))
        machine.boot()
        door_of(machine)
        with running(int(machine.root.parts[2])) as first:
            doors.call("m1", first, tmp_path / "doors" / "console")
            assert at_last(lambda: len(_doors(machine)), 2) == 2
            yield machine, first, doors


def test_who_has_come_opens_the_door_though_the_doorman_has_gone(tmp_path: Path) -> None:
    with called(tmp_path) as (machine, first, doors):
        os.kill(doors.pid, signal.SIGKILL)
        door = doors.open(first, OpenDoor("m1", rights.kept(rights.USUAL), "/tmp", HOME))
        assert door in _doors(machine)
        assert str(door) != _inside(Path("/proc", str(door)))
        assert output(machine, "stat", "-c", "%F", "/tmp/door") == "socket\n"


def test_what_hinders_who_has_come_is_told(tmp_path: Path) -> None:
    with (
        called(tmp_path) as (_, first, doors),
        pytest.raises(MachineError, match=r"can't be opened: \[Errno 98\] Address already in use"),
    ):
        doors.open(first, OpenDoor("m1", rights.kept(rights.USUAL), RUN, HOME))


def test_a_machine_that_ends_before_its_door_is_opened_is_told_of(tmp_path: Path) -> None:
    with called(tmp_path) as (machine, first, doors):
        os.kill(first.first, signal.SIGKILL)
        assert select.select([first.first_fd], [], [], BOUND)[0]
        with pytest.raises(MachineError, match="door can't be opened: the machine has ended"):
            doors.open(first, OpenDoor("m1", 0, "/tmp", HOME))
        machine.off()


def test_a_machine_that_ends_while_its_door_is_opened_is_told_of(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with called(tmp_path) as (machine, first, doors):

        def meanwhile(_asker: socket.socket, _within: float) -> bool:
            monkeypatch.undo()
            os.kill(first.first, signal.SIGKILL)
            return bool(select.select([first.first_fd], [], [], BOUND)[0])

        for door in _doors(machine):
            os.kill(door, signal.SIGSTOP)  # or its answer could be there first
        monkeypatch.setattr("holdfast.machines.doorkeeping.readable", meanwhile)
        with pytest.raises(MachineError, match="door can't be opened: the machine has ended"):
            doors.open(first, OpenDoor("m1", 0, "/tmp", HOME))
        machine.off()


def test_who_has_come_goes_when_the_machine_is_to_have_no_door(tmp_path: Path) -> None:
    with called(tmp_path) as (machine, _, doors):
        doors.forget("m1")
        assert at_last(lambda: len(_doors(machine)), 1) == 1


def test_who_could_not_come_says_why_though_it_was_told_to_go_in_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of its end the kernel tells first then, for the words that it hasn't read, and of its answer after."""
    with doorkeeping(tmp_path) as doors, running(os.getpid()) as ourselves:

        def told_too_early(asker: socket.socket, _: float) -> bool:
            monkeypatch.undo()
            os.kill(doors.pid, signal.SIGCONT)
            ended = select.poll()
            ended.register(asker, 0)  # POLLHUP is always told
            return bool(ended.poll(1000 * BOUND))

        os.kill(doors.pid, signal.SIGSTOP)
        doors.call("m1", ourselves, tmp_path / "console")
        monkeypatch.setattr("holdfast.machines.doorkeeping.readable", told_too_early)
        with pytest.raises(MachineError, match=r"can't be opened: .* its namespaces can't be entered"):
            doors.open(ourselves, OpenDoor("m1", 0, RUN, HOME))


def test_a_machine_that_nobody_can_be_called_to_is_switched_off(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The run is told of no machine, and would never switch it off."""

    def refused(*_: object) -> None:
        raise OSError(24, "Too many open files")

    (tmp_path / "m1").mkdir()
    options = ("--unshare-pid", "--die-with-parent", "--ro-bind", "/", "/")
    asked = Boot("m1", options, ("/bin/cat",), cgroup=False, console=False, door=True)
    with doorkeeping(tmp_path) as doors:
        holding = Holding(Claim("1-0", tmp_path, -1), doors, own_mounts=False)
        before = _children(os.getpid())
        monkeypatch.setattr(socket, "socketpair", refused)
        with pytest.raises(OSError, match="Too many open files"):
            holding.do(asked)
        assert _children(os.getpid()) == before


# Boots a machine whose doorman is quick, and the same again with one that does nothing before all is mounted.
SLOW_DOORMAN = """
import os, signal, sys
from pathlib import Path
from holdfast.machines import open_holder
from holdfast.machines.protocol import Blueprint
with open_holder() as holder:
    machine = holder.machine(Blueprint(kind="namespace", home=Path(sys.argv[1])))
    machine.boot()
    machine.off()
    children = Path(f"/proc/{holder.pid}/task/{holder.pid}/children").read_text().split()
    (doorman,) = [int(pid) for pid in children if "doorman.pyc" in Path(f"/proc/{pid}/cmdline").read_text()]
    open_door = machine._open_door
    machine._open_door = lambda kept: os.kill(doorman, signal.SIGCONT) or open_door(kept)
    os.kill(doorman, signal.SIGSTOP)
    machine.boot()
    print(os.read(machine.spawn(("id", "-un")).fd, 100).decode())
"""


def test_without_root_it_does_not_matter_when_the_doorman_comes() -> None:
    """bubblewrap's pid 1 goes from one user namespace to a second there; the other namespaces belong to the first."""
    ran = without_rights(SLOW_DOORMAN)
    assert ran.stderr == ""
    assert ran.stdout.split() == ["dev"]
