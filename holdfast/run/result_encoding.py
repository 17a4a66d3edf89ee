"""From a run's result to the records of result.json."""

from holdfast.model.cell import CellResult, Obligation
from holdfast.model.charge import LAUNCHER, Charge
from holdfast.model.result import Fix, RunResult, SiteResult
from holdfast.run import result_records as records


def record_of(result: RunResult) -> records.ResultRecord:
    return records.ResultRecord(
        verdict=result.verdict,
        cells=tuple(map(_cell_record, result.cells)),
        sites=tuple(map(site_record, result.sites)),
        fix=None if result.fix is None else _fix_record(result.fix),
        run=result.run,
        launcher=result.launcher,
        launcher_file=result.launcher_file,
        scope=result.scope,
        agent=result.agent,
        planned=result.planned,
        seconds=result.seconds,
        unknown=tuple(records.UnknownRecord(u.path, u.argv, u.cell) for u in result.unknown),
        missing=tuple(records.MissingRecord(reason, count) for reason, count in result.missing),
        versions=dict(result.versions),
        notes=result.notes,
        changes=tuple(records.ChangeRecord(c.cell, c.role, c.promise, c.state, c.why) for c in result.changes),
        base=result.base,
        head=result.head,
        allowed=result.allowed,
        not_applicable=tuple(records.NotApplicableRecord(n.promise, n.why) for n in result.not_applicable),
    )


def _cell_record(cell: CellResult) -> records.CellRecord:
    key = cell.key
    return records.CellRecord(
        id=key.id,
        scenario=key.scenario,
        birth=key.birth,
        press=key.press,
        machine=key.machine,
        agent=key.agent,
        verdict=cell.verdict,
        seconds=cell.seconds,
        obligations=tuple(map(_obligation_record, cell.obligations)),
        reason=cell.reason,
        history=cell.history,
        cached=cell.cached,
        reached=cell.reached,
        unknown=cell.unknown,
    )


def _obligation_record(o: Obligation) -> records.ObligationRecord:
    charged = None if o.charged_to is None else _charge(o.charged_to)
    return records.ObligationRecord(o.role, o.promise, o.verdict, o.symptom, o.why, charged, o.masked)


def site_record(found: SiteResult) -> records.SiteRecord:
    site = found.site
    return records.SiteRecord(
        id=site.id,
        file=site.file,
        line=site.line,
        symbol=site.symbol,
        kind=site.kind,
        verdict=found.verdict,
        reached=found.reached,
        why=found.why,
        last_line=site.last_line,
        language=site.language,
        tool=site.tool,
        argv=site.argv,
        settings=tuple(records.SettingRecord(name, value) for name, value in site.settings),
        causes=tuple(records.CauseRecord(c.file, c.line, c.name, c.value) for c in site.causes),
        text=site.text,
    )


def _fix_record(fix: Fix) -> records.FixRecord:
    return records.FixRecord(
        fix.covers,
        fix.of,
        tuple(
            records.FixSiteRecord(_charge(s.charge), s.file, s.line, s.base, s.head, s.state, s.why) for s in fix.sites
        ),
    )


def _charge(charge: Charge) -> str:
    """A site's id, `path:NAME`, or `launcher`."""
    return str(charge.kind) if charge == LAUNCHER else str(charge)
