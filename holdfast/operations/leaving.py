"""Leaving an agent as a person does."""

import time

from holdfast.agents.protocol import Agent
from holdfast.operations.person import Gone, Person, TooLate

_PRESSED_AGAIN_AFTER = 5.0  # seconds


def leave(person: Person, agent: Agent, until: float) -> Gone:
    """Press the key that the agent asks for twice, and both again where the second came too late to be one: Claude Code
    takes it for 0.8 s. Returns how the agent ended; TooLate if it lives at the monotonic time `until`."""
    try:
        while True:
            person.type(agent.leave)
            person.wait("the agent to ask for the key once more", lambda text: agent.leaving(text) or None, until)
            person.type(agent.leave)
            again = time.monotonic() + _PRESSED_AGAIN_AFTER
            try:
                person.wait("the agent to end", lambda _: None, min(until, again))
            except TooLate:
                if again >= until:
                    raise
    except Gone as gone:
        return gone
