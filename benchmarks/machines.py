"""Machines: boot, door calls, and how long systemd takes to settle."""

import os
import select
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path

from benchmarks.figure import Figure, of
from holdfast.machines import Holder, open_holder
from holdfast.machines.machine import HeldMachine
from holdfast.machines.protocol import Blueprint

BOOT, CALL = 30.0, 3.0
_BOUND = 10.0
_SERVES = ("tmux", "new-session", "-d", "-P")
"""A tmux server answers its first client, with the name of the session, when it has made the session."""


def figures(times: int) -> list[Figure]:
    """Milliseconds. Systemd machines are measured where this user can have them."""
    with tempfile.TemporaryDirectory() as home, open_holder() as holder:
        machine = holder.machine(Blueprint(kind="namespace", home=Path(home)))
        found = [of("namespace: boot until tmux answers", _each(times, lambda: _until_tmux(machine)), "ms", BOOT)]
        machine.boot()
        found.append(of("a door call", _each(4 * times, lambda: _call(machine)), "ms", CALL))
        machine.close()
        return found + (_systemd(holder, Path(home), times) if os.geteuid() == 0 else [])


def _each(times: int, work: Callable[[], float]) -> list[float]:
    return [1e3 * work() for _ in range(times)]


def _until_tmux(machine: HeldMachine) -> float:
    began = time.perf_counter()
    machine.boot()
    spawned = machine.spawn(_SERVES)
    assert select.select([spawned.fd], [], [], _BOUND)[0]
    assert os.read(spawned.fd, 64) == b"0:\n"
    took = time.perf_counter() - began
    spawned.close()
    machine.off()
    return took


def _call(machine: HeldMachine) -> float:
    """A request and its answer: here, a program is started and its pid and output are handed out."""
    began = time.perf_counter()
    spawned = machine.spawn(("true",))
    took = time.perf_counter() - began
    spawned.wait(_BOUND)
    spawned.close()
    return took


def _systemd(holder: Holder, home: Path, times: int) -> list[Figure]:
    pair = [holder.machine(Blueprint(kind="systemd", home=home)) for _ in range(2)]

    def settled(machine: HeldMachine, into: list[float]) -> None:
        began = time.perf_counter()
        machine.boot()
        into.append(1e3 * (time.perf_counter() - began))

    alone: list[float] = []
    together: list[float] = []
    ending: list[float] = []
    for _ in range(times):
        settled(pair[0], alone)
        began = time.perf_counter()
        pair[0].off()
        ending.append(1e3 * (time.perf_counter() - began))
        threads = [threading.Thread(target=settled, args=(machine, together)) for machine in pair]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        for machine in pair:
            machine.off()
    return [
        of("systemd: boot until settled", alone, "ms"),
        of("systemd: the same, two at once", together, "ms"),
        of("systemd: power off until all is gone", ending, "ms"),
    ]
