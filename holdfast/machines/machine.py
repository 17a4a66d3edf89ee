"""A machine that a holder holds: set up once, booted and switched off as often as wanted."""

import os
import select
import shutil
import socket
import time
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from holdfast.machines import rights
from holdfast.machines.doorway import Door, DoorSpawned, DoorWatched
from holdfast.machines.layout import Layout
from holdfast.machines.protocol import HOME, PATH, RUN, Blueprint, MachineError
from holdfast.machines.running import console_log
from holdfast.machines.wire import Boot, Booted, Message, Off, OpenDoor, Opened
from holdfast.model.seen import ProcessId

LOG_TAIL = 40
"""Lines of a machine's console in an error."""


@dataclass(frozen=True)
class Recipe:
    """How a kind is booted: bubblewrap's `options`, the first `command`, the words in the events FIFO (`awaited`) that
    make its boot complete, the `rights` that its root may have, and the seconds that it may take. `door_rights`: its
    door is opened from outside, and keeps these (a mask); None: the machine opens it by itself."""

    options: tuple[str, ...]
    command: tuple[str, ...]
    awaited: frozenset[str]
    rights: tuple[str, ...]
    bound: float
    cgroup: bool = False
    console: bool = False
    door_rights: int | None = None


@dataclass(frozen=True)
class _On:
    """What is true for one boot only."""

    boot_id: str
    first: int
    door: Door


def login(user: str, blueprint: Blueprint, extra: Mapping[str, str]) -> dict[str, str]:
    """The environment that a person's login has."""
    usual = {"HOME": HOME, "PATH": PATH, "TERM": "xterm-256color", "LANG": "C.UTF-8", "USER": user, "LOGNAME": user}
    return {**usual, "SHELL": "/bin/bash", **extra, **blueprint.environment}


class HeldMachine:
    """One machine of either kind; see protocol.Machine."""

    def __init__(
        self,
        ask: Callable[[Message], Message],
        blueprint: Blueprint,
        layout: Layout,
        recipe: Recipe,
        login: Mapping[str, str],
    ) -> None:
        self._ask = ask
        self._blueprint = blueprint
        self._layout = layout
        self._recipe = recipe
        self._login = login
        self._on: _On | None = None
        self._closed = False

    @property
    def kind(self) -> str:
        return self._blueprint.kind

    @property
    def home(self) -> Path:
        return self._blueprint.home

    @property
    def run(self) -> Path:
        return self._layout.run

    @property
    def root(self) -> Path:
        return Path(f"/proc/{self._now().first}/root")

    @property
    def boot_id(self) -> str:
        return self._now().boot_id

    def boot(self) -> None:
        if self._on is not None or self._closed:
            raise MachineError(
                f"this machine can't be booted: it is {'closed' if self._closed else 'on'}. Switch it off first"
            )
        boot_id = str(uuid.uuid4())
        self._layout.boot_id.unlink(missing_ok=True)  # an emptied one ext4 would write to the disk at its close
        self._layout.boot_id.write_text(f"{boot_id}\n")
        shutil.rmtree(self._layout.run, ignore_errors=True)
        self._layout.run.mkdir()
        self._blueprint.furnish(self._layout.run)
        os.mkfifo(self._layout.events)
        # Read and write: a reader is always there, so that no writer inside ever waits for one.
        events = os.open(self._layout.events, os.O_RDWR | os.O_NONBLOCK | os.O_CLOEXEC)
        recipe = self._recipe
        try:
            booted = self._ask(
                Boot(
                    self._layout.folder.name,
                    recipe.options,
                    recipe.command,
                    cgroup=recipe.cgroup,
                    console=recipe.console,
                    door=recipe.door_rights is not None,
                )
            )
            if not isinstance(booted, Booted):
                raise MachineError(f"a holder answered a boot with {booted!r}")
            self._on = _On(boot_id, booted.first, Door(self._layout.door))
            self._settle(events, booted.monitor)
            door = self._on.door.host_pid() if recipe.door_rights is None else self._open_door(recipe.door_rights)
            rights.check(Path(f"/proc/{door}/status").read_text(), recipe.rights)
        except MachineError:
            self.off()
            raise
        finally:
            os.close(events)

    def off(self) -> None:
        if self._on is not None:
            self._on = None
            self._ask(Off(self._layout.folder.name, forget=False))

    def cut(self) -> None:
        disk = self._blueprint.disk
        if disk is None:
            raise MachineError(
                "this machine's home lies on the host's own disk, whose power can't be cut. Make it on one of "
                "holder.disk()"
            )
        self._on = None
        self._ask(Off(self._layout.folder.name, forget=False, cut=disk.name))

    def spawn(
        self,
        argv: tuple[str, ...],
        *,
        env: Mapping[str, str] | None = None,
        cwd: str | None = None,
        tty: tuple[int, int] | None = None,
    ) -> DoorSpawned:
        return self._now().door.spawn(argv, {**self._login, **(env or {})}, cwd or HOME, tty)

    def connect(self, port: int, within: float) -> socket.socket:
        return self._now().door.connect(port, within)

    def kill(self, process: ProcessId) -> None:
        self._now().door.kill(process)

    def watch(self, process: ProcessId) -> DoorWatched:
        return self._now().door.watch(process)

    def close(self) -> None:
        if not self._closed:
            self._closed = True
            self._on = None
            self._ask(Off(self._layout.folder.name, forget=True))

    def _now(self) -> _On:
        if self._on is None:
            raise MachineError("this machine is off: boot it first")
        return self._on

    def _open_door(self, kept: int) -> int:
        """From outside; gives its pid as the host counts."""
        try:
            opened = self._ask(OpenDoor(self._layout.folder.name, kept, RUN, HOME))
        except MachineError as why:
            raise MachineError(f"{why}; {self._tail()}") from why
        if not isinstance(opened, Opened):
            raise MachineError(f"a holder answered to a door with {opened!r}")
        return opened.door

    def _settle(self, events: int, monitor: int) -> None:
        """Wait for every awaited word, for the machine's end, or for the bound."""
        said = ""
        ended = os.pidfd_open(monitor)
        until = time.monotonic() + self._recipe.bound
        poll = select.poll()
        poll.register(events, select.POLLIN)
        poll.register(ended, select.POLLIN)
        try:
            while missing := self._recipe.awaited.difference(said.split()):
                ready = dict(poll.poll(max(0.0, until - time.monotonic()) * 1000))
                if events in ready:
                    said += os.read(events, 4096).decode()
                elif ended in ready:
                    raise MachineError(f"the {self.kind} machine went off while it booted; {self._tail()}")
                else:
                    raise MachineError(
                        f"the {self.kind} machine didn't come up within {self._recipe.bound:g} s: still waiting for "
                        f"{', '.join(sorted(missing))}; {self._tail()}"
                    )
        finally:
            os.close(ended)

    def _tail(self) -> str:
        text = console_log(self._layout.folder).read_text(errors="replace")
        lines = [line for line in text.splitlines() if line.strip()][-LOG_TAIL:]
        return "its last words:\n" + "\n".join(f"    {line}" for line in lines) if lines else "it said nothing"
