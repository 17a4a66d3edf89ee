"""The root of a machine as an allow-list: what it has of the host, and nothing else.

Not the host's root read-only: through a read-only bind a socket of the host could still be connected to (tried).
"""

import os
import py_compile
import sys
from collections.abc import Iterable
from pathlib import Path

from holdfast.machines import etc, network
from holdfast.machines.layout import Layout
from holdfast.machines.protocol import AGENTS, HOME, REAL_TOOLS, RUN, Bind, Blueprint

TOOLS = "/opt/holdfast/bin"
COMPILED_DOOR = "door.pyc"
COMPILED_DOORMAN = "doorman.pyc"
PACKAGES = Path(__file__).resolve().parents[2]
"""The folder that holds this package: a checkout, or a site-packages."""
TOP = ("/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32")


def interpreter() -> str:
    """The suite's Python without its libraries: its version is known to be new enough. Where the system has the very
    same version, it is that one, which is linked into one piece and starts in two thirds of the time."""
    system = Path(f"/usr/bin/python{sys.version_info.major}.{sys.version_info.minor}")
    same = system.exists() and sys.version_info.releaselevel == "final"
    return str(system) if same else os.path.realpath(sys.executable)


def suite() -> tuple[Path, ...]:
    """The folders of the suite's Python and of this package, outermost only: exactly these, not the home they may lie
    in."""
    folders = {Path(sys.prefix), Path(sys.base_prefix), Path(sys.executable).resolve().parents[1], PACKAGES}
    return tuple(
        sorted(
            one
            for one in folders
            if not any(other in one.parents for other in (*folders, Path("/usr"))) and one != Path("/usr")
        )
    )


def write(layout: Layout, blueprint: Blueprint) -> None:
    """The `python3` that scripts of the machine find first: the suite's own, with its libraries. And places in its
    /etc for what is bound there, because nothing can be made in what is mounted read-only."""
    layout.bin.mkdir()
    wrapper = layout.bin / "python3"
    wrapper.write_text(f'#!/bin/sh\nexec {sys.executable} "$@"\n')
    wrapper.chmod(0o755)
    for bind in _binds(blueprint):
        if bind.inside.startswith("/etc/"):
            place = layout.etc / bind.inside.removeprefix("/etc/")
            (place if bind.outside.is_dir() else place.parent).mkdir(parents=True, exist_ok=True)
            if not bind.outside.is_dir():
                place.touch()


def door() -> tuple[str, ...]:
    """The door's command."""
    return (interpreter(), "-IS", f"{TOOLS}/{COMPILED_DOOR}", RUN)


def compile_doors(holder: Path) -> None:
    """Python compiles a program's main file at each start, which for the door is 4 ms of every boot: this does it once,
    into the `holder`'s folder."""
    for name in (COMPILED_DOOR, COMPILED_DOORMAN):
        source = Path(__file__).with_name(name.removesuffix("c"))
        py_compile.compile(str(source), cfile=str(holder / name), doraise=True)


def options(layout: Layout, blueprint: Blueprint, *, etc_writable: bool) -> list[str]:
    """bubblewrap's options for the tree of a machine."""
    words = ["--ro-bind", "/usr", "/usr", *_top()]
    words += ["--bind" if etc_writable else "--ro-bind", str(layout.etc), "/etc"]
    for name in etc.shared():
        words += ["--ro-bind", f"/etc/{name}", f"/etc/{name}"]
    words += [
        "--proc",
        "/proc",
        *_closed(),
        "--ro-bind",
        str(layout.boot_id),
        "/proc/sys/kernel/random/boot_id",
        "--dev",
        "/dev",
    ]
    words += [
        "--perms",
        "1777",
        "--tmpfs",
        "/tmp",
        "--perms",
        "0755",
        "--tmpfs",
        "/run",
        "--bind",
        str(layout.run),
        RUN,
    ]
    words += [
        "--dir",
        "/var/lib",
        "--dir",
        "/var/log",
        "--perms",
        "1777",
        "--dir",
        "/var/tmp",
        "--symlink",
        "/run",
        "/var/run",
    ]
    words += _passable()
    # What is bound must be mounted where bubblewrap runs: the disk's way for everybody leads into its holder.
    home = blueprint.home if blueprint.disk is None else blueprint.disk.folder
    words += ["--bind", str(home), HOME, "--ro-bind", f"{layout.bin}/python3", f"{TOOLS}/python3"]
    words += ["--ro-bind", f"{layout.folder.parent}/{COMPILED_DOOR}", f"{TOOLS}/{COMPILED_DOOR}"]
    for folder in suite():
        words += ["--ro-bind", str(folder), str(folder)]
    return words + _bound(_binds(blueprint)) + _shims(blueprint)


def _top() -> Iterable[str]:
    """/bin, /lib and so on, as the host has them: links into /usr, or folders of their own."""
    for name in TOP:
        if Path(name).is_symlink():
            yield from ("--symlink", str(Path(name).readlink()), name)
        elif Path(name).is_dir():
            yield from ("--ro-bind", name, name)


def _passable() -> Iterable[str]:
    """The folders above the home and the tools, for every user to pass: bubblewrap lets only root into those that it
    makes by itself."""
    for name in (str(Path(HOME).parent), "/opt", "/opt/holdfast", TOOLS, REAL_TOOLS, AGENTS):
        yield from ("--perms", "0755", "--dir", name)


def _closed() -> Iterable[str]:
    """The host's settings below /proc, read-only: they belong to the account root, and ask for no capability."""
    for name in ("/proc/sys", "/proc/sysrq-trigger"):
        if Path(name).exists():
            yield from ("--ro-bind", name, name)


def _binds(blueprint: Blueprint) -> tuple[Bind, ...]:
    return (*blueprint.binds, *(network.binds() if blueprint.network else ()))


def _bound(binds: Iterable[Bind]) -> list[str]:
    words = []
    for bind in binds:
        words += ["--bind" if bind.writable else "--ro-bind", str(bind.outside), bind.inside]
    return words


def _shims(blueprint: Blueprint) -> list[str]:
    """The shims over the real programs' paths, and the real programs at REAL_TOOLS. A path that is a link (pkill is
    one, to pgrep) can't be mounted over: its shim stands over what it links to, and the real one is there under both
    names."""
    words = []
    for inside, shim in blueprint.shims.items():
        real = os.path.realpath(inside)
        for name in {Path(inside).name, Path(real).name}:
            words += ["--ro-bind", real, f"{REAL_TOOLS}/{name}"]
        words += ["--ro-bind", str(shim), real]
    return words
