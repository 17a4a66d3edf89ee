"""Dispatches from containers that are made anew for each of them: an agent's volume, which the host has elsewhere, is
mounted at one place, with pids of its own around it. Collected for root only: a namespace machine lets none be made."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from holdfast.machines import Holder
from tests.machine.test_reference_dispatch import Fleet

AROUND = "bwrap --dev-bind / / --unshare-pid --proc /proc --die-with-parent --tmpfs $HOME/agents"


@pytest.fixture
def fleet(holder: Holder, tmp_path: Path) -> Iterator[Fleet]:
    made = Fleet(holder, tmp_path / "home", "systemd")
    for volume in ("api", "empty/workspace"):
        (made.machine.home / "volumes" / volume).mkdir(parents=True)
    yield made
    made.machine.close()


def dispatched(fleet: Fleet, word: str, *volumes: str) -> str:
    """What fleet says in a new container with that volume, or with none."""
    mounts = "".join(f" --bind $HOME/volumes/{volume} $HOME/agents/api" for volume in volumes)
    return fleet.run(f"{AROUND}{mounts} bin/fleet dispatch api 'remember {word}'")


def test_the_next_container_goes_on_with_the_conversation_of_the_volume(fleet: Fleet) -> None:
    said = dispatched(fleet, "alpha", "api")
    first = fleet.agent.noted(said)
    assert first is not None, said
    assert fleet.agent.noted(dispatched(fleet, "beta", "api")) == first
    assert fleet.words(first) == ["alpha", "beta"]
    (transcript,) = fleet.agent.transcripts(fleet.machine.home)
    where = f"volumes/api/.claude/projects/-home-dev-agents-api-workspace/{first}.jsonl"
    assert transcript.path == str(fleet.machine.home / where)


def test_a_container_without_the_volume_begins_nothing(fleet: Fleet) -> None:
    first = fleet.agent.noted(dispatched(fleet, "alpha", "api"))
    missing = dispatched(fleet, "beta")
    assert "its folder /home/dev/agents/api/workspace has vanished" in missing
    another = dispatched(fleet, "beta", "empty")
    assert f"its conversation {first} is not on disk any more, and nothing was started" in another
    for said in (missing, another):
        assert said.endswith("exit 1")
        assert f"{first}.jsonl has 0 bytes" in said
    assert fleet.agent.noted(dispatched(fleet, "gamma", "api")) == first
    assert fleet.words(str(first)) == ["alpha", "gamma"]
