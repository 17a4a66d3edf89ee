"""What the tests of machines share: a holder, and machines of each kind that this user can have."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from holdfast.machines import Holder, browser, open_holder
from holdfast.machines.machine import HeldMachine
from holdfast.machines.protocol import Blueprint
from holdfast.run.agents import at_hand
from tests.machine.asking import Maker

KINDS = ("namespace", "systemd") if os.geteuid() == 0 else ("namespace",)
"""That the other is refused in words is a test of its own."""
collect_ignore = (
    []
    if os.geteuid() == 0
    else [
        "test_contracts_as_root.py",
        "test_machine_as_root.py",
        "test_machine_disk_as_root.py",
        "test_machine_systemd.py",
        "test_press_as_root.py",
        "test_reboot.py",
        "test_reference_dispatch_as_root.py",
        "test_reference_power_as_root.py",
        "test_user_manager_as_root.py",
    ]
)
"""What only root can try."""


if not any(at_hand(kind) for kind in ("opencode", "gemini")):
    collect_ignore.append("test_agents_others.py")
if not all(map(os.access, ("/usr/sbin/sshd", "/usr/bin/ssh"), (os.X_OK, os.X_OK))):
    collect_ignore.append("test_reference_ssh.py")
if browser.lack() is not None:
    collect_ignore.append("test_press_browser.py")


@pytest.fixture(scope="module")
def holder() -> Iterator[Holder]:
    with open_holder() as opened:
        yield opened


@pytest.fixture(params=KINDS)
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def make(holder: Holder) -> Iterator[Maker]:
    """Makes machines and boots them; they are closed when the test is over."""
    made: list[HeldMachine] = []

    def booted(blueprint: Blueprint) -> HeldMachine:
        machine = holder.machine(blueprint)
        made.append(machine)
        machine.boot()
        return machine

    yield booted
    for machine in made:
        machine.close()


@pytest.fixture
def machine(make: Maker, kind: str, tmp_path: Path) -> HeldMachine:
    return make(Blueprint(kind=kind, home=tmp_path))
