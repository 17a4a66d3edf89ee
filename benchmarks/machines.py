"""Machines: boot, door calls, and how long systemd takes to settle."""

import os
import select
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path

from benchmarks.figure import Figure, of
from holdfast.machines import Holder, open_holder
from holdfast.machines.machine import HeldMachine, login
from holdfast.machines.protocol import Blueprint

BOOT, CALL = 30.0, 3.0
_BOUND = 10.0
_SERVES = ("tmux", "new-session", "-d", "-P")
"""A tmux server answers its first client, with the name of the session, when it has made the session."""
_ANSWER = b"0:\n"
_RAW = (
    "bwrap --ro-bind / / --dev /dev --proc /proc --tmpfs /tmp --tmpfs /run --unshare-all --die-with-parent --as-pid-1"
)
"""A machine without holdfast, and with less: no root, home, rights, boot id or door of its own, and no holder."""


def figures(times: int) -> list[Figure]:
    """Milliseconds. Systemd machines are measured where this user can have them."""
    with tempfile.TemporaryDirectory() as home, open_holder() as holder:
        blueprint = Blueprint(kind="namespace", home=Path(home))
        machine = holder.machine(blueprint)
        environment = login("root", blueprint, {})
        pairs = [(_until_tmux(machine), _raw(environment)) for _ in range(times)]
        found = [
            of("namespace: boot until tmux answers", [1e3 * ours for ours, _ in pairs], "ms", BOOT),
            of("bubblewrap alone: the same", [1e3 * raw for _, raw in pairs], "ms"),
            of("namespace / bubblewrap alone", [ours / raw for ours, raw in pairs], "times"),
        ]
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
    assert os.read(spawned.fd, 64) == _ANSWER
    took = time.perf_counter() - began
    spawned.close()
    machine.off()
    return took


def _raw(environment: dict[str, str]) -> float:
    began = time.perf_counter()
    with subprocess.Popen([*_RAW.split(), *_SERVES], stdout=subprocess.PIPE, env=environment) as process:
        assert process.stdout is not None
        assert process.stdout.read(len(_ANSWER)) == _ANSWER
        took = time.perf_counter() - began
        process.kill()  # its machine goes with it
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
