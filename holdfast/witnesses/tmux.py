"""The tmux witness: what the servers inside a machine say, asked from outside and believed only after a look at who
answers."""

import itertools
import os
import shutil
import socket
import stat
import struct
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import suppress
from functools import cache
from pathlib import Path

from holdfast.model.seen import Pane, ProcessId
from holdfast.witnesses.processes import start_of

_SEPARATOR = "\x1f"
_FORMAT = _SEPARATOR.join(("#{pid}", "#{session_name}", "#{pane_id}", "#{pane_pid}", "#{pane_dead}"))
_LISTENS = 0x10000  # __SO_ACCEPTCON in the flags of /proc/net/unix
_ANSWER_WITHIN = 5.0  # seconds; a server that is stopped doesn't answer at all


class TmuxSilent(Exception):
    """A server that should answer did not: what it was asked, and what came instead."""


class TmuxRefused(TmuxSilent):
    """A server answered that it can't: what is asked for isn't there."""


@cache
def program() -> str:
    """The host's tmux: the client with which machines are looked at. It must speak the protocol of the one inside,
    which it does because it is the same file (the machine's /usr is the host's)."""
    found = shutil.which("tmux", path="/usr/local/bin:/usr/bin:/bin")
    if found is None:
        raise TmuxSilent("no tmux on this host; `holdfast doctor` says how to get it")
    return found


def sockets(root: Path, servers: Sequence[ProcessId]) -> tuple[Path, ...]:
    """Every socket in the folders where tmux puts them (/tmp/tmux-<uid>/), whoever listens there, and those at which
    the `servers` listen elsewhere: a launcher may keep its own out of a folder that is cleaned (tmux/tmux#4640)."""
    usual = (entry for folder in sorted(root.glob("tmp/tmux-*")) for entry in sorted(folder.iterdir()))
    found = dict.fromkeys(usual)
    for server in servers:
        found |= dict.fromkeys(_listens_at(root, server.pid))
    return tuple(path for path in found if _is_socket(path))


def _is_socket(path: Path) -> bool:
    with suppress(FileNotFoundError):  # its server has ended since, or a new one puts its own in the place
        return stat.S_ISSOCK(path.lstat().st_mode)
    return False


def _listens_at(root: Path, pid: int) -> Iterator[Path]:
    """The sockets with a name at which a process listens: /proc/<pid>/net/unix (proc(5)) has names and inodes of all,
    /proc/<pid>/fd has the inodes of its own. A name whose file is gone leads nowhere."""
    process = root / "proc" / str(pid)
    own: set[str] = set()
    try:
        for entry in (process / "fd").iterdir():
            with suppress(FileNotFoundError):  # it was closed meanwhile
                own.add(entry.readlink().name)
        listed = (process / "net/unix").read_text(errors="surrogateescape").splitlines()[1:]
    except (FileNotFoundError, ProcessLookupError):
        return  # it has ended meanwhile
    for fields in (line.split(maxsplit=7) for line in listed):
        if len(fields) == 8 and int(fields[3], 16) & _LISTENS and f"socket:[{fields[6]}]" in own:
            path = root / fields[7].lstrip("/")
            if fields[7].startswith("/") and path.exists():
                yield path


def panes(root: Path, servers: Sequence[ProcessId], texts: bool = False) -> tuple[Pane, ...]:
    """Every pane of every server that answers and that is one of `servers`, the processes seen in the machine.

    An answer from any other process is refused: without -N, a client that finds no server starts one where it stands,
    on the host, and its empty list looks like the launcher's; and a pid is no name beyond its own pid namespace.
    """
    found: list[Pane] = []
    answered: set[int] = set()
    for path in sockets(root, servers):
        server = listener(path, root)
        if server is None:
            continue
        if server not in servers:
            raise TmuxSilent(f"{_inside(path, root)} is listened at by {server}, no tmux server of this machine")
        listing = _listing(path)
        if listing is None:
            continue
        answered.add(server.pid)  # with no pane, where nothing but a job or `exit-empty off` keeps it
        listed = [line.split(_SEPARATOR) for line in listing.splitlines()]
        shown = _screens(path, [pane for _, _, pane, _, _ in listed]) if texts and listed else [""] * len(listed)
        for (pid, session, pane, first, dead), text in zip(listed, shown, strict=True):
            if int(pid) != server.pid:
                raise TmuxSilent(f"{_inside(path, root)} was answered by pid {pid}, and {server} listens at it")
            found.append(Pane(server, _inside(path, root), session, pane, int(first), dead == "1", text))
    mute = [str(s) for s in servers if s.pid not in answered and start_of(root, s.pid) == s.start]
    if mute:
        raise TmuxSilent(f"tmux server {', '.join(mute)} lives but answers at no socket: was its socket removed?")
    return tuple(found)


def _listing(path: Path) -> str | None:
    """A line for each pane. tmux refuses to list the panes of a server that has no session."""
    try:
        return ask(path, "list-panes", "-a", "-F", _FORMAT)
    except TmuxRefused:
        if ask(path, "list-sessions"):
            raise
        return ""


def _screens(path: Path, panes: Sequence[str]) -> list[str]:
    """What each of the panes shows, asked at once: a client costs its server and its asker 4 ms."""
    commands = (("capture-pane", "-p", "-t", pane, ";", "display-message", "-p", _SEPARATOR, ";") for pane in panes)
    answer = ask(path, *itertools.chain.from_iterable(commands))
    if answer is None:
        return [""] * len(panes)
    return [text.rstrip() for text in answer.split(f"{_SEPARATOR}\n")[: len(panes)]]


def listener(path: Path, root: Path) -> ProcessId | None:
    """The process of the machine at `root` that listens at the socket `path`, by its pid inside; None if nobody does.

    The kernel tells who it is (SO_PEERCRED, unix(7)), in the reader's own pid namespace. TmuxSilent for a process of
    any other pid namespace than the machine's: whatever it answers is not of this machine.
    """
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as client:
        client.settimeout(_ANSWER_WITHIN)
        try:
            client.connect(str(path))
        except (ConnectionRefusedError, FileNotFoundError):
            return None
        except TimeoutError as late:
            raise TmuxSilent(f"{path} took no connection within {_ANSWER_WITHIN} s") from late
        pid = struct.unpack("3i", client.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, struct.calcsize("3i")))[0]
    start = start_of(Path("/"), pid)
    if pid != 0 and start is None:
        return None  # it has ended meanwhile
    try:
        own = (root.parent / "ns/pid").readlink() == Path(f"/proc/{pid}/ns/pid").readlink()
        status = Path(f"/proc/{pid}/status").read_text()
    except (FileNotFoundError, PermissionError, ProcessLookupError):
        own, status = False, ""
    if not own or start is None:
        raise TmuxSilent(
            f"{_inside(path, root)} is listened at by process {pid}, whose pid namespace isn't the machine's"
        )
    inside = next(line for line in status.splitlines() if line.startswith("NSpid:")).split()[-1]
    return ProcessId(int(inside), start)


def ask(at: Path, *command: str) -> str | None:
    """What the server at `at` answers to one command; None if no server listens there.

    TmuxSilent if it doesn't answer in time, TmuxRefused if it says that it can't. -N: never start a server. -u, and an
    empty environment: nothing of the asker's terminal reaches the server.
    """
    argv = (program(), "-N", "-u", "-S", str(at), *command)
    try:
        done = subprocess.run(argv, env={"PATH": os.defpath}, capture_output=True, timeout=_ANSWER_WITHIN, check=False)
    except subprocess.TimeoutExpired as late:
        raise TmuxSilent(f"{at} gave no answer to {command[0]} within {_ANSWER_WITHIN} s") from late
    if done.returncode == 0:
        return done.stdout.decode(errors="replace")
    said = done.stderr.decode(errors="replace").strip()
    if said.startswith(("no server running", "error connecting", "server exited", "lost server")):
        return None
    raise TmuxRefused(f"{at} refused {command[0]}: {said}")


def _inside(path: Path, root: Path) -> str:
    return "/" + str(path.relative_to(root))
