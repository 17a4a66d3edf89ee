"""fleet in a user's own systemd manager: restored by a user unit, outside of that unit, and loud about linger."""

import os
import shutil
from collections.abc import Iterator

import pytest

from holdfast.machines import Holder
from holdfast.machines.machine import HeldMachine
from holdfast.machines.protocol import PERSON, Bind, Blueprint, Unit
from tests.machine.asking import shell
from tests.machine.fleet_bench import REFERENCE
from tests.standins import standin

UID = 1000
# As user@.service has it, without PAM: no logind runs in a machine.
MANAGER = f"""[Service]
User={PERSON}
Type=notify
Environment=XDG_RUNTIME_DIR=/run/user/{UID} HOME=/home/dev
RuntimeDirectory=user/{UID}
RuntimeDirectoryMode=0700
Slice=user-{UID}.slice
ExecStart=/lib/systemd/systemd --user
Delegate=yes
[Install]
WantedBy=multi-user.target
"""
LOGIN = f"HOME=/home/dev PATH=/usr/bin:/bin XDG_RUNTIME_DIR=/run/user/{UID}"
AS_PERSON = f"setpriv --reuid {UID} --regid {UID} --clear-groups env {LOGIN}"
IN_MANAGER = f"{AS_PERSON} systemd-run --user --quiet --wait --collect -E PATH=/home/dev/.local/bin:/usr/bin:/bin"
TMUX = f"{AS_PERSON} tmux -N -S /home/dev/.fleet/tmux"
UNIT = "fleet-restore.service"
LINGERING = "/var/lib/systemd/linger"


@pytest.fixture(scope="module")
def machine(holder: Holder, tmp_path_factory: pytest.TempPathFactory) -> Iterator[HeldMachine]:
    """A user of fleet who has enabled the unit, after a reboot."""
    home = tmp_path_factory.mktemp("user") / "home"
    shutil.copytree(REFERENCE, home / "fleet", ignore=shutil.ignore_patterns("__pycache__", ".holdfast"))
    units = home / ".config" / "systemd" / "user"
    units.mkdir(parents=True)
    shutil.copy(REFERENCE / "deploy" / "user" / UNIT, units)
    outfit = standin().outfit(home)
    (home / ".local" / "bin").mkdir(parents=True)
    for path in (home, *home.rglob("*")):
        os.chown(path, UID, UID, follow_symlinks=False)
    binds = (Bind(outfit.program, "/home/dev/.local/bin/claude"), *(Bind(*bind) for bind in outfit.binds))
    manager = Unit(f"user@{UID}.service", MANAGER, wanted=True)
    made = holder.machine(Blueprint("systemd", home, binds=binds, units=(manager,), environment=outfit.environment))
    made.boot()
    shell(made, f"{AS_PERSON} systemctl --user enable {UNIT} 2>&1")
    shell(made, f"{IN_MANAGER} /home/dev/fleet/bin/fleet start api")
    made.off()
    made.boot()
    yield made
    made.close()


def test_a_user_unit_restores_at_boot_outside_of_itself(machine: HeldMachine) -> None:
    shell(machine, f"{AS_PERSON} systemctl --user start {UNIT}")  # returns when the one that the boot began has ended
    server = shell(machine, f"{TMUX} display-message -p '#{{pid}}'")
    place = shell(machine, f"cat /proc/{server}/cgroup")
    assert f"user@{UID}.service" in place
    assert place.endswith(".scope")
    shell(machine, f"{AS_PERSON} systemctl --user restart {UNIT}")
    assert shell(machine, f"{TMUX} display-message -p '#{{pid}}'") == server
    assert shell(machine, f"{TMUX} list-panes -a -F '#{{session_name}} #{{pane_current_command}}'") == "api claude"


def test_where_linger_is_off_the_status_is_an_alarm_and_says_what_to_do(machine: HeldMachine) -> None:
    status = f"{AS_PERSON} fleet/bin/fleet status 2>&1; echo exit $?"
    shell(machine, f"rm -rf {LINGERING}")
    off = shell(machine, status)
    assert f"linger is off for {PERSON}" in off
    assert f"`loginctl enable-linger {PERSON}`" in off
    assert off.endswith("exit 1")
    shell(machine, f"mkdir -p {LINGERING} && touch {LINGERING}/{PERSON}")  # what loginctl has logind do
    on = shell(machine, status)
    assert f"a logout ends nothing: {PERSON} may linger" in on
    assert on.endswith("exit 0")


def test_what_root_starts_is_in_the_systems_manager_and_asks_for_no_linger(machine: HeldMachine) -> None:
    assert "a logout ends nothing" in shell(machine, "HOME=/tmp fleet/bin/fleet status")
