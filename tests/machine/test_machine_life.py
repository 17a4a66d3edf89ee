"""Machines of both kinds: they boot, reboot, go off and leave nothing."""

import os
import subprocess
import threading
import uuid
from pathlib import Path

import pytest

from holdfast.machines import Holder, doctor, doorkeeping, open_holder, probe, root
from holdfast.machines.machine import HeldMachine
from holdfast.machines.protocol import Blueprint, MachineError
from tests.machine.asking import BOUND, Maker, alive, inside, output, shell


def test_a_tmux_in_there_answers_to_one_out_here(machine: HeldMachine) -> None:
    assert machine.spawn(("tmux", "new-session", "-d", "-s", "work")).wait(BOUND) == 0
    socket = f"{machine.root}/tmp/tmux-{os.geteuid()}/default"
    names = subprocess.run(["tmux", "-N", "-S", socket, "ls", "-F", "#S"], capture_output=True, text=True, check=True)
    assert names.stdout == "work\n"
    assert len(socket) < 100


def test_a_boot_has_an_id_of_its_own(machine: HeldMachine) -> None:
    first = machine.boot_id
    assert shell(machine, "cat /proc/sys/kernel/random/boot_id") == first
    machine.off()
    machine.boot()
    assert machine.boot_id != first
    assert shell(machine, "cat /proc/sys/kernel/random/boot_id") == machine.boot_id
    assert Path("/proc/sys/kernel/random/boot_id").read_text().strip() not in {first, machine.boot_id}


def test_a_reboot_keeps_the_home_and_nothing_else(machine: HeldMachine) -> None:
    pid = machine.spawn(("true",)).pid
    shell(machine, "echo kept > ~/kept; echo lost > /tmp/lost; echo lost > /run/holdfast/lost")
    assert (machine.run / "lost").read_text() == "lost\n"
    machine.off()
    machine.boot()
    assert machine.spawn(("true",)).pid == pid
    assert shell(machine, "cat ~/kept; ls /tmp/lost /run/holdfast 2>/dev/null") == "kept\n/run/holdfast:\ndoor\nevents"


def test_off_kills_all_at_once(machine: HeldMachine) -> None:
    sleeper = machine.spawn(("sleep", "1000"))
    deaf = machine.spawn(("sh", "-c", "trap '' TERM HUP INT; echo deaf; sleep 1000"))
    assert os.read(deaf.fd, 5) == b"deaf\n"
    host = inside(machine)
    assert len(host) > 3
    machine.off()
    assert not [pid for pid in host if alive(pid)]
    assert (sleeper.wait(BOUND), deaf.wait(BOUND)) == (137, 137)
    sleeper.close()
    deaf.close()


def test_a_machine_that_is_off_says_so(machine: HeldMachine) -> None:
    machine.off()
    machine.off()
    with pytest.raises(MachineError, match="off: boot it first"):
        machine.spawn(("true",))


def test_a_machine_that_is_on_is_not_booted_again(machine: HeldMachine) -> None:
    with pytest.raises(MachineError, match="can't be booted: it is on"):
        machine.boot()


def test_closing_twice_is_fine_and_leaves_no_folder(holder: Holder, kind: str, tmp_path: Path) -> None:
    one = holder.machine(Blueprint(kind=kind, home=tmp_path))
    one.boot()
    first = int(one.root.parts[2])
    one.close()
    one.close()
    assert not alive(first)
    left = {entry.name for entry in holder.folder.iterdir()}
    assert left == {root.COMPILED_DOOR, root.COMPILED_DOORMAN, doorkeeping.WORDS}
    with pytest.raises(MachineError, match="closed"):
        one.boot()


def test_two_machines_at_once_dont_see_each_other(make: Maker, kind: str, tmp_path: Path) -> None:
    homes = [tmp_path / name for name in ("one", "two")]
    made: list[HeldMachine] = []

    def boot(home: Path) -> None:
        home.mkdir()
        made.append(make(Blueprint(kind=kind, home=home)))

    threads = [threading.Thread(target=boot, args=(home,)) for home in homes]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(BOUND)
    one, two = made
    word = uuid.uuid4().hex
    shell(one, f"echo {word} > /tmp/word; tmux new-session -d -s {word}")
    assert word not in output(two, "sh", "-c", "cat /tmp/*; tmux ls; ps ax")
    one.off()
    assert shell(two, "echo alive") == "alive"


def test_a_home_that_is_not_there_is_refused(holder: Holder, tmp_path: Path) -> None:
    with pytest.raises(MachineError, match="must be a folder"):
        holder.machine(Blueprint(kind="namespace", home=tmp_path / "none"))


def test_an_unknown_kind_is_refused(holder: Holder, tmp_path: Path) -> None:
    with pytest.raises(MachineError, match="no machine kind 'vm'"):
        holder.machine(Blueprint(kind="vm", home=tmp_path))


def test_a_machine_that_bubblewrap_refuses_says_what_it_said(holder: Holder, tmp_path: Path) -> None:
    from holdfast.machines.protocol import Bind

    broken = holder.machine(Blueprint(kind="namespace", home=tmp_path, binds=(Bind(tmp_path / "none", "/x"),)))
    with pytest.raises(MachineError, match=f"Can't find source path {tmp_path}/none"):
        broken.boot()
    broken.close()


def test_a_closed_holder_has_taken_its_machines_along(tmp_path: Path) -> None:
    with open_holder() as holder:
        machine = holder.machine(Blueprint(kind="namespace", home=tmp_path))
        machine.boot()
        first = int(machine.root.parts[2])
    assert not alive(first)
    machine.close()
    holder.close()
    assert not holder.folder.exists()


def test_the_doctor_tries_what_it_says(kind: str) -> None:
    assert doctor.kinds(doctor.examine(probe.look()))[kind] is None
    assert doctor.try_boot(kind) is None


def test_the_doctors_try_says_what_went_wrong() -> None:
    assert doctor.try_boot("vm") == "there is no machine kind 'vm': it is `namespace` or `systemd`"
