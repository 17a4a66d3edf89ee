"""A launcher's source made ready: copied, and prepared once a revision in a throw-away machine with the host's
network."""

import fcntl
import hashlib
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from holdfast.config.document import place
from holdfast.config.launcher import Launcher
from holdfast.machines import Holder
from holdfast.machines.protocol import HOME, Blueprint
from holdfast.run import tree

PREPARES_WITHIN = 900.0  # seconds for one `prepare` command: it may install from a registry


class SourceError(Exception):
    """The launcher's source can't be made ready: what was tried, what came, and what to do next."""


def ready(launcher: Launcher, holder: Holder, store: Path) -> Path:
    """A folder with the prepared copy of the launcher's source, made at most once for its content."""
    name = hashlib.sha256(f"{tree.digest([launcher.source])} {launcher.prepare}".encode()).hexdigest()
    done = store / name / launcher.name
    with _locked(store, name):
        if not done.exists():
            home = tree.fresh(holder.folder, "prepare")
            tree.copy(launcher.source, home / launcher.name)
            for argv in launcher.prepare:
                in_throw_away_machine("prepare", argv, launcher, home, holder)
            done.parent.mkdir(parents=True, exist_ok=True)
            partial = done.with_name(f"{done.name}.partial")
            shutil.rmtree(partial, ignore_errors=True)  # a run that was killed while it copied left it
            shutil.copytree(home / launcher.name, partial, symlinks=True)
            shutil.rmtree(home)
            partial.rename(done)
    return done


def in_throw_away_machine(key: str, argv: tuple[str, ...], launcher: Launcher, home: Path, holder: Holder) -> None:
    """Run the command that the launcher declares as `key` where it can change nothing but `home`; only `prepare` has
    the network. SourceError if it fails."""
    machine = holder.machine(Blueprint(kind="namespace", home=home, network=key == "prepare"))
    cwd = f"{HOME}/{launcher.name}"
    try:
        machine.boot()
        log = "/run/holdfast/output"
        process = machine.spawn(("/bin/sh", "-c", f'exec "$@" >{log} 2>&1 </dev/null', "run", *argv), cwd=cwd)
        code = process.wait(PREPARES_WITHIN)
        process.close()
        said = (machine.run / "output").read_text(errors="replace")[-1500:]
    finally:
        machine.close()
    if code != 0:
        ended = f"did not end within {PREPARES_WITHIN:.0f} s" if code is None else f"ended with exit {code}"
        raise SourceError(
            f"{place(launcher.file, 'launcher', key)}: `{key}` failed: `{' '.join(argv)}` {ended} in its throw-away "
            f"machine, where it runs in a copy of the source: {said.strip() or 'it said nothing'}"
        )


@contextmanager
def _locked(store: Path, name: str) -> Iterator[None]:
    """Several workers may want the same revision at once: one makes it, the others find it made."""
    store.mkdir(parents=True, exist_ok=True)
    lock = os.open(store / f"{name[:16]}.lock", os.O_CREAT | os.O_RDWR | os.O_CLOEXEC)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
    finally:
        os.close(lock)
