"""A machine whose pid 1 dies while it is being made is a refusal with bubblewrap's own words, and nothing is left; one
whose holder died is known by its console.

bubblewrap says which process pid 1 is before it mounts anything. What it then refuses, it refuses while the holder
reads that: which of the two is first, no real one can be told. So a program of ours plays bubblewrap here."""

import os
import subprocess
from pathlib import Path

import pytest

from holdfast.machines import running
from holdfast.machines.protocol import MachineError
from holdfast.machines.wire import Boot

_REFUSES = """#!/bin/sh
echo "Can't find source path /none" >&2
while [ "$1" != --info-fd ]; do shift; done
{first}
"""


@pytest.mark.parametrize(
    "first",
    [
        pytest.param("exec <&-; echo '{\"child-pid\": '$$'}' >/proc/self/fd/$2", id="nobody reads the lifeline"),
        pytest.param("echo '{\"child-pid\": '$(sh -c 'echo $$')'}' >/proc/self/fd/$2", id="pid 1 has ended"),
        pytest.param("exit 1", id="no pid 1 is told"),
    ],
)
@pytest.mark.parametrize("console", [False, True])
def test_a_pid_1_that_dies_at_once_is_a_refusal(
    first: str, console: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bwrap = tmp_path / "bwrap"
    bwrap.write_text(_REFUSES.format(first=first))
    bwrap.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    before, children = _held()
    with pytest.raises(MachineError, match="it said: Can't find source path /none"):
        running.start(Boot("m1", (), ("true",), cgroup=False, console=console, door=False), tmp_path, None)
    after, left = _held()
    assert after <= before, "a descriptor of the machine's is still open"
    assert left == children


def _held() -> tuple[int, str]:
    """How many descriptors this process has, of which another test's may be closed meanwhile; its children, zombies
    too."""
    children = Path(f"/proc/self/task/{os.getpid()}/children").read_text()
    return len(list(Path("/proc/self/fd").iterdir())), children


def test_of_a_dead_holders_machines_end_who_writes_to_their_consoles_and_nobody_else(tmp_path: Path) -> None:
    consoles = [running.console_log(tmp_path / name) for name in ("dead/m1", "dead/m2", "living/m1")]
    for console in consoles:
        console.parent.mkdir(parents=True)
        console.touch()
    opened = {
        "writes": (consoles[0], os.O_WRONLY),
        "appends to another": (consoles[1], os.O_RDWR | os.O_APPEND),
        "reads": (consoles[0], os.O_RDONLY),
        "writes to a living holder's": (consoles[2], os.O_WRONLY),
    }
    started = {name: _sleeping(*how) for name, how in opened.items()}
    try:
        running.end_left(tmp_path / "dead")
        living = [name for name, process in started.items() if process.poll() is None]
        assert living == ["reads", "writes to a living holder's"]
    finally:
        for process in started.values():
            process.kill()
            process.wait()


def _sleeping(file: Path, flags: int) -> subprocess.Popen[bytes]:
    fd = os.open(file, flags)
    try:
        return subprocess.Popen(["sleep", "60"], stdout=fd)
    finally:
        os.close(fd)
