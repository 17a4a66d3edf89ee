"""What a contract waits for is seen when it comes, whether or not a file tells of it."""

import subprocess
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest

from holdfast.agents import Agent
from holdfast.conform.subject import Subject
from holdfast.conform.terminal import NotSeen
from holdfast.machines.protocol import Machine


@pytest.fixture
def subject(tmp_path: Path) -> Subject:
    machine = SimpleNamespace(home=tmp_path, boot=lambda: None)
    return Subject(cast(Machine, machine), cast(Agent, SimpleNamespace()), "claude")


def test_the_end_of_a_process_is_seen_though_it_changes_no_file(subject: Subject) -> None:
    with subprocess.Popen(["sleep", "0.1"]) as ending:
        assert subject.wait("its end", lambda: ending.poll() is not None, within=10.0)


def test_what_does_not_come_is_said(subject: Subject) -> None:
    with pytest.raises(NotSeen, match=r"waited 0\.1 s for its end; it did not come"):
        subject.wait("its end", lambda: False, within=0.1)
