"""Every agent that is installed does what the engine relies on: in a machine, in tmux, in front of a person.

The stand-in always is. The real one is where HOLDFAST_CLAUDE or PATH lead to it.
"""

import time
from pathlib import Path

import pytest

from holdfast.agents import Agent
from holdfast.machines.protocol import HOME
from holdfast.run.agents import at_hand
from tests.machine.asking import BOUND, Maker
from tests.machine.place import Place, booted


def installed() -> list[Agent]:
    here = [at_hand(kind) for kind in ("claude-standin", "claude")]
    return [agent for agent in here if agent is not None]


@pytest.fixture(params=installed(), ids=lambda agent: agent.kind)
def place(request: pytest.FixtureRequest, tmp_path: Path, make: Maker) -> Place:
    return booted(request.param, "claude", tmp_path, make)


def test_it_proves_itself_holds_a_task_and_comes_back_after_a_kill(place: Place) -> None:
    place.start()
    session = place.remember("alpha", 1)
    place.prove(session, "alpha")
    seen = place.live()
    assert (seen.session, seen.cwd) == (session, HOME)

    def held(text: str) -> bool | None:
        """The real one shows its task a moment before the child is there, and redraws its clock all the while."""
        return (place.agent.holding(text) and bool(place.children(seen.id))) or None

    place.say(place.agent.hold(), "a running task and its child", held)
    until = time.monotonic() + BOUND
    with place.attach() as person:
        person.wait("the task on the screen", lambda text: place.agent.holding(text) or None, until)
        person.type(place.agent.release)
        person.wait("the task's end", lambda text: not place.agent.holding(text) or None, until)
    place.prove(session, "alpha")

    place.machine.kill(seen.id)
    assert place.agent.live(place.machine.home, place.processes()) == ()
    place.start("--resume", session)
    place.remember("beta", 2)
    place.prove(session, "alpha", "beta")
    assert place.live().id != seen.id
    assert (place.transcript().session, place.transcript().turns[0].word) == (session, "alpha")
