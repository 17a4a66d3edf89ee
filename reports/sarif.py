"""result.sarif: a finding for each call site and broken promise, for code scanning (SARIF 2.1.0, OASIS)."""

import hashlib
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import msgspec

from holdfast.history.words import plain
from holdfast.model import digest
from holdfast.model.charge import Charge, ChargeKind
from holdfast.model.result import RunResult, State
from holdfast.model.verdict import Verdict

Json = dict[str, object]

_COVERED = "covered"
"""The rule of what a gate found healed: it speaks of a charge as a whole, not of one promise."""
_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_BASELINE = {
    State.MISSED: "unchanged",
    State.STOOD: "unchanged",
    State.REGRESSED: "new",
    State.COVERED: "absent",
    State.REMOVED: "absent",
}
"""What SARIF calls the states of a gate; the others say nothing of a finding."""


def render(result: RunResult, run: Path) -> None:
    """Writes result.sarif. What a gate's fix covers is an absent finding; what has no line stands on holdfast.toml."""
    found = [*_broken(result), *_gone(result)]
    rules = dict.fromkeys(str(finding["ruleId"]) for finding in found)
    driver: Json = {
        "name": "holdfast",
        "rules": [{"id": rule, "shortDescription": {"text": _rule(rule)}} for rule in rules],
    }
    log: Json = {
        "$schema": _SCHEMA,
        "version": "2.1.0",
        "runs": [{"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": found}],
    }
    (run / "result.sarif").write_bytes(msgspec.json.format(msgspec.json.encode(log), indent=2) + b"\n")


def _rule(name: str) -> str:
    if name == _COVERED:
        return "What was broken at the base is broken no more."
    return f"The promise `{name}` holds (see holdfast's promises)."


def _broken(result: RunResult) -> Iterator[Json]:
    states = {} if result.fix is None else {site.charge: site.state for site in result.fix.sites}
    for group in digest.groups(result):
        symptom = f": {group.symptom}" if group.symptom else ""
        text = f"{group.promise}{symptom}, in {digest.cells(len(group.cells))}. For {group.role}: {group.why}"
        mark = f"{group.charge}/{group.promise}/{group.symptom}"
        finding = _finding(result, group.promise, "error", text, _place(result, group.charge), mark)
        state = _BASELINE.get(states[group.charge]) if group.charge in states else None
        # A broken obligation is there, whatever became of its charge as a whole.
        yield finding | ({} if state in (None, "absent") else {"baselineState": state})


def _gone(result: RunResult) -> Iterator[Json]:
    for site in result.fix.sites if result.fix is not None else ():
        if site.base is Verdict.BROKEN and _BASELINE.get(site.state) == "absent":
            text = f"{site.state}: broken at {result.base}, {site.head} at {result.head}. {site.why}"
            place = (site.file, site.line) if site.file is not None else _place(result, site.charge)
            yield _finding(result, _COVERED, "none", text, place, f"{site.charge}/{_COVERED}") | {
                "baselineState": "absent"
            }


def _finding(result: RunResult, rule: str, level: str, text: str, place: tuple[str, int | None], mark: str) -> Json:
    file, line = place
    physical: Json = {"artifactLocation": {"uri": quote(file)}}
    if line is not None:
        physical["region"] = {"startLine": line}
    return {
        "ruleId": rule,
        # SARIF 2.1.0, 3.27.9: a level other than `none` says that the rule failed.
        "kind": "pass" if level == "none" else "fail",
        "level": level,
        "message": {"text": plain(text)},
        "locations": [{"physicalLocation": physical}],
        "partialFingerprints": {"holdfast/v1": hashlib.sha256(f"{result.launcher}/{mark}".encode()).hexdigest()},
    }


def _place(result: RunResult, charge: Charge | None) -> tuple[str, int | None]:
    if charge is not None and charge.kind is ChargeKind.SITE:
        for found in result.sites:
            if found.site.id == charge.id:
                return found.site.file, found.site.line
    return result.launcher_file, None
