"""Misleading file times: an old conversation becomes the newest file in the role's folder, though it was not spoken to
last."""

import os
import shutil
import time
import uuid
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from holdfast.history.events import Stepped
from holdfast.model.seen import Transcript
from holdfast.operations.leaving import leave
from holdfast.operations.line import below, ready, say
from holdfast.operations.person import Gone, Person, TooLate
from holdfast.operations.stage import CannotGoOn, Stage
from holdfast.operations.words import new_word
from holdfast.witnesses.changes import Changes

_A_LITTLE = 1_000_000_000  # nanoseconds; the role's own agent may still be writing its last answer down


class Lie(StrEnum):
    """How a file time comes to lie: a backup tool touches, a copy is made, or a person opens the old one and leaves."""

    TOUCHED = "touched"
    COPIED = "copied"
    OPENED = "opened"


@dataclass(frozen=True)
class TalkElsewhere:
    """Another conversation is held by the agent in `role`'s own folder, and left: it is old from the next word on."""

    role: str

    def do(self, stage: Stage) -> None:
        role, agent = stage.role(self.role), stage.setting.agent
        role.folder = _folder(stage, self.role)
        until = time.monotonic() + stage.setting.bounds.answer
        with _open(stage, self.role) as person:
            try:
                ready(stage, person, until)
                words = agent.remember(new_word())
                say(person, words, until)
                role.decoy = person.wait("the other conversation to note a word", below(words, agent.noted), until)
            except (Gone, TooLate) as why:
                raise CannotGoOn(f"no second conversation could be held in {role.folder}: {why}") from why
            _saved(stage, role.decoy, Path(stage.transcript(role.session).path).parent, until)
            _leave(stage, person, until)
        stage.recorder.append(
            Stepped(stage.recorder.now(), f"another conversation, {role.decoy}, is held in {role.folder}")
        )


@dataclass(frozen=True)
class Mislead:
    """The other conversation's file becomes the newest. Its ctime, which can't be set, moves; its bytes don't change,
    except that Claude Code since 2.1.329 writes down what a session cost so far when one that was opened is left."""

    role: str
    lie: Lie

    def do(self, stage: Stage) -> None:
        role = stage.role(self.role)
        name = f"misleading mtime of {self.role}: {self.lie}"
        before, own = stage.transcript(role.decoy), stage.transcript(role.session)
        told = self._tell(stage, before, own.mtime_ns + _A_LITTLE)
        after, own = stage.transcript(told), stage.transcript(role.session)
        moved = after.ctime_ns > before.ctime_ns
        newest = after.mtime_ns > own.mtime_ns
        same = after.digest == before.digest
        unsaid = same or (self.lie is Lie.OPENED and after.turns == before.turns and after.size > before.size)
        bytes_ = "unchanged" if same else "added, no word said" if unsaid else "changed"
        proof = (
            f"{after.path}: ctime {'moved' if moved else 'did not move'}, bytes {bytes_}, "
            f"{'newer' if newest else 'not newer'} than the role's own {own.path}"
        )
        stage.note_fault(name, moved and newest and unsaid, proof)

    def _tell(self, stage: Stage, old: Transcript, newer: int) -> str:
        """Make the lie; the id of the conversation whose file is the newest now."""
        path = Path(old.path)
        match self.lie:
            case Lie.TOUCHED:
                os.utime(path, ns=(newer, newer))
            case Lie.COPIED:
                copy = path.with_name(f"{uuid.uuid4()}{path.suffix}")
                shutil.copyfile(path, copy)
                os.utime(copy, ns=(newer, newer))
                return copy.stem
            case Lie.OPENED:
                until = time.monotonic() + stage.setting.bounds.answer
                with _open(stage, self.role, "--resume", old.session) as person:
                    ready(stage, person, until)
                    _leave(stage, person, until)
        return old.session


def _folder(stage: Stage, role: str) -> str:
    """Where the role's agent runs, or ran when it was dispatched."""
    if stage.role(role).dispatch is None:
        return stage.agent_of(role, stage.look()).cwd
    own = stage.transcript(stage.role(role).session)
    if own.folder is None:
        raise CannotGoOn(f"the folder in which {role!r} was dispatched can't be told: {own.path} doesn't name it")
    return own.folder


def _open(stage: Stage, role: str, *arguments: str) -> Person:
    """The agent in the role's own folder, with the config dir in which the role's conversation lies."""
    stage.setting.agent.settle(stage.machine.home, Path(stage.transcript(stage.role(role).session).path))
    argv = (stage.setting.launcher.agent, *arguments)
    return Person(stage.machine, argv, stage.role(role).folder, stage.environment(role))


def _leave(stage: Stage, person: Person, until: float) -> None:
    """Leave, and wait until the agent has ended: it may write on its way out."""
    try:
        leave(person, stage.setting.agent, until)
    except TooLate as late:
        raise CannotGoOn(f"the agent did not leave: {late}") from late


def _saved(stage: Stage, session: str, folder: Path, until: float) -> None:
    """Wait until the conversation's answer stands on disk: the real agent shows it some 100 ms before, and loses it, or
    the whole conversation, when it is left in between."""
    file = folder / f"{session}.jsonl"
    with Changes([folder]) as changes:
        while not file.exists() or stage.setting.agent.noted(file.read_text(errors="replace")) is None:
            if not changes.wait(until):
                raise CannotGoOn(f"the answer of conversation {session} never came to stand in {file}")
