"""From the records of result.json to a run's result."""

from holdfast.model.cell import CellKey, CellResult, Obligation
from holdfast.model.charge import LAUNCHER, Charge, ChargeKind
from holdfast.model.result import Change, Fix, FixSite, NotApplicable, RunResult, SiteResult, UnknownLaunch
from holdfast.model.site import Cause, Site
from holdfast.run import result_records as records

_PATH = f"{ChargeKind.PATH}:"


def result_of(record: records.ResultRecord) -> RunResult:
    return RunResult(
        run=record.run,
        launcher=record.launcher,
        launcher_file=record.launcher_file,
        verdict=record.verdict,
        scope=record.scope,
        agent=record.agent,
        cells=tuple(map(_cell, record.cells)),
        sites=tuple(map(_site, record.sites)),
        planned=record.planned,
        seconds=record.seconds,
        unknown=tuple(UnknownLaunch(u.path, u.argv, u.cell) for u in record.unknown),
        missing=tuple((m.reason, m.count) for m in record.missing),
        versions=tuple(record.versions.items()),
        notes=record.notes,
        fix=None if record.fix is None else _fix(record.fix),
        changes=tuple(Change(c.cell, c.role, c.promise, c.state, c.why) for c in record.changes),
        base=record.base,
        head=record.head,
        allowed=record.allowed,
        not_applicable=tuple(NotApplicable(n.promise, n.why) for n in record.not_applicable),
    )


def _cell(record: records.CellRecord) -> CellResult:
    key = CellKey(record.scenario, record.birth, record.press, record.machine, record.agent)
    judged = tuple(map(_obligation, record.obligations))
    ended = (record.seconds, record.history, record.reason, record.cached)
    return CellResult(key, judged, *ended, reached=record.reached, unknown=record.unknown)


def _obligation(r: records.ObligationRecord) -> Obligation:
    charge = None if r.charged_to is None else _charge(r.charged_to)
    return Obligation(r.role, r.promise, r.verdict, r.why, r.symptom, charge, r.masked)


def _site(r: records.SiteRecord) -> SiteResult:
    settings = tuple((setting.name, setting.value) for setting in r.settings)
    causes = tuple(Cause(c.file, c.line, c.name, c.value) for c in r.causes)
    place = (r.file, r.line, r.last_line, r.symbol, r.language, r.tool)
    return SiteResult(Site(r.id, r.kind, *place, r.argv, settings, causes, r.text), r.verdict, r.reached, r.why)


def _fix(r: records.FixRecord) -> Fix:
    sites = (FixSite(_charge(s.id), s.file, s.line, s.base, s.head, s.state, s.why) for s in r.sites)
    return Fix(r.covers, r.of, tuple(sites))


def _charge(text: str) -> Charge:
    """What `text` names: a site's id, `path:NAME`, or `launcher`."""
    if text == LAUNCHER.id:
        return LAUNCHER
    if text.startswith(_PATH):
        return Charge(ChargeKind.PATH, text.removeprefix(_PATH))
    return Charge(ChargeKind.SITE, text)
