"""Runs a command and ends one of its processes after a chosen step. Runs in a machine, as
python3 stepping.py K HOW COMMAND…

A step is a system call that others can see: an exec, rename, link, unlink, fsync or connect that came to its end, of
the command or of anything that it starts. Steps are counted over all processes, from 1. HOW:
    kill    the process that made step K is killed, at once
    freeze  that process and all others are stopped for good; "frozen" is printed, and the caller pulls the plug
K 0 lets all of them be. Prints each step, one a line: its number, the system call, the program. Ends with the code of
the command, 137 if that was killed.
"""

import ctypes
import os
import signal
import sys
from pathlib import Path

SYSCALL, SEIZE, INTERRUPT, GET_SYSCALL_INFO = 24, 0x4206, 0x4207, 0x420E  # ptrace(2)
OPTIONS = 0x1 | 0x2 | 0x4 | 0x8 | 0x10  # TRACESYSGOOD, and to follow forks, vforks, clones and execs
ENTRY, EXIT = 1, 2
WALL = 0x40000000
NAMES = {
    "x86_64": {59: "execve", 322: "execveat", 82: "rename", 264: "renameat", 316: "renameat2", 86: "link",
               265: "linkat", 87: "unlink", 263: "unlinkat", 74: "fsync", 75: "fdatasync", 42: "connect"},
    "aarch64": {221: "execve", 281: "execveat", 38: "renameat", 276: "renameat2", 37: "linkat", 35: "unlinkat",
                82: "fsync", 83: "fdatasync", 203: "connect"},
}[os.uname().machine]  # fmt: skip
LIBC = ctypes.CDLL(None, use_errno=True)
LIBC.ptrace.argtypes = (ctypes.c_long, ctypes.c_long, ctypes.c_void_p, ctypes.c_void_p)


class Info(ctypes.Structure):
    """struct ptrace_syscall_info."""

    _fields_ = (
        ("op", ctypes.c_uint8),
        ("pad", ctypes.c_uint8 * 3),
        ("arch", ctypes.c_uint32),
        ("instruction", ctypes.c_uint64),
        ("stack", ctypes.c_uint64),
        ("first", ctypes.c_int64),  # of an entry the number of the call, of an exit what it gave
        ("rest", ctypes.c_uint64 * 6),
    )


def ptrace(request: int, pid: int, data: int = 0, where: int = 0) -> int:
    return int(LIBC.ptrace(request, pid, where, data))


def call(pid: int) -> Info:
    info = Info()
    ptrace(GET_SYSCALL_INFO, pid, ctypes.addressof(info), ctypes.sizeof(info))
    return info


def begin(argv: list[str]) -> int:
    """By SEIZE: what is followed in the older way begins with a SIGSTOP, and who is let go before that has come stays
    stopped."""
    ready, go = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(go)
        os.read(ready, 1)
        os.close(ready)
        os.execvp(argv[0], argv)
    ptrace(SEIZE, pid, OPTIONS)
    ptrace(INTERRUPT, pid)
    os.waitpid(pid, WALL)
    ptrace(SYSCALL, pid)
    os.close(go)
    os.close(ready)
    return pid


def program(pid: int) -> str:
    return Path(f"/proc/{pid}/comm").read_text().strip()


def freeze(known: set[int]) -> None:
    """They stay as they are: stopped by their tracer, which does nothing more."""
    for pid in known:
        os.kill(pid, signal.SIGSTOP)
    print("frozen", flush=True)
    signal.pause()


def main(chosen: int, how: str, argv: list[str]) -> int:
    command = begin(argv)
    known, calls, steps = {command}, dict[int, str | None](), 0
    while True:
        pid, status = os.waitpid(-1, WALL)
        if os.WIFEXITED(status) or os.WIFSIGNALED(status):
            known.discard(pid)
            if pid == command:  # what it left running is let go as the tracer ends
                return os.waitstatus_to_exitcode(status) % 256 if os.WIFEXITED(status) else 137
            continue
        known.add(pid)
        sent, event = os.WSTOPSIG(status), status >> 16
        if sent == signal.SIGTRAP | 0x80:
            info = call(pid)
            if info.op == ENTRY:
                calls[pid] = NAMES.get(info.first)
            elif calls.get(pid) and info.op == EXIT and info.first >= 0:
                steps += 1
                print(steps, calls[pid], program(pid), flush=True)
                if steps == chosen and how == "kill":
                    os.kill(pid, signal.SIGKILL)
                    continue
                if steps == chosen:
                    freeze(known)
        own = 0 if event or sent in (signal.SIGTRAP, signal.SIGTRAP | 0x80) else sent
        ptrace(SYSCALL, pid, own)


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]), sys.argv[2], sys.argv[3:]))
