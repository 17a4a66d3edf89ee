"""The door: a person's way into a machine. Runs inside it, as `python -IS door.pyc RUN_FOLDER`, or comes in from
outside (see doorman.py).

A connection to RUN_FOLDER/door (unix, SOCK_SEQPACKET) is one request, words joined by NUL. The reply is `ok …` or
`no REASON`. The requests:
    spawn ROWS COLUMNS CWD ARGC ARGV… NAME=VALUE…
        `ok PID` and a descriptor: the master of a new terminal, or, where ROWS is 0, a pipe of stdout and stderr. The
        connection then waits for `exit CODE`
    connect PORT
        `ok` and a connected TCP socket, as soon as something listens on 127.0.0.1:PORT
    watch PID START
        `ok` and a pidfd of exactly this process: readable when it ends
Imports the bare C modules only: `os` costs 2 ms more at every boot of systemd, `socket` and `signal` 6 ms.
"""

from __future__ import annotations

import _signal  # type: ignore[import-not-found]  # typeshed has no stub for it
import _socket
import errno
import fcntl
import posix
import select
import sys
import termios

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

LONGEST_REQUEST = 1 << 20
RETRY_MS = 2
"""How often a refused `connect` is tried again: the kernel has no event for "something listens now"."""
ATTEMPT_S = 0.05
"""How long one attempt may hold up the door: a listener whose backlog is full lets it wait."""
IGNORED = (_signal.SIGPIPE, _signal.SIGXFSZ)
"""What Python ignores, and a program that it starts must not."""
Actions = list[tuple[int, int, int] | tuple[int, int, str, int, int]]
waiting: dict[int, Callable[[], None]] = {}
refused: dict[int, tuple[_socket.socket, int]] = {}
poll = select.poll()


def watch(fd: int, then: Callable[[], None]) -> None:
    waiting[fd] = then
    poll.register(fd, select.POLLIN)


def forget(fd: int) -> None:
    if waiting.pop(fd, None) is not None:
        poll.unregister(fd)


def answer(client: _socket.socket, text: str, fd: int | None = None) -> None:
    rights = [] if fd is None else [(_socket.SOL_SOCKET, _socket.SCM_RIGHTS, fd.to_bytes(4, sys.byteorder))]
    try:
        client.sendmsg([text.encode("utf-8", "surrogateescape")], rights, _socket.MSG_NOSIGNAL)
    except (BrokenPipeError, ConnectionResetError):
        return  # the asker has gone: there is nobody to tell


def program(name: str, path: str) -> str:
    if "/" in name:
        return name
    for folder in path.split(":"):
        candidate = f"{folder or '.'}/{name}"
        if posix.access(candidate, posix.X_OK):
            return candidate
    raise FileNotFoundError(errno.ENOENT, "no such program on PATH " + path, name)


def start(words: list[str]) -> tuple[int, int]:
    """Spawn by the words of a request; gives the pid and the descriptor to hand out."""
    rows, columns, cwd, count = int(words[0]), int(words[1]), words[2], int(words[3])
    argv, settings = words[4 : 4 + count], words[4 + count :]
    env = dict(setting.split("=", 1) for setting in settings)
    posix.chdir(cwd)
    path = program(argv[0], env.get("PATH", ""))
    if rows:
        ours, theirs = posix.openpty()
        size = rows.to_bytes(2, sys.byteorder) + columns.to_bytes(2, sys.byteorder) + bytes(4)
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, size)
        # Opened by a session's leader, a terminal becomes the session's own.
        actions: Actions = [(posix.POSIX_SPAWN_OPEN, 0, posix.ttyname(theirs), posix.O_RDWR, 0)]
        actions += [(posix.POSIX_SPAWN_DUP2, 0, 1), (posix.POSIX_SPAWN_DUP2, 0, 2)]
    else:
        ours, theirs = posix.pipe()
        actions = [(posix.POSIX_SPAWN_OPEN, 0, "/dev/null", posix.O_RDONLY, 0)]
        actions += [(posix.POSIX_SPAWN_DUP2, theirs, 1), (posix.POSIX_SPAWN_DUP2, theirs, 2)]
    try:
        pid = posix.posix_spawn(path, argv, env, file_actions=actions, setsid=True, setsigmask=(), setsigdef=IGNORED)
    except OSError:
        posix.close(ours)
        raise
    finally:
        posix.close(theirs)
    return pid, ours


def spawn(client: _socket.socket, words: list[str]) -> None:
    pid, ours = start(words)
    answer(client, f"ok {pid}", ours)
    posix.close(ours)
    child = posix.pidfd_open(pid)

    def ended() -> None:
        forget(child)
        posix.close(child)
        code = posix.waitstatus_to_exitcode(posix.waitpid(pid, 0)[1])
        answer(client, f"exit {code if code >= 0 else 128 - code}")
        client.close()

    watch(child, ended)


def connect(client: _socket.socket, port: int) -> None:
    """One attempt; a refused one is made again until it succeeds or the asker hangs up."""
    asker = client.fileno()
    server = _socket.socket(_socket.AF_INET, _socket.SOCK_STREAM)
    server.settimeout(ATTEMPT_S)
    try:
        server.connect(("127.0.0.1", port))
    except (ConnectionRefusedError, TimeoutError):
        if asker not in refused:
            refused[asker] = (client, port)
            watch(asker, lambda: give_up(client))
        return
    server.settimeout(None)
    answer(client, "ok", server.fileno())
    server.close()
    give_up(client)


def give_up(client: _socket.socket) -> None:
    refused.pop(client.fileno(), None)
    forget(client.fileno())
    client.close()


def exactly(pid: int, start: int) -> int:
    """A pidfd of the process with this pid and start time. The pidfd comes first, so that what is read is its own."""
    pidfd = posix.pidfd_open(pid)
    try:
        stat = posix.open(f"/proc/{pid}/stat", posix.O_RDONLY)
        began = int(posix.read(stat, 4096).rpartition(b")")[2].split()[19])
        posix.close(stat)
        if began != start:
            raise ProcessLookupError(errno.ESRCH, f"it is another process: pid {pid} began at {began}, not at {start}")
    except OSError:
        posix.close(pidfd)
        raise
    return pidfd


def hand_out(client: _socket.socket, pid: int, start: int) -> None:
    pidfd = exactly(pid, start)
    answer(client, "ok", pidfd)
    posix.close(pidfd)
    client.close()


REQUESTS: dict[str, Callable[..., None]] = {"connect": connect, "watch": hand_out}


def serve(client: _socket.socket) -> None:
    """Read one request and do it. A refusal of the system's is the answer; anything else is a fault of the door."""
    forget(client.fileno())
    words = client.recv(LONGEST_REQUEST).decode("utf-8", "surrogateescape").split("\0")
    try:
        if words[0] == "spawn":
            spawn(client, words[1:])
        elif words[0] in REQUESTS:
            REQUESTS[words[0]](client, *map(int, words[1:]))
        else:
            client.close()
    except OSError as error:
        answer(client, f"no {error}")
        client.close()


def listen(run: str) -> None:
    """From now on whoever connects is heard."""
    posix.umask(0o022)
    door = _socket.socket(_socket.AF_UNIX, _socket.SOCK_SEQPACKET)
    door.bind(f"{run}/door")
    door.listen(64)

    def accept() -> None:
        fd, _ = door._accept()  # type: ignore[attr-defined]
        client = _socket.socket(fileno=fd)
        watch(fd, lambda: serve(client))

    watch(door.fileno(), accept)


def serve_for_ever() -> None:
    while True:
        for fd, _ in poll.poll(RETRY_MS if refused else None):
            if fd in waiting:
                waiting[fd]()
        for client, port in tuple(refused.values()):
            connect(client, port)


def main(run: str) -> None:
    listen(run)
    events = posix.open(f"{run}/events", posix.O_WRONLY)
    posix.write(events, b"door\n")
    posix.close(events)
    serve_for_ever()


if __name__ == "__main__":
    main(sys.argv[1])
