"""The doctor that is asked for one session: a look, a judgement and what there is to say of both."""

from holdfast.agents.resume.diagnosis import Outcome, diagnose
from holdfast.agents.resume.look import look
from holdfast.agents.resume.question import Question, QuestionError, question
from holdfast.agents.resume.report import report

__all__ = ["Outcome", "QuestionError", "consult", "question"]


def consult(asked: Question) -> tuple[Outcome, str]:
    """The outcome, and the report of it."""
    facts = look(asked)
    diagnosis = diagnose(facts)
    return diagnosis.outcome, report(facts, diagnosis)
