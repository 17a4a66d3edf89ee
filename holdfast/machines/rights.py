"""The rights (capabilities(7)) that root keeps in a machine: an allow-list for each kind, asked for, then looked at.

It must be looked at: bubblewrap 0.8 asks for all wanted capabilities at once, and where the host's root lacks a
single one of them, the kernel refuses and it goes on with everything that it had. A machine could set the host's
clock so (seen)."""

import os
from pathlib import Path

from holdfast.machines.protocol import MachineError

BITS = {
    "CHOWN": 0,
    "DAC_OVERRIDE": 1,
    "DAC_READ_SEARCH": 2,
    "FOWNER": 3,
    "FSETID": 4,
    "KILL": 5,
    "SETGID": 6,
    "SETUID": 7,
    "SETPCAP": 8,
    "NET_BIND_SERVICE": 10,
    "NET_ADMIN": 12,
    "NET_RAW": 13,
    "IPC_LOCK": 14,
    "IPC_OWNER": 15,
    "SYS_CHROOT": 18,
    "SYS_PTRACE": 19,
    "SYS_ADMIN": 21,
    "SYS_NICE": 23,
    "SYS_RESOURCE": 24,
    "SYS_TTY_CONFIG": 26,
    "LEASE": 28,
    "SETFCAP": 31,
}
"""Numbers of linux/capability.h. Not here, and never given: SYS_MODULE, SYS_RAWIO, SYS_BOOT, SYS_TIME, MKNOD, SYSLOG
…"""
USUAL = ("CHOWN", "DAC_OVERRIDE", "FOWNER", "FSETID", "KILL", "NET_BIND_SERVICE", "SETGID", "SETUID")
"""What a program of root needs that is only a program: none over the host's mounts and other processes."""
MANAGER = tuple(BITS)
"""What a service manager needs on top: it mounts, limits and traces."""


def options(wanted: tuple[str, ...]) -> list[str]:
    """bubblewrap's options for root: those of `wanted` that this process has itself."""
    ours = kept(wanted)
    names = [name for name in wanted if ours >> BITS[name] & 1]
    return ["--cap-drop", "ALL", *(word for name in names for word in ("--cap-add", f"CAP_{name}"))]


def kept(wanted: tuple[str, ...]) -> int:
    """Those of `wanted` that root in a machine keeps, as a mask: who isn't root outside keeps none."""
    ours = permitted(Path("/proc/self/status").read_text()) if os.geteuid() == 0 else 0
    return ours & sum(1 << BITS[name] for name in wanted)


def permitted(status: str) -> int:
    """The permitted set by the text of /proc/<pid>/status, as a mask."""
    return next(int(line.split()[1], 16) for line in status.splitlines() if line.startswith("CapPrm:"))


def check(status: str, wanted: tuple[str, ...]) -> None:
    """Refuse a machine whose process has a right over the host beyond `wanted`. Without root there is none to have:
    what a process may do in its own user namespace stays there."""
    beyond = permitted(status) & ~sum(1 << BITS[name] for name in wanted)
    if beyond and os.geteuid() == 0:
        raise MachineError(
            f"the machine is not safe for this host: its processes have the rights {beyond:#x} (capabilities(7)) that "
            "were to be dropped. It was switched off. Is this bubblewrap older than 0.5, or patched?"
        )
