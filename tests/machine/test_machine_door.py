"""The door: what a person does in a machine goes through it."""

import os
import select
import socket
from pathlib import Path

import pytest

from holdfast.machines.machine import HeldMachine
from holdfast.machines.protocol import HOME, PATH, Blueprint, MachineError
from holdfast.model.seen import ProcessId
from tests.machine.asking import BOUND, Maker, identity, shell

LISTENER = "import socket,sys;s=socket.create_server(('127.0.0.1',8080));c=s.accept()[0];c.sendall(c.recv(9)[::-1])"


def test_a_process_gives_its_output_and_its_exit_code(machine: HeldMachine) -> None:
    spawned = machine.spawn(("sh", "-c", "echo out; echo err >&2; exit 7"))
    assert spawned.wait(BOUND) == 7
    assert os.read(spawned.fd, 100) == b"out\nerr\n"
    spawned.close()
    spawned.close()


def test_a_process_that_still_runs_has_no_code_and_one_killed_has_its_signal(machine: HeldMachine) -> None:
    spawned = machine.spawn(("sleep", "1000"))
    assert spawned.wait(0.0) is None
    machine.kill(identity(machine, spawned.pid))
    assert spawned.wait(BOUND) == 137
    spawned.close()


def test_a_terminal_is_the_machines_own_and_controls_its_process(machine: HeldMachine) -> None:
    spawned = machine.spawn(("sh", "-c", "tty; stty size < /dev/tty; read line; echo got $line"), tty=(24, 80))
    seen = b""
    while b"24 80" not in seen:
        seen += os.read(spawned.fd, 1000)
    assert seen.startswith(b"/dev/pts/")
    os.write(spawned.fd, b"word\n")
    assert spawned.wait(BOUND) == 0
    while b"got word" not in seen:
        seen += os.read(spawned.fd, 1000)
    spawned.close()


def test_closing_a_terminal_hangs_up(machine: HeldMachine) -> None:
    spawned = machine.spawn(("sh", "-c", "echo here; sleep 1000"), tty=(24, 80))
    os.read(spawned.fd, 10)
    spawned.close()
    assert spawned.wait(BOUND) == 128 + 1


def test_a_process_gets_the_login_and_nothing_of_the_hosts_environment(
    make: Maker, kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSH_AUTH_SOCK", "/tmp/agent")
    monkeypatch.setenv("HOLDFAST_SECRET", "x")
    machine = make(Blueprint(kind=kind, home=tmp_path, environment={"TEAM": "blue"}))
    spawned = machine.spawn(("env",), env={"EXTRA": "a=b\nc", "TERM": "dumb"})
    assert spawned.wait(BOUND) == 0
    said = os.read(spawned.fd, 65536).decode()
    spawned.close()
    names = {line.split("=")[0] for line in said.splitlines() if "=" in line}
    assert names == {"HOME", "PATH", "TERM", "LANG", "USER", "LOGNAME", "SHELL", "TEAM", "EXTRA"}
    assert f"HOME={HOME}\n" in said
    assert f"PATH={PATH}\n" in said
    assert "TERM=dumb\n" in said
    assert "EXTRA=a=b\nc\n" in said


def test_a_process_starts_where_it_is_told_to(machine: HeldMachine) -> None:
    assert shell(machine, "pwd") == HOME
    spawned = machine.spawn(("pwd",), cwd="/usr/share")
    assert spawned.wait(BOUND) == 0
    assert os.read(spawned.fd, 100) == b"/usr/share\n"
    spawned.close()


@pytest.mark.parametrize(
    "argv, cwd, why",
    [
        (("no-such-program",), None, "no-such-program"),
        (("true",), "/nowhere", "/nowhere"),
        (("/etc/hosts",), None, "denied"),
    ],
)
def test_what_cant_be_started_says_why(machine: HeldMachine, argv: tuple[str, ...], cwd: str | None, why: str) -> None:
    with pytest.raises(MachineError, match=why):
        machine.spawn(argv, cwd=cwd)


def test_a_process_has_only_its_three_descriptors(machine: HeldMachine) -> None:
    machine.spawn(("sleep", "1000"))
    assert shell(machine, "ls /proc/$$/fd") == "0\n1\n2"


def test_a_connection_waits_for_its_listener(machine: HeldMachine) -> None:
    with pytest.raises(MachineError, match="nothing listens there"):
        machine.connect(8080, 0.01)
    machine.spawn(("sh", "-c", f'exec python3 -c "{LISTENER}"'))
    with machine.connect(8080, BOUND) as line:
        line.settimeout(BOUND)
        line.sendall(b"abc")
        assert line.recv(9) == b"cba"
    with pytest.raises(ConnectionRefusedError), socket.create_connection(("127.0.0.1", 8080)):
        pass


def test_kill_ends_exactly_the_process_meant(machine: HeldMachine) -> None:
    spawned = machine.spawn(("sleep", "1000"))
    meant = identity(machine, spawned.pid)
    with pytest.raises(MachineError, match="it is another process"):
        machine.kill(ProcessId(meant.pid, meant.start + 1))
    assert spawned.wait(0.0) is None
    machine.kill(meant)
    with pytest.raises(MachineError, match="No such"):
        machine.kill(meant)
    spawned.close()


def test_a_watch_becomes_readable_at_the_end_of_its_process(machine: HeldMachine) -> None:
    spawned = machine.spawn(("sleep", "1000"))
    meant = identity(machine, spawned.pid)
    with pytest.raises(MachineError, match="it is another process"):
        machine.watch(ProcessId(meant.pid, meant.start + 1))
    watched = machine.watch(meant)
    assert select.select([watched], [], [], 0)[0] == []
    machine.kill(meant)
    assert select.select([watched], [], [], BOUND)[0] == [watched]
    watched.close()
    watched.close()
    spawned.close()
