"""Root's machines could set what is the host's own, were the rights not taken away. Collected for root only."""

import time

from holdfast.machines import rights
from holdfast.machines.machine import HeldMachine
from tests.machine.asking import BOUND, shell


def test_the_hosts_clock_cant_be_set(machine: HeldMachine) -> None:
    before = time.time()
    assert "Operation not permitted" in shell(machine, 'date -s "$(date)" 2>&1')
    assert time.time() - before < BOUND


def test_the_hosts_settings_modules_and_devices_cant_be_touched(machine: HeldMachine) -> None:
    for name in ("kernel/panic", "vm/swappiness", "kernel/core_pattern"):
        assert "Read-only file system" in shell(machine, f"cat /proc/sys/{name} 2>&1 > /proc/sys/{name}")
    assert "not permitted" in shell(machine, "mknod /tmp/disk b 254 0 2>&1")
    had = rights.permitted(shell(machine, "cat /proc/self/status"))
    forbidden = {"SYS_MODULE": 16, "SYS_RAWIO": 17, "SYS_BOOT": 22, "SYS_TIME": 25, "MKNOD": 27, "SYSLOG": 34}
    assert [name for name, bit in forbidden.items() if had >> bit & 1] == []
