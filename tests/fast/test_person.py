"""A person looks at what is there, however late it is, and presses again what was pressed too late."""

import os
import pty
import time
import tty
from collections.abc import Iterator
from types import SimpleNamespace
from typing import cast

import pytest

from holdfast.agents import Agent
from holdfast.machines.protocol import Machine
from holdfast.operations import leaving
from holdfast.operations.person import Gone, Person, TooLate


class Terminal:
    """What a person sits at: `slave` is the end of the program that runs there."""

    def __init__(self) -> None:
        self.master, self.slave = pty.openpty()
        tty.setraw(self.slave)
        spawned = SimpleNamespace(fd=self.master, pid=1, wait=lambda _: 0, close=lambda: os.close(self.master))
        self.person = Person(cast(Machine, SimpleNamespace(spawn=lambda *_, **__: spawned)), ("attach",), "/")


@pytest.fixture
def terminal() -> Iterator[Terminal]:
    opened = Terminal()
    with opened.person:
        yield opened


def test_what_stands_there_when_the_time_is_over_is_seen(terminal: Terminal) -> None:
    os.write(terminal.slave, b"here")
    assert terminal.person.wait("it", lambda text: text.strip() or None, time.monotonic() - 1.0) == "here"


def test_a_screen_that_never_rests_is_not_waited_for_longer(terminal: Terminal) -> None:
    def find(_: str) -> None:
        os.write(terminal.slave, b"more")

    with pytest.raises(TooLate, match=r"for its end; last saw: .*more"):
        terminal.person.wait("its end", find, time.monotonic() + 0.1)


def test_a_second_key_that_came_too_late_is_pressed_again(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    """As by a host that stands still between the two: the agent takes both for a first one."""
    monkeypatch.setattr(leaving, "_PRESSED_AGAIN_AFTER", 0.1)
    keys = iter([b"again to exit", b"again to exit", b"again to exit", None])

    def asks(_: str) -> bool:
        return True

    def type_(_: bytes) -> None:
        said = next(keys)
        os.close(terminal.slave) if said is None else os.write(terminal.slave, said)

    monkeypatch.setattr(terminal.person, "type", type_)
    agent = cast(Agent, SimpleNamespace(leave=b"\x03", leaving=asks))
    assert isinstance(leaving.leave(terminal.person, agent, time.monotonic() + 10.0), Gone)
    assert next(keys, "all were pressed") == "all were pressed"
