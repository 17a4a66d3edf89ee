"""The processes that run, as far as they tell where agents keep their conversations.

Of an agent's environment two values are kept, HOME and CLAUDE_CONFIG_DIR: the rest is nobody's business.
"""

import os
from dataclasses import dataclass
from pathlib import Path

from holdfast.agents.registry import PROGRAM
from holdfast.agents.resume.question import VARIABLE
from holdfast.agents.running import runs

_DEAD = frozenset("ZXx")
_LONGEST = 1 << 20


@dataclass(frozen=True)
class Running:
    """`pids` are its pids, ours first: in a container it has another one, which is what its registry entry says.
    `config` is an agent's config dir as this process can open it, None for what is no agent or can't be read;
    `foreign` says that it is reached through the agent's own root, because that has other mounts."""

    pids: tuple[int, ...]
    start: int
    argv: tuple[str, ...]
    agent: bool
    config: str | None = None
    foreign: bool = False

    @property
    def pid(self) -> int:
        return self.pids[0]


def running(proc: Path) -> tuple[Running, ...]:
    """Every process of the tree at `proc` (proc(5)), by pid. One that ends meanwhile, or that belongs to another user,
    tells nothing more than it lets everyone see."""
    try:
        pids = sorted(int(entry.name) for entry in proc.iterdir() if entry.name.isdigit())
    except OSError:
        return ()
    mounts = _link(proc / "self/ns/mnt")
    return tuple(found for pid in pids if (found := _read(proc / str(pid), pid, mounts)) is not None)


def _read(folder: Path, pid: int, mounts: str | None) -> Running | None:
    fields = _bytes(folder / "stat").decode(errors="replace").rpartition(")")[2].split()
    if len(fields) < 20 or fields[0] in _DEAD or not fields[19].isdigit():
        return None
    words = _bytes(folder / "cmdline").rstrip(b"\0").split(b"\0")
    argv = tuple(word.decode(errors="replace") for word in words)
    agent = runs(argv, PROGRAM)
    config, foreign = _config(folder, mounts) if agent else (None, False)
    return Running((pid, *_inner(folder)), int(fields[19]), argv, agent, config, foreign)


def _inner(folder: Path) -> tuple[int, ...]:
    """Its pids in the namespaces below ours (NSpid, since Linux 4.1)."""
    for line in _bytes(folder / "status").splitlines():
        if line.startswith(b"NSpid:"):
            return tuple(int(word) for word in line.split()[2:] if word.isdigit())
    return ()


def _config(folder: Path, mounts: str | None) -> tuple[str | None, bool]:
    pairs = (pair.partition(b"=") for pair in _bytes(folder / "environ").split(b"\0"))
    told = {os.fsdecode(name): os.fsdecode(value) for name, _, value in pairs if name in (b"HOME", VARIABLE.encode())}
    named = told.get(VARIABLE) or (os.path.join(told["HOME"], ".claude") if told.get("HOME") else None)  # noqa: PTH118
    if named is None:
        return None, False
    inside = os.path.join(_link(folder / "cwd") or "/", named)  # noqa: PTH118  (a relative one is its cwd's)
    own = _link(folder / "ns/mnt")
    if own is None or own == mounts:
        return inside, False
    return f"{folder / 'root'}{inside}", True


def _link(path: Path) -> str | None:
    try:
        return os.readlink(path)  # noqa: PTH115  (of a namespace it is no path)
    except OSError:
        return None


def _bytes(path: Path) -> bytes:
    """b"" for what is gone or another user's."""
    try:
        with path.open("rb") as file:
            return file.read(_LONGEST)
    except OSError:
        return b""
