"""What this host has of what machines need: facts, gathered in one look, so that they can be judged apart from it."""

import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from holdfast.machines import browser, cgroup
from holdfast.machines.systemd import PROGRAM

Version = tuple[int, int]
_ASK_BOUND = 10.0


@dataclass(frozen=True)
class Probe:
    """Versions are None where the program is missing. `namespaces` is how many user namespaces may be made,
    `unprivileged` whether a user without rights may make one, `apparmor` whether AppArmor takes the rights in it away
    again (Ubuntu 24.04). `cgroup2` is where the hierarchy is mounted. `install` is the command that installs a
    package here. `playwright` and `chromium`: whether there is a browser for presses by click."""

    root: bool
    kernel: Version
    bubblewrap: Version | None
    tmux: Version | None
    systemd: bool
    namespaces: int
    unprivileged: bool
    apparmor: bool
    cgroup2: str | None
    cgroup_writable: bool
    controllers: frozenset[str]
    install: str
    playwright: bool
    chromium: bool


def look() -> Probe:
    """This host, for this user."""
    mount = cgroup.hierarchy(Path("/proc/self/mountinfo").read_text())
    return Probe(
        root=os.geteuid() == 0,
        kernel=version_in(os.uname().release) or (0, 0),
        bubblewrap=_version("bwrap", "--version"),
        tmux=_version("tmux", "-V"),
        systemd=Path(PROGRAM).exists(),
        namespaces=_setting("user/max_user_namespaces", missing=0),
        unprivileged=_setting("kernel/unprivileged_userns_clone", missing=1) == 1,
        apparmor=_setting("kernel/apparmor_restrict_unprivileged_userns", missing=0) == 1,
        cgroup2=None if mount is None else str(mount),
        cgroup_writable=mount is not None and os.access(mount, os.W_OK),
        controllers=frozenset() if mount is None else frozenset((mount / "cgroup.controllers").read_text().split()),
        install=browser.installer(),
        playwright=browser.driver(),
        chromium=browser.program() is not None,
    )


def version_in(text: str) -> Version | None:
    """The first version in what a program says of itself: "tmux 3.3a", "tmux next-3.5", "bubblewrap 0.8.0"."""
    found = re.search(r"(\d+)\.(\d+)", text)
    return None if found is None else (int(found[1]), int(found[2]))


def _version(program: str, flag: str) -> Version | None:
    if shutil.which(program) is None:
        return None
    said = subprocess.run([program, flag], capture_output=True, text=True, timeout=_ASK_BOUND, check=False).stdout
    return version_in(said)


def _setting(name: str, missing: int) -> int:
    path = Path("/proc/sys", name)
    return int(path.read_text()) if path.exists() else missing
