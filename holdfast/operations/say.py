"""Words between a person and an agent: plant one, ask for proof, give it a task."""

import time
from dataclasses import dataclass

from holdfast.history.events import Asked, Held, Planted
from holdfast.model.proof import digest
from holdfast.model.seen import ProcessId
from holdfast.operations.line import line, newer, own_line, ready, say
from holdfast.operations.person import Gone, TooLate
from holdfast.operations.stage import CannotGoOn, Stage
from holdfast.operations.words import new_challenge, new_word

_TRIED_AGAIN_AFTER = 1.0  # seconds; what an attach goes by may be the launcher's own, whose changes nobody watches


@dataclass(frozen=True)
class Greet:
    """A person plants a new word in `role`'s conversation and asks for proof: the steady state, proven."""

    role: str

    def do(self, stage: Stage) -> None:
        """CannotGoOn unless the role answers for its own conversation, with every word said to it."""
        role, word, challenge = stage.role(self.role), new_word(), new_challenge()
        began = stage.recorder.now()
        until = time.monotonic() + stage.setting.bounds.answer
        agent = stage.setting.agent
        try:
            with own_line(stage, role) as asked:
                session = asked.ask(agent.remember(word), f"{role.name} to note a word", agent.noted, until)
                proven = newer(agent.proof, _proofs(stage))
                answer = asked.ask(agent.prove(challenge), f"{role.name} to prove itself", proven, until)
                screen = asked.text
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
    again as sessions come back; one who knows that it was stopped, or lost with nobody to bring it back, looks once. So
    does one who dispatches: an answer comes then, or never."""

    role: str
    expects: bool = True

    def do(self, stage: Stage) -> None:
        role, challenge, agent = stage.role(self.role), new_challenge(), stage.setting.agent
        began, start = stage.recorder.now(), time.monotonic()
        until = start + stage.setting.bounds.back
        why, screen, code = "", "", None
        answer: tuple[str, str] | None = None
        proven = newer(agent.proof, _proofs(stage))
        with stage.changes() as changes:
            while answer is None:
                tried = time.monotonic()
                try:
                    with line(stage, role) as asked:
                        if role.held:
                            asked.release(until)
                        answer = asked.ask(agent.prove(challenge), f"{self.role} to prove itself", proven, until)
                        screen = asked.text
                except Gone as gone:
                    why, code = str(gone), gone.code
                    if not self.expects or role.dispatch is not None:
                        break
                    changes.wait(min(until, time.monotonic() + _TRIED_AGAIN_AFTER))
                    if time.monotonic() >= until:
                        break
                except TooLate as late:
                    if not why or until - tried > _TRIED_AGAIN_AFTER:
                        why, code = str(late), None  # it stands now, whatever an earlier one said
                    break
        session, proof = answer or (None, None)
        stage.recorder.append(
            Asked(stage.recorder.now(), began, self.role, challenge, session, proof, screen, why, final=True, code=code)
        )


def _proofs(stage: Stage) -> frozenset[str]:
    """All that were given in this cell: no challenge is asked twice, so that none of them can be right again."""
    return frozenset(asked.proof for asked in stage.recorder.history.all(Asked) if asked.proof is not None)


def _task(stage: Stage, role: str, until: float) -> ProcessId:
    """The child process of the role's task. Agents show a task before its process has come as far as its own argv."""
    agent = stage.setting.agent

    def found() -> ProcessId | None:
        seen = stage.look()
        parent = stage.agent_of(role, seen).id.pid
        return next((p.id for p in seen.processes or () if p.parent == parent and agent.task(p)), None)

    return stage.wait(f"the process of the task that {role!r} shows", found, until - time.monotonic())
