"""Judging a history: every planned promise for every role, charged and masked."""

from holdfast.history.record import History
from holdfast.model.cell import Obligation
from holdfast.model.verdict import Verdict
from holdfast.promises.certain import Doubt, doubt
from holdfast.promises.definition import Checker
from holdfast.promises.finding import Finding, Unproven
from holdfast.promises.reading import Reading
from holdfast.promises.registry import PromiseError, promise, rank


def judge(history: History) -> tuple[Obligation, ...]:
    """The obligations of a cell: each promise for each role, without those that don't apply to a role in this history.

    A history that doesn't begin with what was planned raises ValueError: there is nothing to judge it by.
    """
    planned, unsure = history.planned, doubt(history)
    found: list[Obligation] = []
    for role in planned.roles:
        blamed = False
        for name in sorted(planned.promises, key=rank):
            obligation = _obligation(history, unsure, role, name, blamed)
            if obligation is not None:
                blamed = blamed or obligation.verdict is Verdict.BROKEN
                found.append(obligation)
    return tuple(found)


def _obligation(history: History, unsure: Doubt | None, role: str, name: str, blamed: bool) -> Obligation | None:
    """`blamed`: the role is charged with an earlier promise already, from which a broken one follows."""
    evidence = history if unsure is None else unsure.certain
    try:
        judged = promise(name)
    except PromiseError as error:
        return Obligation(role, name, Verdict.UNPROVEN, str(error))
    finding, why = _finding(judged.check, evidence, role)
    if unsure is not None and (finding is None or finding.verdict is not Verdict.BROKEN):
        if unsure.whole and _finding(judged.check, history, role) == (None, None):
            return None
        finding, why = None, unsure.why
    charge = judged.charge(Reading(history if finding is None else evidence), role, finding)
    if why is not None:
        return Obligation(role, name, Verdict.UNPROVEN, why, charged_to=charge)
    if finding is None:
        return None
    masked = blamed and finding.verdict is Verdict.BROKEN
    return Obligation(role, name, finding.verdict, finding.why, finding.symptom, charge, masked)


def _finding(check: Checker, history: History, role: str) -> tuple[Finding | None, str | None]:
    """What a checker finds, or why it can't tell; neither where its promise does not apply."""
    try:
        return check(history, role), None
    except Unproven as why:
        return None, str(why)
    except Exception as error:  # noqa: BLE001 - a promise is an extension and may raise anything; it is never held then
        return None, f"the checker failed: {type(error).__name__}: {error}. Report it with this history"
