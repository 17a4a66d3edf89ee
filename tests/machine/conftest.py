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
from tests.machine.sshd import obtainable

KINDS = ("namespace", "systemd") if os.geteuid() == 0 else ("namespace",)
"""That the other is refused in words is a test of its own."""
_ONLY_ROOT = (
    "test_contracts_as_root.py",
    "test_machine_as_root.py",
    "test_machine_disk_as_root.py",
    "test_machine_systemd.py",
    "test_press_as_root.py",
    "test_reboot.py",
    "test_reference_dispatch_as_root.py",
    "test_reference_power_as_root.py",
    "test_user_manager_as_root.py",
)
_LACKING = {
    **({} if os.geteuid() == 0 else dict.fromkeys(_ONLY_ROOT, "only root can try it")),
    **({} if any(map(at_hand, ("opencode", "gemini"))) else {"test_agents_others.py": "neither opencode nor gemini"}),
    **({} if obtainable() else {"test_reference_ssh.py": "no ssh, or neither sshd nor Debian's packages"}),
    **({} if browser.lack() is None else {"test_press_browser.py": f"{browser.lack()}"}),
}
collect_ignore = list(_LACKING)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """What was left out is told: a run without it shows less."""
    for file, why in _LACKING.items():
        terminalreporter.write_line(f"left out: tests/machine/{file}: {why}")


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
