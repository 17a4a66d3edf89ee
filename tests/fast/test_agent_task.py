"""Which of an agent's children is its held task."""

import pytest

from holdfast.agents.dialect import task

SNAPSHOT = "/home/dev/.claude/shell-snapshots/snapshot-bash-1795228624159-0nhtnq.sh"


@pytest.mark.parametrize(
    "argv, expected",
    [
        (("tail", "-f", "/dev/null"), True),
        (("/bin/bash", "-c", f"source {SNAPSHOT} 2>/dev/null || true && eval 'tail -f /dev/null' < /dev/null"), True),
        (("/bin/bash", "-c", "-l", f"SNAPSHOT_FILE={SNAPSHOT}\n echo '# Snapshot file' >| \"$SNAPSHOT_FILE\""), False),
        (("claude", "--resume", "07907550-2ae3-4aa6-adea-2d73b264aad6"), False),
        ((), False),
    ],
)
def test_the_task_is_told_from_the_agent_s_other_children(argv: tuple[str, ...], expected: bool) -> None:
    """Seen on 2.1.197: the shell that looks at the user's settings stands beside the task's, and ends."""
    assert task(argv) is expected
