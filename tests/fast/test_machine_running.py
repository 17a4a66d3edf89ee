"""A machine whose pid 1 dies while it is being made is a refusal with bubblewrap's own words, and nothing is left.

bubblewrap says which process pid 1 is before it mounts anything. What it then refuses, it refuses while the holder
reads that: which of the two is first, no real one can be told. So a program of ours plays bubblewrap here."""

import os
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
        running.start(Boot("m1", (), ("true",), cgroup=False, console=console), tmp_path, None)
    after, left = _held()
    assert after <= before, "a descriptor of the machine's is still open"
    assert left == children


def _held() -> tuple[int, str]:
    """How many descriptors this process has, of which another test's may be closed meanwhile; its children, zombies
    too."""
    children = Path(f"/proc/self/task/{os.getpid()}/children").read_text()
    return len(list(Path("/proc/self/fd").iterdir())), children
