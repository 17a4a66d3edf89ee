"""The three verdicts, and how they merge: by worst."""

from collections.abc import Iterable
from enum import StrEnum


class Verdict(StrEnum):
    """What is known of a promise. Unproven is never held."""

    HELD = "held"
    UNPROVEN = "unproven"
    BROKEN = "broken"


_SEVERITY = (Verdict.HELD, Verdict.UNPROVEN, Verdict.BROKEN)


def worst(verdicts: Iterable[Verdict]) -> Verdict:
    """The worst of `verdicts`; of none at all, unproven: nothing ran, so nothing was shown."""
    return max(verdicts, key=_SEVERITY.index, default=Verdict.UNPROVEN)
