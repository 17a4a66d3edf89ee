"""The table of a comparison, for a person and for a program."""

import json
from collections.abc import Iterable, Sequence

from holdfast.conform.comparison import Look, Row, verdict
from holdfast.model.verdict import Verdict


def text(rows: Sequence[Row], agent: str) -> str:
    """Every contract with its verdict, those that aren't held last, and under these what was seen. The reasons why
    something could not be looked at stand at the end, each once."""
    width = max(len(_name(row)) for row in rows)
    whys = list(dict.fromkeys(look.why for row in rows for look in (row.real, row.standin) if look.seen is None))
    ordered = sorted(rows, key=lambda row: row.verdict is not Verdict.HELD)
    lines = [line for row in ordered for line in _lines(row, width, whys)]
    notes = [f"({number}) {why}" for number, why in enumerate(whys, 1)]
    return "\n".join([*lines, "", *notes, *([""] if notes else []), summary(rows, agent)])


def summary(rows: Sequence[Row], agent: str) -> str:
    """One line: how many contracts, how they stand, and how long the looks took."""
    counts = {kind: sum(row.verdict is kind for row in rows) for kind in Verdict}
    unlike = sum(row.contract.unlike is not None for row in rows)
    real, standin = sum(row.real.seconds for row in rows), sum(row.standin.seconds for row in rows)
    return (
        f"{agent} is {rows[0].version}, its stand-in as {rows[0].as_version}: {len(rows)} contracts, "
        f"{counts[Verdict.HELD]} held ({unlike} with a known difference), {counts[Verdict.BROKEN]} broken, "
        f"{counts[Verdict.UNPROVEN]} unproven; looked at for {real:.0f} s and {standin:.0f} s"
    )


def document(rows: Sequence[Row], agent: str) -> str:
    """The same as JSON: {"agent", "version", "as_version", "verdict", "contracts": [{"subject", "name", "verdict",
    "expected", "real": {"seen", "why", "seconds"}, "standin": …, "known_difference"}]}; `seen` is null where it could
    not be looked at."""
    return json.dumps(
        {
            "agent": agent,
            "version": rows[0].version,
            "as_version": rows[0].as_version,
            "verdict": verdict(rows),
            "contracts": [_entry(row) for row in rows],
        },
        indent=1,
    )


def _lines(row: Row, width: int, whys: list[str]) -> Iterable[str]:
    yield f"{row.verdict:9} {_name(row):{width}}  {row.expected}"
    if row.verdict is not Verdict.HELD:
        yield f"          real      {_seen(row.real, whys)}"
        yield f"          stand-in  {_seen(row.standin, whys)}"
    if row.contract.unlike is not None:
        yield f"          known difference: the stand-in shows {row.contract.unlike.seen!r}: {row.contract.unlike.why}"


def _entry(row: Row) -> dict[str, object]:
    return {
        "subject": row.contract.subject,
        "name": row.contract.name,
        "verdict": row.verdict,
        "expected": row.expected,
        "real": vars(row.real),
        "standin": vars(row.standin),
        "known_difference": None if row.contract.unlike is None else vars(row.contract.unlike),
    }


def _name(row: Row) -> str:
    return f"{row.contract.subject}.{row.contract.name}"


def _seen(look: Look, whys: list[str]) -> str:
    return f"could not be looked at ({whys.index(look.why) + 1})" if look.seen is None else look.seen
