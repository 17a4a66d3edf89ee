"""The namespace kind: pid, mount, net, ipc and uts namespaces of its own, without any right where the host allows
that."""

import os

from holdfast.machines import etc, rights, root
from holdfast.machines.layout import Layout
from holdfast.machines.machine import Recipe
from holdfast.machines.protocol import HOME, RUN, Blueprint

BOOT_BOUND = 10.0
"""Seconds; some 20 ms are usual."""
# What bubblewrap starts: it says that all is mounted, when its holder says so, and ends with that holder, whose pipe is
# its standard input. Opened to read as well, a FIFO makes nobody wait whose reader has gone.
_FIRST = f"read -r begin && echo mounted 1<>{RUN}/events && while read -r more; do :; done"
_SEPARATE = ("--unshare-pid", "--unshare-ipc", "--unshare-uts", "--unshare-cgroup-try", "--die-with-parent")


def separation(blueprint: Blueprint) -> list[str]:
    """bubblewrap's options for what is apart from the host."""
    words = [*_SEPARATE, "--hostname", etc.HOSTNAME]
    return words if blueprint.network else [*words, "--unshare-net"]


def recipe(layout: Layout, blueprint: Blueprint) -> Recipe:
    words = separation(blueprint)
    words += rights.options(rights.USUAL) if os.geteuid() == 0 else ["--unshare-user"]
    words += [*root.options(layout, blueprint, etc_writable=False), "--chdir", HOME]
    return Recipe(
        options=tuple(words),
        command=("/bin/sh", "-c", _FIRST),
        awaited=frozenset({"mounted"}),
        rights=rights.USUAL,
        bound=BOOT_BOUND,
        door_rights=rights.kept(rights.USUAL),
    )
