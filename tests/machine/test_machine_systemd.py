"""The systemd kind: units, scopes, restarts, as on a machine of the usual kind."""

from pathlib import Path

import pytest

from holdfast.machines import Holder, cgroup
from holdfast.machines.protocol import Blueprint, MachineError, Unit
from tests.machine.asking import Maker, shell

WORKER = """[Unit]
Description=starts a role
After=network-online.target
[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=/usr/bin/tmux -L worker new-session -d -s api
[Install]
WantedBy=multi-user.target
"""
SLOW = "[Service]\nType=oneshot\nRemainAfterExit=yes\nExecStart=/bin/sh -c 'sleep 0.2; echo done > /home/dev/slow'\n"
SERVER = "tmux -L {} display -p '#{{pid}}'"


def test_what_is_wanted_at_boot_has_settled(make: Maker, tmp_path: Path) -> None:
    units = (Unit("worker.service", WORKER, wanted=True), Unit("slow.service", SLOW, wanted=True))
    machine = make(Blueprint(kind="systemd", home=tmp_path, units=(*units, Unit("idle.service", SLOW))))
    assert (tmp_path / "slow").read_text() == "done\n"
    assert (
        shell(machine, "systemctl is-active worker slow idle multi-user.target") == "active\nactive\ninactive\nactive"
    )
    assert shell(machine, "tmux -L worker ls -F '#S'") == "api"
    assert shell(machine, "systemctl list-units --failed --no-legend") == ""


def test_a_restart_kills_what_lives_in_the_units_cgroup_and_not_what_lives_in_a_scope(
    make: Maker, tmp_path: Path
) -> None:
    """The incident: the session comes back under its name, empty."""
    machine = make(Blueprint(kind="systemd", home=tmp_path, units=(Unit("worker.service", WORKER, wanted=True),)))
    shell(machine, "systemd-run --quiet --scope tmux -L scoped new-session -d -s api")
    born, scoped = shell(machine, SERVER.format("worker")), shell(machine, SERVER.format("scoped"))
    assert "worker.service" in shell(machine, f"cat /proc/{born}/cgroup")
    assert ".scope" in shell(machine, f"cat /proc/{scoped}/cgroup")
    assert shell(machine, "systemctl restart worker; echo $?") == "0"
    assert shell(machine, SERVER.format("worker")) != born
    assert shell(machine, SERVER.format("scoped")) == scoped


def test_what_the_door_spawns_outlives_every_unit(make: Maker, tmp_path: Path) -> None:
    machine = make(Blueprint(kind="systemd", home=tmp_path, units=(Unit("worker.service", WORKER, wanted=True),)))
    person = machine.spawn(("sleep", "1000"))
    assert "user.slice" in shell(machine, "cat /proc/self/cgroup")
    shell(machine, "systemctl stop worker; systemctl daemon-reload; systemctl daemon-reexec")
    assert person.wait(0.0) is None
    person.close()


def test_what_was_enabled_inside_starts_at_the_next_boot(make: Maker, tmp_path: Path) -> None:
    machine = make(Blueprint(kind="systemd", home=tmp_path, units=(Unit("worker.service", WORKER),)))
    assert shell(machine, "systemctl enable worker 2>/dev/null; systemctl is-active worker") == "inactive"
    machine.off()
    machine.boot()
    assert shell(machine, "systemctl is-active worker") == "active"


def test_a_failing_unit_does_not_keep_the_machine_from_booting(make: Maker, tmp_path: Path) -> None:
    unit = Unit("broken.service", "[Service]\nType=oneshot\nExecStart=/bin/false\n", wanted=True)
    machine = make(Blueprint(kind="systemd", home=tmp_path, units=(unit,)))
    assert shell(machine, "systemctl is-failed broken") == "failed"


def test_a_boot_that_hangs_shows_systemds_own_log(
    holder: Holder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("holdfast.machines.systemd.BOOT_BOUND", 5.0)
    unit = Unit("hangs.service", "[Service]\nType=oneshot\nExecStart=/bin/sleep 1000\n", wanted=True)
    machine = holder.machine(Blueprint(kind="systemd", home=tmp_path, units=(unit,)))
    with pytest.raises(MachineError, match=r"(?s)within 5 s: still waiting for settled.*hangs\.service"):
        machine.boot()
    machine.close()


def test_the_cgroup_goes_with_the_machine(holder: Holder, tmp_path: Path) -> None:
    group = cgroup.folder_of(holder.folder.name)
    machine = holder.machine(Blueprint(kind="systemd", home=tmp_path))
    machine.boot()
    assert (group / machine.run.parent.name / "init.scope").is_dir()
    shell(machine, "systemd-run --quiet --scope setsid sleep 1000 > /dev/null 2>&1 &")
    machine.off()
    assert not (group / machine.run.parent.name).exists()
    machine.close()


def test_user_units_of_name_dev_have_the_home(make: Maker, tmp_path: Path) -> None:
    text = "[Service]\nType=oneshot\nUser=dev\nExecStart=/bin/sh -c 'echo here > ~/home'\n"
    make(Blueprint(kind="systemd", home=tmp_path, units=(Unit("mine.service", text, wanted=True),)))
    assert (tmp_path / "home").read_text() == "here\n"


def test_a_timer_and_its_unit_run(make: Maker, tmp_path: Path) -> None:
    timer = "[Timer]\nOnActiveSec=0\nAccuracySec=1us\n[Install]\nWantedBy=timers.target\n"
    units = (Unit("slow.service", SLOW), Unit("slow.timer", timer, wanted=True))
    machine = make(Blueprint(kind="systemd", home=tmp_path, units=units))
    assert shell(machine, "systemctl start slow; cat ~/slow") == "done"
