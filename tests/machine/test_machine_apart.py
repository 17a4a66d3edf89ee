"""A machine is apart from the host: nothing of the host's can be seen, reached or set from inside."""

import os
import socket
import sys
from pathlib import Path

from holdfast.machines.machine import HeldMachine
from holdfast.machines.protocol import REAL_TOOLS, Bind, Blueprint
from tests.machine.asking import BOUND, Maker, output, shell, without_rights

KNOCK = """import socket, sys
try: socket.socket(socket.AF_UNIX).connect(sys.argv[1])
except OSError as error: print(error.strerror)
"""


def test_a_socket_of_the_host_cant_be_reached(machine: HeldMachine) -> None:
    name = f"/var/tmp/holdfast-test-{os.getpid()}"
    with socket.socket(socket.AF_UNIX) as host:
        host.bind(name)
        try:
            host.listen()
            assert output(machine, "python3", "-c", KNOCK, name) == "No such file or directory\n"
        finally:
            Path(name).unlink()


def test_an_abstract_socket_of_the_host_cant_be_reached(machine: HeldMachine) -> None:
    with socket.socket(socket.AF_UNIX) as host:
        host.bind(f"\0holdfast-test-{os.getpid()}")
        host.listen()
        knock = KNOCK.replace("sys.argv[1]", f"chr(0) + 'holdfast-test-{os.getpid()}'")
        assert output(machine, "python3", "-c", knock) == "Connection refused\n"


def test_a_port_of_the_host_cant_be_reached(machine: HeldMachine) -> None:
    with socket.create_server(("127.0.0.1", 0)) as host:
        knock = f"import socket; print(socket.socket().connect_ex(('127.0.0.1', {host.getsockname()[1]})) != 0)"
        assert output(machine, "python3", "-c", knock) == "True\n"


def test_the_hosts_home_and_secrets_are_not_there(machine: HeldMachine) -> None:
    assert shell(machine, "ls -A /home") == "dev"
    assert shell(machine, "ls -A ~") == ""
    assert shell(machine, "ls -d /root/.ssh /root/.bashrc /etc/shadow /etc/ssl/private /mnt /srv 2>/dev/null") == ""
    real = Path.home()
    inside = machine.root / real.relative_to("/")
    assert not inside.exists() or {path.name for path in inside.iterdir()} < {path.name for path in real.iterdir()}


def test_the_hosts_processes_are_not_there(machine: HeldMachine) -> None:
    assert str(os.getpid()) not in shell(machine, "ls /proc").split()
    names = {path.name for path in (machine.root / "proc").iterdir() if path.name.isdigit()}
    assert "1" in names
    assert len(names) < 10


def test_usr_and_the_suites_own_python_are_read_only(machine: HeldMachine) -> None:
    for folder in ("/usr", sys.prefix, sys.base_prefix, str(Path(__file__).parents[2])):
        assert "Read-only file system" in shell(machine, f"touch {folder}/x 2>&1")


def test_a_script_finds_the_suites_libraries(machine: HeldMachine) -> None:
    (machine.home / "script").write_text("#!/usr/bin/env python3\nimport pytest, sys; print(sys.prefix)\n")
    (machine.home / "script").chmod(0o755)
    assert shell(machine, "~/script") == sys.prefix


def test_tmp_is_for_everyone(machine: HeldMachine) -> None:
    assert shell(machine, "stat -c %a /tmp /var/tmp") == "1777\n1777"


def test_a_login_shell_keeps_the_path(machine: HeldMachine) -> None:
    assert shell(machine, "bash -lc 'command -v python3; cd; pwd'") == "/opt/holdfast/bin/python3\n/home/dev"


def test_a_bind_is_read_only_unless_it_says_otherwise(make: Maker, kind: str, tmp_path: Path) -> None:
    for name in ("home", "fixed", "free"):
        (tmp_path / name).mkdir()
    binds = (Bind(tmp_path / "fixed", "/srv/fixed"), Bind(tmp_path / "free", "/srv/free", writable=True))
    machine = make(Blueprint(kind=kind, home=tmp_path / "home", binds=binds))
    assert "Read-only" in shell(machine, "touch /srv/fixed/x 2>&1")
    assert shell(machine, "touch /srv/free/x && echo done") == "done"
    assert (tmp_path / "free" / "x").exists()


def test_a_shim_catches_the_absolute_path_and_finds_the_real_program(make: Maker, kind: str, tmp_path: Path) -> None:
    shim = tmp_path / "shim"
    shim.write_text(f'#!/bin/sh\necho "$0" >> ~/seen\nexec {REAL_TOOLS}/${{0##*/}} "$@"\n')
    shim.chmod(0o755)
    home = tmp_path / "home"
    home.mkdir()
    machine = make(Blueprint(kind=kind, home=home, shims={"/usr/bin/tmux": shim, "/usr/bin/pkill": shim}))
    assert shell(machine, "/usr/bin/tmux -V; tmux -V").count("tmux 3") == 2
    sleeper = machine.spawn(("sleep", "1000"))
    assert shell(machine, "pkill sleep; echo $?") == "0"
    assert sleeper.wait(BOUND) == 128 + 15
    sleeper.close()
    seen = (home / "seen").read_text().split()
    assert seen[:2] == ["/usr/bin/tmux", "/usr/bin/tmux"]
    assert seen[2].endswith("/pkill")


def test_with_the_network_pip_can_install(make: Maker, tmp_path: Path) -> None:
    machine = make(Blueprint(kind="namespace", home=tmp_path, network=True))
    assert machine.spawn(("python3", "-m", "pip", "download", "--no-deps", "-d", "wheels", "iniconfig")).wait(60) == 0
    assert list((tmp_path / "wheels").glob("iniconfig*.whl"))


def test_without_the_network_there_is_only_lo(machine: HeldMachine) -> None:
    assert shell(machine, "tail -n +3 /proc/net/dev | cut -d: -f1").split() == ["lo"]


def test_a_machine_needs_no_rights() -> None:
    code = (
        "import os,sys; from pathlib import Path; from holdfast.machines import open_holder\n"
        "from holdfast.machines.protocol import Blueprint; from holdfast.model.seen import ProcessId\n"
        "with open_holder() as h:\n"
        "    m = h.machine(Blueprint(kind='namespace', home=Path(sys.argv[1]))); m.boot()\n"
        "    s = m.spawn(('sh', '-c', 'id -un; echo ~; tmux new-session -d'))\n"
        "    assert s.wait(10) == 0; print(os.read(s.fd, 100).decode())\n"
        "    t = m.spawn(('sleep', '1000')); stat = Path(f'{m.root}/proc/{t.pid}/stat').read_text()\n"
        "    m.kill(ProcessId(t.pid, int(stat.rpartition(')')[2].split()[19]))); assert t.wait(10) == 137\n"
        "    os.stat(f'{m.root}/tmp/tmux-{os.getuid()}/default')\n"
    )
    ran = without_rights(code)
    assert ran.stderr == ""
    assert ran.stdout.split() == ["dev", "/home/dev"]
