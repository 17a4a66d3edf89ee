"""The doorman: one process a holder, from which each namespace machine gets its door.

An interpreter's start would be a third of a machine's boot. This one is started once; for each machine it forks, and
its child goes into the machine's namespaces (setns(2)), gives up the rights that bubblewrap takes from what it starts,
and is the door there. Runs as `python -IS doorman.pyc`, its holder's socket as its standard input, door.pyc beside it.

A request is what `request` makes, with three descriptors: a pidfd of the machine's pid 1, the file that keeps what is
said in the machine, and a socket for the answer. That is `ok`, when the door listens, or `no REASON`, or only the
socket's end, if the child ended.
"""

import _signal  # type: ignore[import-not-found]  # typeshed has no stub for it
import _socket
import ctypes
import os
import sys
from types import ModuleType

LONGEST_REQUEST = 4096
DESCRIPTORS = 3
_SUBREAPER, _NO_NEW_PRIVS, _AMBIENT, _RAISE = 36, 38, 47, 2
_CAPABILITY_VERSION = 0x20080522
_LIBC = ctypes.CDLL(None, use_errno=True)
# Looked up and made once: what each child would do for itself is done while a machine boots.
_setns, _prctl, _capset = _LIBC.setns, _LIBC.prctl, _LIBC.capset
_Header, _Sets = ctypes.c_uint32 * 2, ctypes.c_uint32 * 6


def request(namespaces: int, rights: int, run: str, home: str) -> bytes:
    """To go into the `namespaces` (the flags of setns(2)), keep the `rights` (a mask of capabilities(7)), listen in the
    folder `run`, and stand in `home`; both as the machine has them."""
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


def _become_the_door(door: ModuleType, words: list[str], log: int) -> None:
    """In the machine, as a process of its own pid namespace, and a child of its pid 1, which buries it: a machine can't
    end before that, and who is outside may have gone by then."""
    if os.fork() > 0:
        os._exit(0)
    os.setsid()
    _signal.signal(_signal.SIGCHLD, _signal.SIG_DFL)
    _keep_only(int(words[1]))
    os.chdir(words[3])
    os.dup2(os.open("/dev/null", os.O_RDONLY), 0)
    os.dup2(log, 1)
    os.dup2(log, 2)
    door.listen(words[2])


def _open(door: ModuleType, words: list[str], first: int, log: int, asker: int) -> None:
    """In a child of the doorman: go in, and never come back. A pid namespace is entered by the next child only."""
    answer = _socket.socket(fileno=asker)
    try:
        _called(_setns(first, int(words[0])), "its namespaces can't be entered, which takes Linux 5.8 or newer")
        if os.fork() > 0:
            os._exit(0)
        _become_the_door(door, words, log)
        os.close(first)
        os.close(log)
    except OSError as error:
        _tell(answer, f"no {error}")
        os._exit(1)
    _tell(answer, "ok")
    answer.close()
    door.serve_for_ever()


def let_in(door: ModuleType, words: list[str], first: int, log: int, asker: int) -> None:
    """Have a child be the door of that machine; the descriptors are the child's from now on."""
    try:
        if os.fork() == 0:
            _open(door, words, first, log, asker)
    except OSError as error:  # no process to be had just now: the machines to come may have more luck
        answer = _socket.socket(fileno=os.dup(asker))
        _tell(answer, f"no {error}")
        answer.close()
    for fd in (first, log, asker):
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
    # Who goes in leaves two processes behind that end at once: they are taken in here, and buried by the kernel.
    _called(_prctl(_SUBREAPER, 1, 0, 0, 0), "subreaper")
    _signal.signal(_signal.SIGCHLD, _signal.SIG_IGN)
    while True:
        text, fds = _asked(control)
        if not text:
            return
        let_in(door, text.split("\0"), *fds)


if __name__ == "__main__":
    main()
