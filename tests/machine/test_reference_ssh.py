"""The reference launcher's attach through a real sshd, which runs inside the machine, for one connection at a time."""

import os
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from holdfast.machines import Holder
from holdfast.machines.machine import HeldMachine
from holdfast.machines.protocol import HOME, PERSON, Bind
from holdfast.operations.person import Person
from tests.machine.asking import BOUND, shell
from tests.machine.fleet_bench import placed
from tests.machine.sshd import sshd

PHONE = (20, 40)
# An sshd of root's asks for more than a machine gives: a root folder for each connection, and the kernel's audit.
AS_PERSON = ("setpriv", f"--reuid={PERSON}", f"--regid={PERSON}", "--clear-groups") if os.geteuid() == 0 else ()
SSHD = f"""
HostKey {HOME}/.ssh/host
AuthorizedKeysFile {HOME}/.ssh/allowed
StrictModes no
PasswordAuthentication no
PidFile none
"""
SSH = f"""
Host host
    IdentityFile {HOME}/.ssh/phone
    ProxyCommand {{sshd}} -i -f {HOME}/.ssh/sshd
    StrictHostKeyChecking no
    UserKnownHostsFile /dev/null
    LogLevel ERROR
"""
FORCED = 'restrict,pty,command="exec fleet/bin/attach $SSH_ORIGINAL_COMMAND" '
# Whoever that person is can't run the suite's Python: a shell stands for the agent.
STARTED = "tmux -u -S ~/.fleet/tmux new-session -d -s {} -n née sh"
PANES = "tmux -N -S ~/.fleet/tmux list-panes -a -F '#{session_name} #{pane_pid} #{pane_dead}'"


def own(machine: HeldMachine, line: str) -> str:
    return shell(machine, " ".join((*AS_PERSON, "sh", "-c", f'"{line}"')))


@pytest.fixture
def machine(holder: Holder, tmp_path: Path) -> Iterator[HeldMachine]:
    """A machine with the host's key, a phone's key that leads to fleet's attach, and the sessions api and api-2."""
    keys = tmp_path / ".ssh"
    keys.mkdir()
    # A group of the name of tty would be given the terminal, which only root can do.
    (keys / "group").write_text(f"{PERSON}:x:{1000 if AS_PERSON else os.getgid()}:\n")
    program, needs = sshd()
    machine = placed(holder, tmp_path, Bind(keys / "group", "/etc/group"), *needs)
    for name in ("host", "phone"):
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", keys / name], check=True)
    for name, text in {
        "sshd": SSHD,
        "config": SSH.format(sshd=program),
        "allowed": FORCED + (keys / "phone.pub").read_text(),
    }.items():
        (keys / name).write_text(text)
    if AS_PERSON:
        shell(machine, f"chown -R {PERSON}: ~")
    own(machine, "mkdir -m 700 ~/.fleet; " + " && ".join(STARTED.format(role) for role in ("api-2", "api")))
    yield machine
    machine.close()


def phone(machine: HeldMachine, *role: str) -> Person:
    ssh = ("ssh", "-tt", "-F", f"{HOME}/.ssh/config", "host", *role)
    return Person(machine, (*AS_PERSON, *ssh), HOME, terminal=PHONE)


def test_a_phone_is_led_to_its_session_and_a_line_that_is_lost_ends_nothing(machine: HeldMachine) -> None:
    before = own(machine, PANES)
    for role in (("api",), ()):  # then the one that was looked at last
        with phone(machine, *role) as person:
            person.wait("the window", lambda shown: "[api] 0:née" in shown or None, time.monotonic() + BOUND)
            person.type("echo $((6 * 7))\r")
            person.wait("an answer", lambda shown: "\n42\n" in shown or None, time.monotonic() + BOUND)
    assert own(machine, PANES) == before


def test_a_role_that_does_not_run_is_told_and_the_line_is_closed(machine: HeldMachine) -> None:
    with phone(machine, "ap") as person:
        person.wait("tmux's answer", lambda shown: "can't find session" in shown or None, time.monotonic() + BOUND)
        assert person.ends(BOUND)
