"""The git worktrees beside a folder, read as git keeps them: no program is run in a folder that is only examined.

An agent looks for a session in the projects of all of them (observed on 2.1.197: from below one too, also in one that
is deleted and not pruned; not in one that `git worktree remove` took off the list).
"""

import os
from pathlib import Path

from holdfast.agents.resume.facts import Gap

_LONGEST = 1 << 16


def worktrees(cwd: str, missed: list[Gap]) -> tuple[str, ...]:
    """The real paths of the repository's worktrees, the main one first; () outside of a repository. What can't be read
    is added to `missed`."""
    try:
        common = _common(Path(cwd))
        if common is None:
            return ()
        main = common.parent if common.name == ".git" else common
        folder = common / "worktrees"
        linked = [_linked(folder / name) for name in (sorted(os.listdir(folder)) if folder.is_dir() else ())]  # noqa: PTH208
    except OSError as error:
        missed.append(Gap(str(error.filename or cwd), error.strerror or str(error)))
        return ()
    return tuple(dict.fromkeys(os.path.realpath(path) for path in (main, *linked) if path is not None))


def _common(folder: Path) -> Path | None:
    """The repository's own folder (gitrepository-layout(5)) of the nearest `.git` upwards."""
    for above in (folder, *folder.parents):
        git = above / ".git"
        if git.is_dir():
            return git
        if git.is_file():
            named = _text(git).removeprefix("gitdir:").strip()
            admin = above / named
            common = admin / "commondir"
            return Path(os.path.normpath(admin / _text(common).strip())) if common.is_file() else admin
    return None


def _linked(admin: Path) -> Path | None:
    """The worktree of an administrative folder, whose file `gitdir` names the worktree's `.git`."""
    named = _text(admin / "gitdir").strip() if (admin / "gitdir").is_file() else ""
    return (admin / named).parent if named else None


def _text(path: Path) -> str:
    with path.open("rb") as file:
        return os.fsdecode(file.read(_LONGEST)).replace("\0", "")
