"""Words between a person and an agent: plant one, ask for proof, give it a task."""

import secrets
import select
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from holdfast.history.events import Asked, Held, Planted
from holdfast.model.proof import digest
from holdfast.model.seen import ProcessId
from holdfast.operations.person import Gone, Person, TooLate
from holdfast.operations.stage import CannotGoOn, Stage

T = TypeVar("T")
_LOOKED_AGAIN_AFTER = 0.01  # seconds


@dataclass(frozen=True)
class Greet:
    """A person attaches to `role`, plants a new word and asks for proof: the steady state, proven."""

    role: str

    def do(self, stage: Stage) -> None:
        """CannotGoOn unless the role answers for its own conversation, with every word said to it."""
        role, word, challenge = stage.role(self.role), new_word(), _challenge()
        began = stage.recorder.now()
        until = time.monotonic() + stage.setting.bounds.answer
        agent = stage.setting.agent
        try:
            with stage.attach(self.role) as person:
                ready(stage, person, until)
                say(person, agent.remember(word), until)
                session = person.wait(f"{role.name} to note a word", below(agent.remember(word), agent.noted), until)
                say(person, agent.prove(challenge), until)
                answer = person.wait(f"{role.name} to prove itself", below(agent.prove(challenge), agent.proof), until)
                screen = person.text
        except (Gone, TooLate) as why:
            raise CannotGoOn(f"steady state not reached: role {self.role!r}: {why}") from why
        now = stage.recorder.now
        stage.recorder.append(Planted(now(), self.role, word, session))
        role.words.append(word)
        stage.recorder.append(Asked(now(), began, self.role, challenge, answer[0], answer[1], screen, "", final=False))
        if role.session is None:
            role.session = session
        if answer != (role.session, digest(role.words, challenge)):
            raise CannotGoOn(
                f"steady state not reached: role {self.role!r} answered as conversation {answer[0]}, its own is "
                f"{role.session}; proof {answer[1]}, expected {digest(role.words, challenge)} for {len(role.words)} "
                "words"
            )
        twin = next((r.name for r in stage.roles.values() if r is not role and r.session == role.session), None)
        if twin is not None:
            raise CannotGoOn(
                f"steady state not reached: roles {self.role!r} and {twin!r} lead to one conversation, {session}"
            )


@dataclass(frozen=True)
class Hold:
    """`role` is given a task that runs until it is released, in a child process of the agent."""

    role: str

    def do(self, stage: Stage) -> None:
        agent = stage.setting.agent
        until = time.monotonic() + stage.setting.bounds.answer
        try:
            with stage.attach(self.role) as person:
                ready(stage, person, until)
                say(person, agent.hold(), until)
                person.wait(f"the task of {self.role}", lambda text: agent.holding(text) or None, until)
        except (Gone, TooLate) as why:
            raise CannotGoOn(f"role {self.role!r} could not be given a task: {why}") from why
        stage.role(self.role).held = True
        stage.recorder.append(Held(stage.recorder.now(), self.role, _task(stage, self.role, until)))


@dataclass(frozen=True)
class Ask:
    """The last asking: a person attaches to `role` and takes the answer that comes. One who `expects` a session tries
    again as sessions come back; one who knows that it was stopped, or lost with nobody to bring it back, looks once."""

    role: str
    expects: bool = True

    def do(self, stage: Stage) -> None:
        role, challenge, agent = stage.role(self.role), _challenge(), stage.setting.agent
        began, start = stage.recorder.now(), time.monotonic()
        until = start + stage.setting.bounds.back
        why, screen, code = "", "", None
        answer: tuple[str, str] | None = None
        with stage.changes() as changes:
            while answer is None:
                try:
                    with stage.attach(self.role) as person:
                        if role.held:
                            person.wait("the screen of the held task", lambda text: text or None, until)
                            person.type(agent.release)
                        ready(stage, person, until)
                        prove = agent.prove(challenge)
                        say(person, prove, until)
                        answer = person.wait(f"{self.role} to prove itself", below(prove, agent.proof), until)
                        screen = person.text
                except Gone as gone:
                    why, code = str(gone), gone.code
                    if not self.expects or not changes.wait(until):
                        break
                except TooLate as late:
                    why = why or str(late)
                    break
        session, proof = answer or (None, None)
        stage.recorder.append(
            Asked(stage.recorder.now(), began, self.role, challenge, session, proof, screen, why, final=True, code=code)
        )


def below(asked: str, find: Callable[[str], T | None]) -> Callable[[str], T | None]:
    """`find`, in what stands below the line that was asked: a screen is redrawn with the answers of before."""
    return lambda text: find(text.rpartition(asked)[2]) if asked in text else None


def ready(stage: Stage, person: Person, until: float) -> None:
    """What is typed before the agent reads its terminal may be lost."""
    person.wait("the agent's prompt", lambda text: stage.setting.agent.ready(text) or None, until)


def say(person: Person, text: str, until: float) -> None:
    """Type a line and submit it: the return goes alone, because the real agent takes a text with one inside for a
    paste."""
    person.type(text)
    person.wait(f"{text!r} to appear as typed", lambda shown: text in shown or None, until)
    person.type("\r")


def _task(stage: Stage, role: str, until: float) -> ProcessId:
    """The child process of the role's task. Agents show a task before its process has come as far as its own argv,
    which gives no event."""
    agent = stage.setting.agent
    while True:
        seen = stage.look()
        parent = stage.agent_of(role, seen).id.pid
        found = [p.id for p in seen.processes or () if p.parent == parent and agent.task(p)]
        if found:
            return found[0]
        if time.monotonic() > until:
            raise CannotGoOn(f"role {role!r} shows that its task runs, but none of its agent's children is that task")
        select.select([], [], [], _LOOKED_AGAIN_AFTER)


def new_word() -> str:
    return "w" + secrets.token_hex(5)


def _challenge() -> str:
    return str(secrets.randbelow(10**9))
