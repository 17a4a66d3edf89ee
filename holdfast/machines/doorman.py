"""The doorman: one process a holder, from which each namespace machine gets its door.

An interpreter's start would be a third of a machine's boot. This one is started once; for each machine it forks, and
its child becomes a process of the machine's while bubblewrap still mounts; told that all is mounted, it goes into the
machine's other namespaces (setns(2), all at once by the pidfd: one after the other, as nsenter does it, is refused
without root), gives up the rights that bubblewrap takes from what it starts, and is the door there. Runs as
`python -IS doorman.pyc`, its holder's socket as its standard input, door.pyc beside it.

A request is what `coming` makes, with four descriptors: a pidfd of the machine's pid 1, the user namespace that its pid
namespace belongs to, the file that keeps what is said in the machine, and a socket. On that socket the child is told to
go in, as `going_in` makes it. Its answer is `ok`, when the door listens, or `no REASON`, or only the socket's end, if
the child ended.
"""

import _signal  # type: ignore[import-not-found]  # typeshed has no stub for it
import _socket
import ctypes
import os
import sys
from types import ModuleType

LONGEST_REQUEST = 4096
DESCRIPTORS = 4
USER = 0x10000000
"""setns(2)'s flag of a user namespace."""
_SUBREAPER, _NO_NEW_PRIVS, _AMBIENT, _RAISE = 36, 38, 47, 2
_CAPABILITY_VERSION = 0x20080522
_LIBC = ctypes.CDLL(None, use_errno=True)
# Looked up and made once: what each child would do for itself is done while a machine boots.
_setns, _prctl, _capset = _LIBC.setns, _LIBC.prctl, _LIBC.capset
_Header, _Sets = ctypes.c_uint32 * 2, ctypes.c_uint32 * 6


def coming(namespaces: int) -> bytes:
    """To come into the pid namespace; the `namespaces` are its flag of setns(2), and USER where its owner has to be
    entered first."""
    return f"{namespaces}".encode()


def going_in(namespaces: int, rights: int, run: str, home: str) -> bytes:
    """To go into the `namespaces`, keep the `rights` (a mask of capabilities(7)), listen in the folder `run`, and stand
    in `home`; both as the machine has them."""
    return f"{namespaces}\0{rights}\0{run}\0{home}".encode()


def _called(result: int, what: str) -> None:
    if result != 0:
        code = ctypes.get_errno()
        raise OSError(code, f"{what}: {os.strerror(code)}")


def _tell(asker: _socket.socket, answer: str) -> None:
    try:
        asker.send(answer.encode())
    except OSError:
        return  # the holder waits no longer, or has gone


def _keep_only(rights: int) -> None:
    """As bubblewrap does it: no program gains what this process hasn't, and this one has no more than `rights`."""
    _called(_prctl(_NO_NEW_PRIVS, 1, 0, 0, 0), "no_new_privs")
    low, high = rights & 0xFFFFFFFF, rights >> 32
    _called(_capset(_Header(_CAPABILITY_VERSION, 0), _Sets(low, low, low, high, high, high)), "capset")
    for bit in range(rights.bit_length()):
        if rights >> bit & 1:
            _called(_prctl(_AMBIENT, _RAISE, bit, 0, 0), f"capability {bit}")


def _enter(first: int, namespaces: int) -> None:
    _called(_setns(first, namespaces), "its namespaces can't be entered, which takes Linux 5.8 or newer")


def _come(first: int, owner: int, namespaces: int) -> None:
    """Be a process of the machine's pid namespace, which only a next child enters, and a child of its pid 1, which
    buries it: a machine can't end before that, and who is outside may have gone by then.

    The owner is where the rights are that this takes. It stays the same, while pid 1 goes on to a user namespace of its
    own after its mounts, from which there is no way to the others."""
    os.close(0)  # by the end of this socket the holder sees that the doorman has gone
    if namespaces & USER:
        _enter(owner, USER)
    _enter(first, namespaces & ~USER)
    os.close(owner)
    for _ in range(2):
        if os.fork() > 0:
            os._exit(0)
    os.setsid()


def _become_the_door(door: ModuleType, words: list[str], first: int, log: int) -> None:
    _enter(first, int(words[0]))
    _signal.signal(_signal.SIGCHLD, _signal.SIG_DFL)
    _keep_only(int(words[1]))
    os.chdir(words[3])
    os.dup2(os.open("/dev/null", os.O_RDONLY), 0)
    os.dup2(log, 1)
    os.dup2(log, 2)
    os.close(first)
    os.close(log)
    door.listen(words[2])


def _open(door: ModuleType, namespaces: int, first: int, owner: int, log: int, asker: int) -> None:
    """In a child of the doorman: come, go in when told, and never return."""
    answer = _socket.socket(fileno=asker)
    try:
        _come(first, owner, namespaces)
        told = answer.recv(LONGEST_REQUEST)
        if not told:
            os._exit(0)  # the machine isn't to have a door any more
        _become_the_door(door, told.decode().split("\0"), first, log)
    except OSError as error:
        _tell(answer, f"no {error}")
        os._exit(1)
    _tell(answer, "ok")
    answer.close()
    door.serve_for_ever()


def let_in(door: ModuleType, namespaces: int, first: int, owner: int, log: int, asker: int) -> None:
    """Have a child be the door of that machine; the descriptors are the child's from now on."""
    try:
        if os.fork() == 0:
            _open(door, namespaces, first, owner, log, asker)
    except OSError as error:  # no process to be had just now: the machines to come may have more luck
        answer = _socket.socket(fileno=os.dup(asker))
        _tell(answer, f"no {error}")
        answer.close()
    for fd in (first, owner, log, asker):
        os.close(fd)


def _asked(control: _socket.socket) -> tuple[str, list[int]]:
    """The next request and its descriptors; "" when the holder has gone."""
    text, rights, _, _ = control.recvmsg(LONGEST_REQUEST, _socket.CMSG_LEN(4 * DESCRIPTORS))
    fds = memoryview(b"".join(data for _, _, data in rights)).cast("i")
    return text.decode(), list(fds)


def main() -> None:
    sys.path.insert(0, os.path.dirname(__file__))  # noqa: PTH120  # which -I leaves out; each import makes a fork longer
    import door  # type: ignore[import-not-found]  # it lies beside this one's compiled file

    os.closerange(3, 1 << 16)
    control = _socket.socket(fileno=0)
    # Who comes leaves two processes behind that end at once: they are taken in here, and buried by the kernel.
    _called(_prctl(_SUBREAPER, 1, 0, 0, 0), "subreaper")
    _signal.signal(_signal.SIGCHLD, _signal.SIG_IGN)
    while True:
        text, fds = _asked(control)
        if not text:
            return
        let_in(door, int(text), *fds)


if __name__ == "__main__":
    main()
