"""What `holdfast doctor --session` says."""

from collections.abc import Iterator

from holdfast.agents.resume.causes import MEANING, Finding
from holdfast.agents.resume.command import word
from holdfast.agents.resume.diagnosis import Diagnosis, Outcome
from holdfast.agents.resume.facts import Facts, Found, Gap, Mention
from holdfast.agents.resume.nowhere import day

MOST_SHOWN = 8
"""Lines of one kind: a volume that can't be read has thousands of gaps."""


def report(facts: Facts, diagnosis: Diagnosis) -> str:
    """The verdict in the first line; then where was looked, where the id was found, and each cause with what speaks for
    it and what to do. Printable, whatever stands in a path."""
    return "\n".join(_line(line) for line in _lines(facts, diagnosis))


def _lines(facts: Facts, diagnosis: Diagnosis) -> Iterator[str]:
    asked = facts.question
    causes = ", ".join(dict.fromkeys(finding.cause.value for finding in diagnosis.findings))
    verdict = diagnosis.outcome.value + (f": {causes}" if causes and diagnosis.outcome is Outcome.LOST else "")
    verdict += f": {diagnosis.why}" if diagnosis.why else ""
    yield f"{asked.session}: {verdict}"
    link = "" if str(asked.cwd) == facts.cwd else f", which is {word(facts.cwd)}"
    yield f"    asked for  from {word(str(asked.cwd))}{link}, with the config dir {word(str(asked.config))}"
    yield from _some("looked at", [f"{word(path)}: {_here(facts, path)}" for path in (facts.expected, *facts.beside)])
    yield from _some("found at ", [_found(one) for one in facts.found if one not in facts.looked])
    yield from _some("found in ", [_mention(one) for one in facts.mentions])
    yield from _some("trace at ", [f"{word(one.path)}: {one.what}" for one in facts.traces])
    yield from _some("searched ", [f"{word(place.config)} ({place.why})" for place in facts.places])
    yield from _some("not read ", [_gap(gap) for gap in facts.gaps])
    for warning in diagnosis.warnings:
        yield f"    but        {warning}"
    for finding in diagnosis.findings:
        yield from _cause(finding)


def _cause(finding: Finding) -> Iterator[str]:
    yield ""
    yield f"{finding.cause.value} ({finding.proof.value})"
    yield f"    means      {MEANING[finding.cause]}"
    yield f"    because    {finding.because}"
    if finding.at is not None:
        yield f"    at         {word(finding.at)}"
    yield f"    do         {finding.next}"


def _here(facts: Facts, path: str) -> str:
    at = next((one for one in facts.looked if one.path == path), None)
    if at is not None:
        return _state(at)
    gap = next((gap for gap in facts.gaps if gap.path == path), None)
    return "not there" if gap is None else f"not read: {gap.why}"


def _found(found: Found) -> str:
    whose = "" if found.cwd is None else f", records of {word(found.cwd)}"
    return f"{word(found.path)}: {_state(found)}{whose}"


def _state(found: Found) -> str:
    holds = {True: "", False: ", no message", None: ", not read"}[found.linked]
    return f"{found.size} bytes{holds}, written {day(found.written)}"


def _mention(mention: Mention) -> str:
    what = f"as {mention.field}" if mention.field is not None else "in what was said"
    return f"{word(mention.path)}: {'what it points to, ' if mention.of_leaf else ''}{what}"


def _gap(gap: Gap) -> str:
    return f"{word(gap.path)}: {gap.why}"


def _some(label: str, lines: list[str]) -> Iterator[str]:
    for line in lines[:MOST_SHOWN]:
        yield f"    {label}  {line}"
    if len(lines) > MOST_SHOWN:
        yield f"    {label}  and {len(lines) - MOST_SHOWN} more"


def _line(text: str) -> str:
    """One line of what can be printed: a path or a record may have any character in it."""
    return "".join(char if char.isprintable() else ascii(char)[1:-1] for char in text)
