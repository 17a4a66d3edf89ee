"""The git repository that holds a launcher's revisions, and their trees."""

import os
import shutil
import subprocess
from dataclasses import dataclass, replace
from pathlib import Path

from holdfast.config.document import place
from holdfast.config.launcher import Launcher
from holdfast.config.load import load
from holdfast.config.placeholders import fill_into
from holdfast.machines import Holder, state
from holdfast.machines.protocol import HOME
from holdfast.run import tree
from holdfast.run.source import run_declared

_GIT_WITHIN = 60.0  # seconds


class RevisionError(Exception):
    """A revision can't be had: which one, in which repository, why, and what to do next."""


@dataclass(frozen=True)
class Repository:
    """`folder` is the repository; `path` where the launcher's holdfast.toml stands in it, "" for its top."""

    folder: Path
    path: str

    def resolve(self, revision: str) -> str:
        """The full commit id that `revision` means."""
        done = _git(self.folder, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}")
        if done.returncode != 0:
            raise RevisionError(
                f"revision {revision!r} does not exist in {self.folder}: nothing there has that name. "
                f"There are: {self._names()}"
            )
        return done.stdout.decode().strip()

    def checkout(self, commit: str, store: Path) -> Path:
        """The launcher's folder as it was at `commit`, made once. It is read from git's objects: the work tree and its
        hooks are not touched."""
        done = store / commit
        if not done.exists():
            archived = _git(self.folder, "archive", "--format=tar", f"{commit}:{self.path}" if self.path else commit)
            if archived.returncode != 0:
                raise RevisionError(
                    f"revision {commit[:12]} has no folder {self.path or '.'}: {archived.stderr.decode().strip()}. "
                    "Was the launcher elsewhere then? Give a revision that has it"
                )
            partial = store / f"{commit}.{os.getpid()}"
            partial.mkdir(parents=True)
            # Not tarfile: only since 3.11.4 can it be told to keep modes and links, and Debian 12 has 3.11.2.
            subprocess.run(["tar", "-x", "-C", partial], input=archived.stdout, check=True, timeout=_GIT_WITHIN)
            _keep(partial, done)
        return done

    def _names(self) -> str:
        listed = _git(self.folder, "for-each-ref", "--format=%(refname:short)", "--count=20", "refs/heads", "refs/tags")
        return ", ".join(listed.stdout.decode().split()) or "no branch and no tag"


def repository(launcher: Launcher, holder: Holder, store: Path) -> Repository:
    """The repository that the launcher's `history` builds, in a throw-away machine; else the one that holds its
    file."""
    if launcher.history is None:
        top = _git(launcher.root, "rev-parse", "--show-toplevel")
        if top.returncode != 0:
            raise RevisionError(
                f"{launcher.root} is in no git repository, so it has no revisions to compare: "
                f"{top.stderr.decode().strip()}. Commit the launcher, or declare `history` in its holdfast.toml"
            )
        folder = Path(top.stdout.decode().strip())
        path = os.path.relpath(launcher.root, folder)
        return Repository(folder, "" if path == "." else path)
    done = store / f"history-{tree.digest([launcher.root])[:16]}"
    if not done.exists():
        home = tree.fresh(holder.folder, "history")
        tree.copy(launcher.root, home / launcher.name)
        argv = fill_into(launcher.history, f"{HOME}/history")
        run_declared("history", argv, launcher, home, holder)
        if not (home / "history" / ".git").exists():
            at = place(launcher.file, "launcher", "history")
            raise RevisionError(
                f"{at}: `history` made no git repository in {{into}}, so there are no revisions to compare: "
                f"`{' '.join(argv)}` ended well all the same. Let it build one there"
            )
        store.mkdir(parents=True, exist_ok=True)
        partial = store / f"{done.name}.{os.getpid()}"
        shutil.copytree(home / "history", partial, symlinks=True)
        _keep(partial, done)
        state.remove(home)
    return Repository(done, "")


def _keep(partial: Path, done: Path) -> None:
    """What is whole now gets its name; another worker may have been first."""
    try:
        partial.rename(done)
    except OSError:
        state.remove(partial)


def at(launcher: Launcher, checkout: Path) -> Launcher:
    """`launcher` with its source as it was in `checkout`, a folder that stands for the one of its holdfast.toml."""
    return replace(launcher, root=checkout, source=checkout / os.path.relpath(launcher.source, launcher.root))


def declared_at(checkout: Path, name: str) -> Launcher:
    """The launcher as its own holdfast.toml declared it then. ConfigError if it had none, or none that can be read."""
    return load(checkout / name)


def _git(folder: Path, *arguments: str) -> subprocess.CompletedProcess[bytes]:
    """git, reading only: a repository of another user's is read as it is, and its configuration runs nothing."""
    argv = ("git", "-c", "safe.directory=*", "-c", "core.fsmonitor=false", "-C", str(folder), *arguments)
    environment = {
        "PATH": os.environ.get("PATH", os.defpath),
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CONFIG_GLOBAL": os.devnull,
    }
    try:
        return subprocess.run(argv, env=environment, capture_output=True, timeout=_GIT_WITHIN, check=False)
    except FileNotFoundError as error:
        raise RevisionError("git is not installed here, and the gate reads revisions with it: install git") from error
