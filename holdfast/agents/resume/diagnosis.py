"""The judgement: would the id be resumed, and if not, for which causes. Pure: by the facts and nothing else."""

from dataclasses import dataclass
from enum import Enum

from holdfast.agents.folders import encoded
from holdfast.agents.resume.causes import Cause, Finding, Proof
from holdfast.agents.resume.elsewhere import elsewhere
from holdfast.agents.resume.facts import Facts, Found
from holdfast.agents.resume.nowhere import nowhere

DAY = 86400.0


class Outcome(Enum):
    RESUMABLE = "would be resumed"
    LOST = "would not be resumed"
    UNDETERMINED = "undetermined"


@dataclass(frozen=True)
class Diagnosis:
    """`findings` are the causes that hold, the best proven first; `warnings` are what threatens a conversation that
    would be resumed; `why` says what is missing where nothing is proven, else ""."""

    outcome: Outcome
    findings: tuple[Finding, ...] = ()
    warnings: tuple[str, ...] = ()
    why: str = ""


def diagnose(facts: Facts) -> Diagnosis:
    """Unproven is never held: what could not be read makes it undetermined unless it is proven without it."""
    at = next((one for one in facts.looked if one.linked), None)
    if at is not None:
        return Diagnosis(Outcome.RESUMABLE, warnings=tuple(_warnings(facts, at)))
    findings = _ordered((*elsewhere(facts), *nowhere(facts)))
    if not facts.known or any(one.linked is None for one in facts.looked):
        return Diagnosis(Outcome.UNDETERMINED, findings, why="the file that the agent would read could not be read")
    if facts.gaps and all(finding.proof is Proof.LEFT for finding in findings):
        return Diagnosis(
            Outcome.UNDETERMINED,
            findings,
            why="it would not be resumed from here, but the cause may lie where it could not be looked",
        )
    return Diagnosis(Outcome.LOST, findings)


def _ordered(findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
    proofs, causes = list(Proof), list(Cause)
    return tuple(sorted(findings, key=lambda one: (proofs.index(one.proof), causes.index(one.cause))))


def _warnings(facts: Facts, at: Found) -> list[str]:
    said = [
        f"{Cause.HELD.value}: {holder.process}, by {holder.path}. There is no lock: a second agent writes a sibling "
        "branch, and the next resume sees only one of them. Go to its terminal: "
        f"ps -o tty=,args= -p {holder.process.pid}"
        for holder in facts.holders
    ]
    said += [
        f"{one.path} {one.what}: it would be resumed, and nothing that is said from then on would be kept"
        for one in facts.obstacles
    ]
    days = at.place.keep_days if at.place is not None else 0.0
    if at.place is not None and facts.now - at.written > days * DAY:
        said.append(
            f"it was last written {(facts.now - at.written) / DAY:.0f} days ago, and an agent that starts, in whatever "
            f"folder, deletes what is older than {days:g} (cleanupPeriodDays): set that higher, or touch the file first"
        )
    if at.path != facts.expected:
        said.append(f"it is found only as long as git lists the worktree that it belongs to, {at.cwd}")
    others = [one for one in facts.found if one is not at and one.linked and one.session == at.session]
    said += [
        f"another copy lies at {one.path} ({one.size} bytes against {at.size}): this one would be resumed"
        for one in others
        if encoded(facts.cwd) != one.folder or one.place != at.place
    ]
    return said
