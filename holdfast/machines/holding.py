"""The run's end of a holder: starts it, asks it for machines, and lets it go."""

import os
import socket
import subprocess
import sys
import tempfile
import threading
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from holdfast.machines import etc, namespace, network, root, systemd
from holdfast.machines.disk import Files
from holdfast.machines.layout import Layout
from holdfast.machines.machine import HeldMachine, Recipe, login
from holdfast.machines.protocol import Blueprint, Disk, MachineError
from holdfast.machines.wire import Discard, Done, Failed, Format, Message, Off, Ready, receive, send

END_BOUND = 30.0
"""Seconds in which a holder must have switched everything off and ended."""


class Holder:
    """A living holder process. Usable from several threads; close it, or use it as a context manager."""

    def __init__(self, control: socket.socket, process: subprocess.Popen[bytes], words: IO[bytes]) -> None:
        self._control = control
        self._process = process
        self._words = words
        self._lock = threading.Lock()
        self._made = 0
        self._closed = False
        ready = self._receive()
        if not isinstance(ready, Ready):
            raise MachineError(f"a holder began with {ready!r}")
        self._folder = Path(ready.folder)

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def folder(self) -> Path:
        """The host's folder with the machines' files; it goes with the holder."""
        return self._folder

    def machine(self, blueprint: Blueprint) -> HeldMachine:
        """A machine made of `blueprint`, still off."""
        if not blueprint.home.is_dir():
            raise MachineError(
                f"a machine's home must be a folder of the host, and {blueprint.home} isn't. Make it first"
            )
        with self._lock:
            self._made += 1
            layout = Layout(self._folder / f"m{self._made}")
        for folder in (layout.folder, layout.etc, layout.var):
            folder.mkdir()
        user = "root" if os.geteuid() == 0 else "dev"
        environment = login(user, blueprint, network.environment() if blueprint.network else {})
        etc.write(layout, user, os.geteuid(), os.getegid(), environment)
        root.write(layout, blueprint)
        return HeldMachine(self._ask, blueprint, layout, _recipe(layout, blueprint), environment)

    def disk(self) -> Disk:
        """A new disk whose power can be cut, for the home of one machine: see Blueprint. Takes root."""
        with self._lock:
            self._made += 1
            name = f"d{self._made}"
        self._ask(Format(name))
        folder = Files(self._folder / name).home
        return Disk(name, Path(f"/proc/{self.pid}/root{folder}"), folder)

    def discard(self, disk: Disk) -> None:
        """A disk that no machine has any more goes."""
        self._ask(Discard(disk.name))

    def close(self) -> None:
        """Every machine off, everything of theirs removed, the holder ended. May be called twice."""
        with self._lock:
            self._closed = True
            self._control.close()
        try:
            self._process.wait(END_BOUND)
        except subprocess.TimeoutExpired as late:
            raise MachineError(
                f"the holder (pid {self.pid}) hasn't ended {END_BOUND:g} s after it was let go"
            ) from late
        finally:
            self._words.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _ask(self, message: Message) -> Message:
        with self._lock:
            if self._closed and isinstance(message, Off):
                return Done()  # the holder took the machine with it
            try:
                send(self._control, message)
            except OSError as error:
                raise MachineError(
                    f"the holder (pid {self.pid}) has gone: {error.strerror}. {self._last_words()}"
                ) from error
            return self._receive()

    def _receive(self) -> Message:
        answer = receive(self._control)
        if answer is None:
            raise MachineError(f"the holder (pid {self.pid}) has gone, and its machines with it. {self._last_words()}")
        if isinstance(answer, Failed):
            raise MachineError(answer.why)
        return answer

    def _last_words(self) -> str:
        self._words.seek(0)
        return f"It said: {self._words.read().decode(errors='replace').strip() or 'nothing'}"


def open_holder() -> Holder:
    """Start a holder. It first sweeps what holders that were killed left behind."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    words = tempfile.TemporaryFile()  # noqa: SIM115  # closed by Holder.close
    # In a session of its own: Ctrl-C goes to the terminal's process group, and must not stop the reaper.
    with theirs:
        process = subprocess.Popen(
            [sys.executable, "-m", "holdfast.machines.holder", str(theirs.fileno())],
            pass_fds=[theirs.fileno()],
            start_new_session=True,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=words,
            cwd="/",
            env={**os.environ, "PYTHONPATH": str(root.PACKAGES)},
        )
    return Holder(ours, process, words)


def _recipe(layout: Layout, blueprint: Blueprint) -> Recipe:
    match blueprint.kind:
        case "namespace":
            return namespace.recipe(layout, blueprint)
        case "systemd":
            return systemd.recipe(layout, blueprint)
        case _:
            raise MachineError(f"there is no machine kind {blueprint.kind!r}: it is `namespace` or `systemd`")
