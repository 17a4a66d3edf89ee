"""What a checker finds, and what it raises where it can't tell."""

from dataclasses import dataclass

from holdfast.model.seen import Pane, ProcessId
from holdfast.model.verdict import Verdict


class Unproven(Exception):
    """The history doesn't show what the promise needs. The text says what is missing, where and why."""


@dataclass(frozen=True)
class Subject:
    """What a charge of survival needs. `look` is the index of the observation in which it stood last. `killer` is the
    place of the traced launch that ended it; `server` and `pane` are those that it lived in; `server_died` says which
    of them went."""

    look: int
    agent: ProcessId
    server: ProcessId | None
    pane: Pane | None
    server_died: bool = False
    killer: int | None = None


@dataclass(frozen=True)
class Finding:
    """One promise for one role, judged: held, or broken with its symptom. What can't be told is raised as Unproven."""

    verdict: Verdict
    why: str
    symptom: str | None = None
    subject: Subject | None = None


def held(why: str, subject: Subject | None = None) -> Finding:
    return Finding(Verdict.HELD, why, subject=subject)


def broken(symptom: str, why: str, subject: Subject | None = None) -> Finding:
    return Finding(Verdict.BROKEN, why, symptom, subject)
