"""Programs from the npm registry, installed once a version in a throw-away machine with the host's network."""

import json
import shutil
import time
from pathlib import Path

from holdfast.agents import AgentError, Package
from holdfast.machines import Holder
from holdfast.machines.protocol import HOME, MachineError
from holdfast.run import tree
from holdfast.run.lock import locked
from holdfast.run.throw_away import in_throw_away_machine

LATEST = "latest"
WITHIN = 300.0
"""Seconds; 4 to 16 are usual for 84 to 431 MB."""
_NEWEST_LASTS = 3600.0  # seconds
# Quiet, and one attempt more where a registry doesn't answer: what is then missing is said, not waited for.
_OPTIONS = (
    "--no-audit",
    "--no-fund",
    "--no-update-notifier",
    "--logs-max=0",
    "--fetch-retries=1",
    "--fetch-timeout=60000",
)


class NotInstalled(AgentError):
    """A program is missing and could not be had: what it was to show is unproven. Says which command installs it."""


def installed(kind: str, package: Package, version: str, holder: Holder, store: Path) -> tuple[Path, str]:
    """The host's file of the program in exactly this version, or in the registry's newest for LATEST, and the version
    that it is. It is kept in `store`, under its kind and version; which is the newest is asked again after an hour."""
    with locked(store, f"{kind}-{version}"):
        exactly = _newest(kind, package, holder, store) if version == LATEST else version
        folder = store / f"{kind}-{exactly}"
        if package.found(folder) is None:
            _install(package, exactly, holder, folder)
    program = package.found(folder)
    assert program is not None
    return program, exactly


def _newest(kind: str, package: Package, holder: Holder, store: Path) -> str:
    answer = store / f"{kind}-{LATEST}"
    try:
        if time.time() - answer.stat().st_mtime < _NEWEST_LASTS:
            return answer.read_text()
    except FileNotFoundError:
        pass  # it was never asked
    home = tree.fresh(holder.folder, "newest")
    command = f"npm view --json {package.name} version >{HOME}/answer"
    try:
        failure = in_throw_away_machine(("sh", "-c", command), holder, home, HOME, network=True, within=WITHIN)
        if failure is not None:
            raise NotInstalled(f"the newest version of {package.name} can't be known: `npm view` {failure}")
        newest = str(json.loads((home / "answer").read_text()))
    finally:
        shutil.rmtree(home, ignore_errors=True)
    answer.write_text(newest)
    return newest


def _install(package: Package, version: str, holder: Holder, folder: Path) -> None:
    home = tree.fresh(holder.folder, "install")
    inside = Path(HOME, "program")
    command = package.command(version, inside)
    try:
        (home / inside.name).mkdir()
        failure = in_throw_away_machine((*command, *_OPTIONS), holder, home, str(inside), network=True, within=WITHIN)
        made = home / inside.name
        if failure is None and package.found(made) is None:
            failure = f"left no {package.program}"
        if failure is not None:
            by_hand = " ".join(package.command(version, folder))
            raise NotInstalled(
                f"{package.name} {version} isn't installed, and `{' '.join(command)}` in a throw-away machine "
                f"{failure}. Install it by hand with: {by_hand}"
            )
        partial = folder.with_name(f"{folder.name}.partial")
        for left in (partial, folder):  # what a run that was killed while it copied left, and what has no program
            shutil.rmtree(left, ignore_errors=True)
        shutil.copytree(made, partial, symlinks=True)
        partial.rename(folder)
    except MachineError as error:
        raise NotInstalled(f"{package.name} {version} can't be installed: {error}") from error
    finally:
        shutil.rmtree(home, ignore_errors=True)
