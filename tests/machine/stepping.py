"""Runs a command and ends one of its processes after a chosen step. Runs in a machine, as
python3 stepping.py K HOW COMMAND…

A step is a system call that others can see: an exec, rename, link, unlink, fsync or connect that came to its end, of
the command or of anything that it starts. Steps are counted over all processes, from 1. HOW:
    kill    the process that made step K is killed, at once
    freeze  that process and all others are stopped for good; "frozen" is printed, and the caller pulls the plug
K 0 lets all of them be. Prints each step, one a line: its number, the system call, the program. Ends with the code of
the command, 137 if that was killed; what the command leaves running is followed on, without a word.
"""

import ctypes
import os
import signal
import struct
import sys
from pathlib import Path

CONT, SYSCALL, SEIZE, INTERRUPT, GET_SYSCALL_INFO = 7, 24, 0x4206, 0x4207, 0x420E  # ptrace(2)
OPTIONS = 0x1 | 0x2 | 0x4 | 0x8 | 0x10 | 0x80  # TRACESYSGOOD; to follow forks, vforks, clones, execs; seccomp's stops
SECCOMP_STOP = 7
NO_NEW_PRIVS, SET_SECCOMP = 38, 22  # prctl(2)
TRACED, ALLOWED = 0x7FF00000, 0x7FFF0000  # seccomp(2)
LOAD, IF_EQUAL, RETURN = 0x20, 0x15, 0x06  # of the classic BPF: a word, a jump over so many, an end
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


def stop_at_steps() -> None:
    """Have this process, and all that it becomes and starts, stopped where a step begins and nowhere else: with a stop
    at every system call, Python takes three times as long."""
    end = len(NAMES)
    program = [(LOAD, 0, 0, 0)]
    program += [(IF_EQUAL, end - place, 0, number) for place, number in enumerate(NAMES)]
    program += [(RETURN, 0, 0, ALLOWED), (RETURN, 0, 0, TRACED)]
    words = b"".join(struct.pack("HBBI", *instruction) for instruction in program)
    text = ctypes.create_string_buffer(words, len(words))
    given = ctypes.create_string_buffer(struct.pack("HxxxxxxP", len(program), ctypes.addressof(text)))
    if LIBC.prctl(NO_NEW_PRIVS, 1, 0, 0, 0) or LIBC.prctl(SET_SECCOMP, 2, given, 0, 0):
        raise OSError(ctypes.get_errno(), "the kernel takes no filter of system calls")


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
        stop_at_steps()
        os.execvp(argv[0], argv)
    ptrace(SEIZE, pid, OPTIONS)
    ptrace(INTERRUPT, pid)
    os.waitpid(pid, WALL)
    ptrace(CONT, pid)
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


def follow(chosen: int, how: str, argv: list[str], told: int) -> None:
    """Run the command, and say its code as a byte to the descriptor `told`. Whoever was made to stop at steps must be
    followed as long as it lives: without a tracer the kernel refuses it those calls."""
    command = begin(argv)
    known, steps = {command}, 0
    calls: dict[int, str] = {}
    while known:
        pid, status = os.waitpid(-1, WALL)
        if os.WIFEXITED(status) or os.WIFSIGNALED(status):
            known.discard(pid)
            calls.pop(pid, None)
            if pid == command:
                quiet = os.open(os.devnull, os.O_WRONLY)
                os.dup2(quiet, 1)
                os.dup2(quiet, 2)
                os.write(told, bytes([os.waitstatus_to_exitcode(status) if os.WIFEXITED(status) else 137]))
            continue
        known.add(pid)
        sent, event = os.WSTOPSIG(status), status >> 16
        if event == SECCOMP_STOP:
            calls[pid] = NAMES[call(pid).first]
        elif sent == signal.SIGTRAP | 0x80:
            name = calls.pop(pid)
            if call(pid).first >= 0:
                steps += 1
                print(steps, name, program(pid), flush=True)
                if steps == chosen and how == "kill":
                    os.kill(pid, signal.SIGKILL)
                    continue
                if steps == chosen:
                    freeze(known)
        own = 0 if event or sent in (signal.SIGTRAP, signal.SIGTRAP | 0x80) else sent
        ptrace(SYSCALL if pid in calls else CONT, pid, own)  # a call that has begun is followed to its end


def main() -> int:
    hears, told = os.pipe()
    if os.fork() == 0:
        os.close(hears)
        follow(int(sys.argv[1]), sys.argv[2], sys.argv[3:], told)
        return 0
    os.close(told)
    said = os.read(hears, 1)
    return said[0] if said else 1


if __name__ == "__main__":
    sys.exit(main())
