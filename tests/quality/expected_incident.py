"""What must be found in the incident launcher, by cell: a rule with its reasons, not a list of results.

A role's session lives in the tmux server, and that server in the control group of the worker unit that the first launch
came from: api's, for api is always launched first. Stopping that unit ends the server and every session in it, unless
the site of that first launch has been fixed to put the server into a scope.
"""

from dataclasses import dataclass

from holdfast.model.cell import CellKey, CellResult
from holdfast.model.charge import ChargeKind
from holdfast.model.site import Site
from holdfast.model.verdict import Verdict

WEB, PHONE, RESTORE = "worker/web.py", "worker/phone.sh", "worker/restore.py"
FIXED: dict[str, frozenset[str]] = {
    "broken": frozenset(),
    "first-fix": frozenset({WEB}),
    "second-fix": frozenset({WEB, PHONE}),
    "fixed": frozenset({WEB, PHONE, RESTORE}),
}
"""The sites that start the server in a scope, by tag of the incident's history."""
SITES = {"dashboard": WEB, "phone": PHONE, "boot": RESTORE}
"""Where a launch path launches, whether it starts, resumes or restores."""


@dataclass(frozen=True, order=True)
class Loss:
    """One broken obligation that is not masked, and the file of the call site that is charged with it."""

    role: str
    promise: str
    symptom: str
    file: str


def expected(tag: str, cell: CellKey) -> set[Loss]:
    """All that is broken in `cell` at `tag`, and not masked."""
    scenario, _, variant = cell.scenario.removesuffix("]").partition("[")
    born_at = SITES[cell.birth.partition(".")[0]]
    match scenario:
        case "resume_click":
            # The click restarts api's unit, and the server of both roles is in it.
            return _ended(tag, born_at, "api", "web")
        case "hard_kill" if variant in ("agent", "pane"):
            # api is lost already. The press stops what units api had, and in one of them web's server still lives.
            return _ended(tag, born_at, "web")
        case "reboot" | "misleading_mtime" if _booted(scenario, variant) and _clicked(cell):
            # Both were restored at boot, whatever their birth: the press for api restarts the unit that restored it.
            return _ended(tag, RESTORE, "api", "web")
        case _:
            # A killed server: the press that makes the new one has it in its own role's unit, and the press after that
            # restarts the other role's. A boot that restores: no unit is stopped. A restart of the dashboard's service:
            # no session lives in that unit.
            return set()


def _ended(tag: str, site: str, *roles: str) -> set[Loss]:
    """The roles' sessions end with the unit of that site, if it isn't fixed at `tag`."""
    return set() if site in FIXED[tag] else {Loss(role, "survives", "unit stopped", site) for role in roles}


def _booted(scenario: str, variant: str) -> bool:
    return scenario == "reboot" or variant.endswith("-machine")


def _clicked(cell: CellKey) -> bool:
    """Whether something was pressed after the boot other than the boot itself."""
    return cell.press is not None and not cell.press.endswith(".restores")


def found(result: CellResult, sites: tuple[Site, ...]) -> set[Loss]:
    """What a run has found in a cell; `file` is the charge itself where it is no call site."""
    files = {site.id: site.file for site in sites}
    return {
        Loss(
            o.role, o.promise, str(o.symptom),
            files[o.charged_to.id] if o.charged_to.kind is ChargeKind.SITE else str(o.charged_to),
        )
        for o in result.obligations
        if o.verdict is Verdict.BROKEN and not o.masked and o.charged_to is not None
    }  # fmt: skip


def differences(tag: str, cells: tuple[CellResult, ...], sites: tuple[Site, ...]) -> list[str]:
    """One line for each cell in which anything else was found than is expected, or that is not proven. Empty: all is as
    it must be."""
    lines = []
    for cell in cells:
        wanted, was = expected(tag, cell.key), found(cell, sites)
        verdict = Verdict.BROKEN if wanted else Verdict.HELD
        if was != wanted or cell.verdict is not verdict:
            lines.append(f"{cell.key.id}: {cell.verdict}, {cell.reason or _told(was)}; expected {_told(wanted)}")
    return lines


def _told(losses: set[Loss]) -> str:
    return ", ".join(f"{x.role} {x.promise} {x.symptom} ({x.file})" for x in sorted(losses)) or "nothing broken"
