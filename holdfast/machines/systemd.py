"""The systemd kind: the namespaces of the other kind with real systemd as pid 1, in a cgroup of its own.

Only units of our own are installed (a first try with the host's started its database), and no generator runs: that
keeps a boot at some 200 ms. Services log to nowhere unless they say otherwise, because no journal runs; pid 1 logs to
the console. It is the host's root in there: the rights to set the clock, load modules, make device nodes and reboot are
taken away, and /proc/sys is read-only. It could still mount, which a service manager must.
"""

import uuid
from collections.abc import Mapping
from pathlib import Path

from holdfast.machines import namespace, rights, root
from holdfast.machines.layout import Layout
from holdfast.machines.machine import Recipe
from holdfast.machines.protocol import PATH, RUN, Blueprint, Unit

BOOT_BOUND = 30.0
"""Seconds; some 200 ms are usual, a launcher's service that must be ready may need more."""
PROGRAM = "/lib/systemd/systemd"
DOOR_UNIT = "holdfast-door.service"
"""What the door spawns lives in this unit's cgroup, below user.slice: a person's processes, ruled by no launcher's
unit."""
TARGETS = (
    "sysinit",
    "local-fs",
    "remote-fs",
    "network",
    "network-online",
    "nss-user-lookup",
    "time-sync",
    "shutdown",
    "slices",
)
"""Targets that a launcher's unit may name; here they are reached at once."""
_SEARCHED = (
    "/etc/systemd/system.control:/run/systemd/system.control:/run/systemd/transient:"
    "/etc/systemd/system:/run/systemd/system"
)
_MANAGER = f"""[Manager]
LogTarget=console
LogLevel=info
LogColor=no
ShowStatus=yes
DefaultStandardOutput=null
DefaultEnvironment=PATH={PATH} LANG=C.UTF-8 """
_BASIC = """[Unit]
Wants=sockets.target timers.target paths.target
After=sockets.target timers.target paths.target
DefaultDependencies=no
"""
_USUAL = """[Unit]
Requires=basic.target
After=basic.target
"""
_STUB = "[Unit]\nDefaultDependencies=no\n"
_DOOR = """[Unit]
DefaultDependencies=no
[Service]
Slice=user.slice
ExecStart={command}
KillMode=process
OOMPolicy=continue
TasksMax=infinity
StandardError=tty
"""
_SETTLED = """[Unit]
DefaultDependencies=no
After=multi-user.target {wanted}
[Service]
Type=oneshot
ExecStart=/bin/sh -c 'echo settled > {run}/events'
"""
_BOOT = """[Unit]
DefaultDependencies=no
Wants=multi-user.target holdfast-door.service holdfast-settled.service
"""
# Begins when the holder says so; what systemd starts is in a cgroup, by which the next holder ends it.
_GATE = 'read -r begin && exec "$@" </dev/null'


def recipe(layout: Layout, blueprint: Blueprint) -> Recipe:
    install(layout, blueprint.units, blueprint.environment)
    words = [*namespace.separation(blueprint), "--as-pid-1", *rights.options(rights.MANAGER)]
    words += root.options(layout, blueprint, etc_writable=True)
    words += ["--tmpfs", "/sys", "--dir", "/sys/fs/cgroup", "--bind", str(layout.var), "/var/lib/systemd"]
    words += ["--setenv", "container", "bwrap", "--setenv", "SYSTEMD_UNIT_PATH", _SEARCHED]
    words += ["--setenv", "SYSTEMD_GENERATOR_PATH", "/nonexistent"]
    return Recipe(
        tuple(words),
        ("/bin/sh", "-c", _GATE, "gate", PROGRAM, "--unit=holdfast.target"),
        awaited=frozenset({"door", "settled"}),
        rights=rights.MANAGER,
        bound=BOOT_BOUND,
        cgroup=True,
        console=True,
    )


def install(layout: Layout, units: tuple[Unit, ...], environment: Mapping[str, str]) -> None:
    """Write systemd's configuration and the units, which have `environment` as a login has it. /etc is the machine's
    own and writable: `enable` outlives a reboot."""
    folder = layout.etc / "systemd" / "system"
    wants = folder / "multi-user.target.wants"
    wants.mkdir(parents=True)
    (layout.etc / "machine-id").write_text(f"{uuid.uuid4().hex}\n")
    settings = " ".join(f'"{name}={value}"' for name, value in environment.items())
    (folder.parent / "system.conf").write_text(f"{_MANAGER}{settings}\n")
    (folder / "default.target").symlink_to("multi-user.target")
    wanted = [unit.name for unit in units if unit.wanted]
    for name, text in _own(wanted).items():
        (folder / name).write_text(text)
    for unit in units:
        (folder / unit.name).write_text(unit.text)
    for name in wanted:
        (wants / name).symlink_to(Path("..", name))


def _own(wanted: list[str]) -> dict[str, str]:
    stubs = dict.fromkeys((f"{name}.target" for name in (*TARGETS, "sockets", "timers", "paths")), _STUB)
    return {
        **stubs,
        "basic.target": _BASIC,
        "multi-user.target": _USUAL,
        "holdfast.target": _BOOT,
        DOOR_UNIT: _DOOR.format(command=" ".join(root.door())),
        "holdfast-settled.service": _SETTLED.format(wanted=" ".join(wanted), run=RUN),
    }
