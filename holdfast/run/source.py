"""A launcher's source made ready: copied, and prepared once a revision in a throw-away machine with the host's
network."""

import hashlib
import shutil
from pathlib import Path

from holdfast.config.document import place
from holdfast.config.launcher import Launcher
from holdfast.machines import Holder, state
from holdfast.machines.protocol import HOME
from holdfast.run import tree
from holdfast.run.lock import locked
from holdfast.run.throw_away import in_throw_away_machine

PREPARES_WITHIN = 900.0  # seconds for one `prepare` command: it may install from a registry


class SourceError(Exception):
    """The launcher's source can't be made ready: what was tried, what came, and what to do next."""


def ready(launcher: Launcher, holder: Holder, store: Path) -> Path:
    """A folder with the prepared copy of the launcher's source, made at most once for its content."""
    name = hashlib.sha256(f"{tree.digest([launcher.source])} {launcher.prepare}".encode()).hexdigest()
    done = store / name / launcher.name
    with locked(store, name):
        if not done.exists():
            home = tree.fresh(holder.folder, "prepare")
            tree.copy(launcher.source, home / launcher.name)
            for argv in launcher.prepare:
                run_declared("prepare", argv, launcher, home, holder)
            done.parent.mkdir(parents=True, exist_ok=True)
            partial = done.with_name(f"{done.name}.partial")
            state.remove(partial)  # a run that was killed while it copied left it
            shutil.copytree(home / launcher.name, partial, symlinks=True)
            state.remove(home)
            partial.rename(done)
    return done


def run_declared(key: str, argv: tuple[str, ...], launcher: Launcher, home: Path, holder: Holder) -> None:
    """Run the command that the launcher declares as `key` where it can change nothing but `home`; only `prepare` has
    the network. SourceError if it fails."""
    cwd = f"{HOME}/{launcher.name}"
    failure = in_throw_away_machine(argv, holder, home, cwd, network=key == "prepare", within=PREPARES_WITHIN)
    if failure is not None:
        raise SourceError(
            f"{place(launcher.file, 'launcher', key)}: `{key}` failed: `{' '.join(argv)}`, which runs in a throw-away "
            f"machine, in a copy of the source, {failure}"
        )
