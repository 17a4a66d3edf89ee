"""The doctor: which kinds of machine this host gives, what each missing piece is, and the one command that gets it."""

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from holdfast.machines import browser
from holdfast.machines.holding import open_holder
from holdfast.machines.probe import Probe, Version
from holdfast.machines.protocol import Blueprint, MachineError

KINDS: Mapping[str, str] = {
    "namespace": "kills and reboots",
    "systemd": "services, scopes, KillMode and boots by units as well",
}
"""The kinds, and what each can prove."""
BOTH = ("namespace", "systemd")
OLDEST_TMUX: Version = (3, 2)
"""The first with `-N` (never start a server, tmux issue 2523) and `ignore-size` for control clients."""
OLDEST_BUBBLEWRAP: Version = (0, 5)
"""The first with `--perms`."""
OLDEST_KERNEL: Mapping[str, tuple[Version, str]] = {
    "namespace": ((5, 8), "a machine's namespaces are entered by a pidfd: setns(2)"),
    "systemd": ((5, 14), "what a killed run left is ended by cgroup.kill"),
}
"""The first with what a kind takes, and what that is."""


@dataclass(frozen=True)
class Finding:
    """One missing piece. `kinds` are the machine kinds that it touches: those can't be had where it `blocks`, else they
    prove less. `command` gets it."""

    kinds: tuple[str, ...]
    missing: str
    why: str
    command: str
    blocks: bool = True


def examine(probe: Probe) -> tuple[Finding, ...]:
    """What is missing, by the facts alone."""
    return (*_programs(probe), *_kernel(probe), *_namespaces(probe), *_systemd(probe), *_browser(probe))


def kinds(findings: tuple[Finding, ...]) -> Mapping[str, str | None]:
    """For each kind None if it can be had, else the reasons why not, in words."""
    reasons = {kind: [f.missing for f in findings if f.blocks and kind in f.kinds] for kind in KINDS}
    return {kind: "; ".join(missing) or None for kind, missing in reasons.items()}


def try_boot(kind: str) -> str | None:
    """Really boot a machine of this kind and have it say a word. None if it did, else what went wrong."""
    try:
        with tempfile.TemporaryDirectory() as home, open_holder() as holder:
            machine = holder.machine(Blueprint(kind=kind, home=Path(home)))
            machine.boot()
            code = machine.spawn(("tmux", "new-session", "-d")).wait(10.0)
            return None if code == 0 else f"it booted, but `tmux new-session -d` ended in it with {code}"
    except MachineError as error:
        return str(error)


def report(findings: tuple[Finding, ...], tried: Mapping[str, str | None]) -> str:
    """What `holdfast doctor` says. `tried` has the outcome of try_boot for each kind that was tried."""
    lines = [_verdict(kind, reason, kind in tried, tried.get(kind)) for kind, reason in kinds(findings).items()]
    for finding in findings:
        lines += ["", f"{', '.join(finding.kinds)}: {finding.missing}", f"    why   {finding.why}"]
        lines += [f"    do    {finding.command}"]
    return "\n".join(lines)


def _verdict(kind: str, reason: str | None, tried: bool, failed: str | None) -> str:
    if reason is not None:
        return f"{kind}: not here: {reason}. What only it can prove ({KINDS[kind]}) is unproven"
    if failed is not None:
        return f"{kind}: nothing is missing, but a boot was tried and failed: {failed}"
    return f"{kind}: here{', tried' if tried else ''}: proves {KINDS[kind]}"


def _programs(probe: Probe) -> list[Finding]:
    found = []
    if probe.bubblewrap is None or probe.bubblewrap < OLDEST_BUBBLEWRAP:
        found.append(
            Finding(
                BOTH,
                _state("bubblewrap", probe.bubblewrap, OLDEST_BUBBLEWRAP),
                "machines are made with it",
                f"sudo {probe.install} bubblewrap",
            )
        )
    if probe.tmux is None or probe.tmux < OLDEST_TMUX:
        found.append(
            Finding(
                BOTH,
                _state("tmux", probe.tmux, OLDEST_TMUX),
                "sessions live in it, and an older one starts a server where it is only asked whether one runs",
                f"sudo {probe.install} tmux",
            )
        )
    return found


def _state(program: str, version: Version | None, oldest: Version) -> str:
    if version is None:
        return f"{program} is not installed"
    return f"{program} {version[0]}.{version[1]} is too old (at least {oldest[0]}.{oldest[1]})"


def _kernel(probe: Probe) -> list[Finding]:
    return [
        Finding((kind,), f"the kernel is older than {oldest[0]}.{oldest[1]}", why, "uname -r, and a newer kernel")
        for kind, (oldest, why) in OLDEST_KERNEL.items()
        if probe.kernel < oldest
    ]


def _namespaces(probe: Probe) -> list[Finding]:
    """Root needs no user namespace."""
    why = "without root a machine is made in a user namespace of its own"
    settings = (
        (probe.namespaces < 1, "this kernel makes no user namespaces", "user.max_user_namespaces=15000"),
        (not probe.unprivileged, "only root may make user namespaces", "kernel.unprivileged_userns_clone=1"),
        (
            probe.apparmor,
            "AppArmor takes every right away in a user namespace of a program that it doesn't know",
            "kernel.apparmor_restrict_unprivileged_userns=0",
        ),
    )
    return [
        Finding(("namespace",), missing, why, f"sudo sysctl -w {setting}")
        for applies, missing, setting in settings
        if applies and not probe.root
    ]


def _systemd(probe: Probe) -> list[Finding]:
    only = ("systemd",)
    found = []
    if not probe.root:
        found.append(
            Finding(
                only, "this is not root", "systemd takes a cgroup of its own", "sudo holdfast verify --machine systemd"
            )
        )
    if not probe.systemd:
        found.append(
            Finding(only, "systemd is not installed", "it is pid 1 of that machine", f"sudo {probe.install} systemd")
        )
    if probe.cgroup2 is None:
        mount = "sudo mkdir -p /sys/fs/cgroup/unified && sudo mount -t cgroup2 none /sys/fs/cgroup/unified"
        found.append(Finding(only, "no cgroup2 hierarchy is mounted", "units are cgroups", mount))
        return found
    if probe.root and not probe.cgroup_writable:
        away = (
            "outside of the container, or in one with --privileged --cgroupns=host: holdfast verify --machine systemd"
        )
        found.append(Finding(only, f"{probe.cgroup2} is read-only", "the machine's cgroup is made there", away))
    if "memory" not in probe.controllers:
        found.append(
            Finding(
                only,
                f"the cgroup2 hierarchy at {probe.cgroup2} has no memory controller",
                "MemoryMax and OOMPolicy have no effect there: scenarios about them stay unproven",
                "boot with systemd.unified_cgroup_hierarchy=1 cgroup_enable=memory on the kernel's command line",
                blocks=False,
            )
        )
    return found


def _browser(probe: Probe) -> list[Finding]:
    why = "launch paths that are pressed by a click in a browser stay unproven; a launcher without one needs none"
    return [
        Finding(BOTH, lack.missing, why, lack.command, blocks=False)
        for lack in browser.lacks(probe.playwright, probe.chromium, probe.install)
    ]
