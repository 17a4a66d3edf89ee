"""A person types to an agent only when the agent takes the keys as they come."""

import os
import pty
import tty
from types import SimpleNamespace
from typing import cast

from holdfast.agents import Agent
from holdfast.conform.terminal import Terminal
from holdfast.machines.protocol import Machine


def test_a_line_that_is_shown_before_the_terminal_is_raw_is_not_typed_on() -> None:
    master, slave = pty.openpty()
    shown: list[str] = []

    def ready(text: str) -> bool:
        """The agent shows its line first; at the third look it takes the keys as they come."""
        shown.append(text)
        if len(shown) == 3:
            tty.setraw(slave)
        os.write(slave, b"> " if len(shown) == 1 else b".")
        return text.startswith(">")

    spawned = SimpleNamespace(fd=master, pid=1, wait=lambda _: 0, close=lambda: os.close(master))
    machine = SimpleNamespace(spawn=lambda *_, **__: spawned)
    agent = SimpleNamespace(ready=ready)
    try:
        with Terminal(cast(Machine, machine), cast(Agent, agent), ("claude",), "/", None, []) as terminal:
            terminal.ready()
        assert [text[:1] for text in shown] == ["", ">", ">"]
    finally:
        os.close(slave)
