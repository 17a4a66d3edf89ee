"""Codex does what the engine relies on: in a machine, in tmux, in front of a person, and by `codex exec`.

The stand-in always. The real one where HOLDFAST_CODEX leads to it.
"""

import secrets
import shlex
import time
from pathlib import Path

import pytest

from holdfast.agents import Agent
from holdfast.machines.protocol import HOME
from holdfast.model.proof import digest
from holdfast.operations.person import Gone
from holdfast.run.agents import at_hand
from tests.machine.asking import BOUND, Maker, output, shell
from tests.machine.place import Place, booted

UNKNOWN = "11111111-2222-4333-8444-555555555555"


def agents() -> list[Agent]:
    here = [at_hand(kind) for kind in ("codex-standin", "codex")]
    return [agent for agent in here if agent is not None]


@pytest.fixture(params=agents(), ids=lambda agent: str(agent.kind))
def place(request: pytest.FixtureRequest, tmp_path: Path, make: Maker) -> Place:
    return booted(request.param, "codex", tmp_path, make)


def test_it_proves_itself_holds_a_task_and_comes_back_after_a_kill(place: Place) -> None:
    place.start()
    session = place.remember("alpha", 1)
    place.prove(session, "alpha")
    seen = place.live()
    assert (seen.session, seen.cwd) == (session, HOME)

    place.say(place.agent.hold(), "a running task", lambda text: place.agent.holding(text) or None)
    assert [place.agent.task(process) for process in place.processes() if process.parent == seen.id.pid] == [True]
    until = time.monotonic() + BOUND
    with place.attach() as person:
        person.wait("the task on the screen", lambda text: place.agent.holding(text) or None, until)
        person.type(place.agent.release)
        person.wait("the task's end", lambda text: not place.agent.holding(text) or None, until)
    place.prove(session, "alpha")

    place.machine.kill(seen.id)
    assert place.agent.live(place.machine.home, place.processes()) == ()
    place.start("resume", session)
    place.remember("beta", 2)
    place.prove(session, "alpha", "beta")
    assert place.live().id != seen.id
    transcript = place.transcript()
    assert (transcript.session, [turn.word for turn in transcript.turns if turn.word]) == (session, ["alpha", "beta"])


def test_a_resume_that_is_left_by_one_key_moves_nothing(place: Place) -> None:
    place.start()
    session = place.remember("alpha", 1)
    leave(place)
    before = place.transcript()
    place.start("resume", session)
    leave(place)
    assert place.transcript() == before
    assert place.agent.live(place.machine.home, place.processes()) == ()


def test_a_thread_that_another_process_has_is_refused(place: Place) -> None:
    place.start()
    session = place.remember("alpha", 1)
    said = output(place.machine, "codex", "exec", "--skip-git-repo-check", "resume", session, "prove 1")
    assert f"thread/resume failed: thread {session} already has an active writer (code -32600)" in said


def test_exec_resumes_by_id_and_says_what_it_can_not_find(place: Place) -> None:
    ask = "codex exec --skip-git-repo-check"
    noted = shell(place.machine, f"{ask} 'remember alpha' </dev/null 2>/dev/null").split()
    assert (noted[0], noted[2]) == ("noted", "1")
    challenge = secrets.token_hex(4)
    proof = f"proof {noted[1]} {digest(['alpha'], challenge)}"
    again = shlex.join(("codex", *place.agent.resumed(noted[1], f"prove {challenge}")))
    assert shell(place.machine, f"{again} 2>/dev/null") == proof
    assert shell(place.machine, f"{ask} resume --last 'prove {challenge}' 2>/dev/null") == proof
    unknown = f"no rollout found for thread id {UNKNOWN} (code -32600)\n1"
    assert shell(place.machine, f"{ask} resume {UNKNOWN} 'prove 1'; echo $?").endswith(unknown)
    assert shell(place.machine, f"{ask} resume nosuchname 'prove 1' 2>/dev/null; echo $?").endswith("\n0")


def leave(place: Place) -> None:
    until = time.monotonic() + BOUND
    with place.attach() as person:
        person.wait("the prompt", lambda shown: place.agent.ready(shown) or None, until)
        person.type(place.agent.leave)
        with pytest.raises(Gone):
            person.wait("the end", lambda _: None, until)
