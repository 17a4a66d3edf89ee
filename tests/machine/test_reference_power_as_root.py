"""The power fails after each step of the reference launcher: registry, state file and saves are whole, and what it had
said to be done is there. On an ext4 disk whose power really goes. Collected for root only."""

import os
import select
from collections.abc import Iterator

import pytest

from holdfast.machines import Holder
from tests.machine.asking import BOUND, output, shell
from tests.machine.fleet_bench import TASK, Bench, bench

PRESSES = ("start", "save", "tell", "layout", "forget")
"""Those that write; the steps of the others are among theirs."""


@pytest.fixture(scope="module")
def fleet(holder: Holder, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    disk = holder.disk()
    with bench(holder, tmp_path_factory.mktemp("power"), disk) as found:
        yield found
    holder.discard(disk)


def frozen(fleet: Bench, name: str, step: int) -> str:
    """Make the press to that step, and stop the world there. What it said."""
    spawned = fleet.machine.spawn(("sh", "-c", fleet.line(name, step, "freeze")))
    said = b""
    while b"frozen" not in said and select.select([spawned.fd], [], [], BOUND)[0]:
        read = os.read(spawned.fd, 65536)
        if not read:
            break
        said += read
    spawned.close()
    return said.decode()


@pytest.mark.parametrize("name", PRESSES)
def test_a_power_cut_at_any_step_leaves_what_was_done(fleet: Bench, name: str) -> None:
    fleet.again(name)
    count = len(fleet.press(name, 0))
    for step in range(1, count + 1):
        fleet.again(name)
        known = {} if name == "start" else fleet.roles()
        where = f"{name}, power cut after step {frozen(fleet, name, step).split(chr(10))[-3:]}"
        fleet.machine.cut()
        fleet.machine.boot()
        back = output(fleet.machine, "sh", "-c", "cd fleet && bin/fleet start api && bin/fleet status")
        assert "saved" in back, f"{where}: {back}"
        fleet.kept(name, known, where)


@pytest.mark.parametrize("name", PRESSES)
def test_what_was_said_to_be_done_outlives_the_power(fleet: Bench, name: str) -> None:
    fleet.again(name)
    shell(fleet.machine, fleet.line(name, 0))
    done = fleet.roles()
    fleet.machine.cut()
    fleet.machine.boot()
    assert "saved" in shell(fleet.machine, "cd fleet && bin/fleet save")
    assert fleet.roles() == done
    if name == "tell":
        assert fleet.task() == TASK
