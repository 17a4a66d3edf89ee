"""A run of `holdfast verify` on a terminal, ended at a chosen moment, and what is left of it."""

import contextlib
import fcntl
import os
import re
import select
import signal
import sys
import time
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from holdfast.machines import cgroup, state
from tests.machine.asking import loops
from tests.machine.family import await_end, descendants

RUN_BOUND = 120.0
"""Seconds for a run that nobody interrupts."""
END_BOUND = 10.0
"""Seconds until everything of an interrupted run has ended."""
_HOLDER = re.compile(r"(?<![\w-])(?:holdfast-\d+-)?((\d+)-[0-9a-f]{8})(?![\w-])")
SMALL = """
[launcher]
name = "fleet"
source = "fleet"
attach = ["sh", "launcher", "attach", "{role}"]
machines = [MACHINES]
[agent]
kind = "claude"
[[launch_path]]
name = "cli"
starts = { run = ["sh", "launcher", "start", "{role}"] }
stops = { run = ["sh", "launcher", "stop", "{role}"] }
"""
LAUNCHER = """
role=$2 folder=$HOME/work/$2
case $1 in
start)
    mkdir -p "$folder"
    tmux new-session -d -s "$role" -c "$folder" claude --session-id "$(cat /proc/sys/kernel/random/uuid)" ;;
stop) tmux kill-session -t "=$role" ;;
attach) exec tmux attach-session -t "=$role" ;;
esac
"""


class Aim(StrEnum):
    """Whom a signal meets: the run's main process; its process group, as a terminal or CI does; or each of its
    processes, holders and machines too, as the end of a container does."""

    MAIN = "main process"
    GROUP = "process group"
    EVERY = "every process"


@dataclass(frozen=True)
class Ended:
    """`code` as of waitstatus_to_exitcode. `said` is what stood on its terminal; `pids` are all of its processes that
    were seen, `outlived` those that outlived it."""

    code: int
    seconds: float
    said: str
    pids: frozenset[int]
    outlived: frozenset[int]


def small_launcher(folder: Path, kinds: tuple[str, ...]) -> Path:
    """A launcher with one launch path, started and stopped only: four cells on two kinds."""
    (folder / "fleet").mkdir()
    (folder / "fleet" / "launcher").write_text(LAUNCHER)
    file = folder / "holdfast.toml"
    file.write_text(SMALL.replace("MACHINES", ", ".join(f'"{kind}"' for kind in kinds)))
    return file


VERIFY = ("verify", "--launcher", ".", "--workers", "2")


def run(
    folder: Path,
    environment: dict[str, str],
    by: signal.Signals,
    aim: Aim,
    moment: float,
    command: tuple[str, ...] = VERIFY,
) -> Ended:
    """Run a command of holdfast in `folder`, and send the signal `moment` seconds after the start (Ctrl-C is typed).
    Returns when everything of the run has ended, or END_BOUND later."""
    others = set(descendants())
    master, slave = os.openpty()
    began = time.monotonic()
    pid = _start(folder, environment, slave, command)
    os.close(slave)
    watched = os.pidfd_open(pid)
    said, _ = _listen(master, watched, began + moment)
    seen = set(descendants()) - others
    if by is signal.SIGINT:
        os.write(master, b"\x03")
    else:
        _send(by, aim, pid, seen)
    rest, ended = _listen(master, watched, time.monotonic() + RUN_BOUND)
    code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) if ended else 0
    also, lives = await_end(others, END_BOUND)
    os.close(watched)
    os.close(master)
    lives |= set() if ended else {pid}
    text = (said + rest).decode(errors="replace").replace("\r\n", "\n")
    return Ended(code, time.monotonic() - began, text, frozenset({pid, *seen, *also}), frozenset(lives))


def left_by(pids: frozenset[int]) -> list[str]:
    """What is left of the holders among `pids`, whose names they bear: folders, locks, cgroups, mounts, sockets. What a
    living process has locked is another run's: its holder has a pid that one of this run's had before."""
    found = _named(pids)
    # Looked at twice: another test's start may have swept between our list of the folders and that of the locks.
    return [line for line in found if line in _named(pids)] if found else []


def _named(pids: frozenset[int]) -> list[str]:
    mounts = Path("/proc/self/mountinfo").read_text()
    groups = cgroup.hierarchy(mounts)
    places = [*state.base().iterdir(), *([] if groups is None else groups.glob("holdfast-*"))]
    lines = [*map(str, places), *mounts.splitlines(), *Path("/proc/net/unix").read_text().splitlines()]
    named = [(line, _HOLDER.findall(line)) for line in lines if "/holdfast-" in line]
    return [line for line, found in named if any(int(pid) in pids and not _locked(token) for token, pid in found)]


def _locked(token: str) -> bool:
    """Whether a living process holds the lock of the holder called `token`."""
    try:
        with (state.base() / f"{token}.lock").open() as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except FileNotFoundError:
        return False
    return False


def host() -> dict[str, str]:
    """What of the host no run may change: its mounts and its loop devices, but for those of living holders, which tests
    beside this one have."""
    left = [image for image in loops() if not ((of := _HOLDER.search(image)) and Path(f"/proc/{of[2]}").exists())]
    return {"mounts": Path("/proc/self/mountinfo").read_text(), "loops": " ".join(left)}


def _start(folder: Path, environment: dict[str, str], terminal: int, command: tuple[str, ...]) -> int:
    """Start the run as the leader of a session of its own, whose terminal becomes its own by being opened."""
    program = str(Path(sys.executable).with_name("holdfast"))
    argv = [program, *command]
    name = os.ttyname(terminal)
    actions = [(os.POSIX_SPAWN_OPEN, 0, name, os.O_RDWR, 0), (os.POSIX_SPAWN_DUP2, 0, 1), (os.POSIX_SPAWN_DUP2, 0, 2)]
    here = os.open(".", os.O_RDONLY)
    os.chdir(folder)
    try:
        return os.posix_spawn(program, argv, {**os.environ, **environment}, file_actions=actions, setsid=True)
    finally:
        os.fchdir(here)
        os.close(here)


def _listen(master: int, watched: int, until: float) -> tuple[bytes, bool]:
    """What the run says until it ends, and whether it ended before the monotonic time `until`."""
    said = b""
    while (left := until - time.monotonic()) > 0:
        ready, _, _ = select.select([master, watched], [], [], left)
        try:
            said += os.read(master, 65536) if master in ready else b""
        except OSError:  # EIO: nobody has the terminal open any more
            return said, bool(select.select([watched], [], [], left)[0])
        if ready == [watched]:
            return said, True
    return said, False


def _send(by: signal.Signals, aim: Aim, pid: int, family: set[int]) -> None:
    for one in {Aim.MAIN: [pid], Aim.GROUP: [-pid], Aim.EVERY: sorted(family, reverse=True)}[aim]:
        with contextlib.suppress(ProcessLookupError):  # it ended meanwhile
            os.kill(one, by)
