"""The disk of a machine that an agent is looked at in, and a cut of its power."""

import os
import secrets
from collections.abc import Callable
from pathlib import Path

from holdfast.conform.terminal import ANSWERS_WITHIN, NotSeen
from holdfast.machines.protocol import Machine

_WORD = bytes(range(256))


class Power:
    """Syncs, commits and cuts the disk of a machine. The power is cut in earnest only if something was lost with it, so
    that each sync leaves a file behind that no sync is asked for."""

    def __init__(self, machine: Machine, power_on: Callable[[], None]) -> None:
        self._machine = machine
        self._power_on = power_on
        self._unsynced: Path | None = None

    def sync(self) -> None:
        """Have the disk keep all that was written to it by now: what a person does by `sync`, and ext4 by itself within
        some 35 s."""
        synced = self._machine.spawn(("sync", "-f", "."))
        if synced.wait(ANSWERS_WITHIN) != 0:
            raise NotSeen(f"the machine's disk at {self._machine.home} could not be synced")
        synced.close()
        # Each time another one: ext4 writes a file at once that takes the place of an older one (auto_da_alloc).
        self._unsynced = self._machine.home / f".unsynced-{secrets.token_hex(4)}"
        self._unsynced.write_bytes(_WORD)

    def commit(self) -> None:
        """Have the journal written, as ext4 does by itself within 5 s: the names and lengths of files, not what is in
        them. Here the sync of another, empty file asks for it."""
        with (self._machine.home / ".committed").open("wb") as other:
            os.fsync(other.fileno())

    def cut(self) -> None:
        """Cut the power of the machine and of its disk, and boot it again. NotSeen if the file that was not synced is
        whole: a process of the host has synced all its disks meanwhile (sync(2)), and what is kept proves nothing."""
        if self._unsynced is None:
            raise NotSeen("the power was to be cut before anything was synced: nothing could tell whether it was")
        self._machine.cut()
        kept = self._unsynced.exists() and self._unsynced.read_bytes() == _WORD
        self._power_on()
        if kept:
            raise NotSeen(
                "the power cut took nothing: a file that was never synced is whole. A process of this host called "
                "sync(2) at the time, or the host was short of memory; look again when it is quiet"
            )
