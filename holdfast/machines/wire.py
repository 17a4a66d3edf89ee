"""What a run and its holder say to each other: one pickled value a message (both are processes of ours), over a
SOCK_SEQPACKET socketpair."""

import pickle
import socket
from dataclasses import dataclass

LONGEST = 1 << 20


@dataclass(frozen=True)
class Ready:
    """The holder's first word: where it keeps its machines' files, and the cgroup for those that need one."""

    folder: str
    token: str


@dataclass(frozen=True)
class Boot:
    """Power a machine on: bwrap with `options`, then `command` as the first program. `name` is its folder below the
    holder's. `cgroup`: in a cgroup of its own. `console`: /dev/console inside is a terminal; what it says is kept.
    `door`: who will be its door comes while it mounts, and waits for OpenDoor."""

    name: str
    options: tuple[str, ...]
    command: tuple[str, ...]
    cgroup: bool
    console: bool
    door: bool


@dataclass(frozen=True)
class Booted:
    """Host pids: of bwrap outside (it ends when the machine does), and of the machine's pid 1."""

    monitor: int
    first: int


@dataclass(frozen=True)
class OpenDoor:
    """Open the door of the machine called so, which is on and has all its mounts: with these `rights` (a mask of
    capabilities(7)), its socket in the folder `run`, in `home`; both as the machine has them."""

    name: str
    rights: int
    run: str
    home: str


@dataclass(frozen=True)
class Opened:
    """The host's pid of the door."""

    door: int


@dataclass(frozen=True)
class Off:
    """Power off: answered when no process of the machine lives and its cgroup is gone. `forget`: its folder goes
    too. `cut`: the name of the disk that loses its power with it, None for none."""

    name: str
    forget: bool
    cut: str | None = None


@dataclass(frozen=True)
class Format:
    """Make a disk, called so, in a folder of that name below the holder's."""

    name: str


@dataclass(frozen=True)
class Discard:
    """The disk called so goes."""

    name: str


@dataclass(frozen=True)
class Done:
    """It is done."""


@dataclass(frozen=True)
class Failed:
    """It could not be done; `why` is for a person."""

    why: str


Message = Ready | Boot | Booted | OpenDoor | Opened | Off | Format | Discard | Done | Failed


def send(to: socket.socket, message: Message) -> None:
    to.send(pickle.dumps(message))


def receive(at: socket.socket) -> Message | None:
    """The next message; None when the other side has gone."""
    try:
        text = at.recv(LONGEST)
    except ConnectionResetError:
        return None
    if not text:
        return None
    message: Message = pickle.loads(text)
    return message
