"""junit.xml: a test case a cell, for CI systems. Broken is a failure, unproven an error: it must not look green.
Unproven for a reason that was allowed is skipped."""

from pathlib import Path
from xml.etree import ElementTree as xml

from holdfast.history.words import plain
from holdfast.model import digest
from holdfast.model.cell import CellResult
from holdfast.model.result import RunResult, is_allowed
from holdfast.model.verdict import Verdict


def render(result: RunResult, run: Path) -> None:
    """Writes junit.xml: a suite a scenario. Planned cells without a result are one error, with their number."""
    root = xml.Element("testsuites", name=plain(result.launcher))
    for scenario in dict.fromkeys(cell.key.scenario for cell in result.cells):
        cells = [cell for cell in result.cells if cell.key.scenario == scenario]
        suite = xml.SubElement(root, "testsuite", name=plain(scenario))
        for cell in cells:
            _case(suite, cell, result.allowed)
        _count(suite, sum(cell.seconds for cell in cells))
    if left := digest.absent(result):
        suite = xml.SubElement(root, "testsuite", name="planned")
        case = xml.SubElement(
            suite, "testcase", classname="planned", name="every planned cell has a result", time="0.000"
        )
        xml.SubElement(case, "error", message=f"{digest.cells(left)} of the plan without any result")
        _count(suite, 0.0)
    if result.verdict is not Verdict.HELD and root.find(".//failure") is None and root.find(".//error") is None:
        _verdict(xml.SubElement(root, "testsuite", name="verdict"), result)
    _count(root, result.seconds)
    xml.indent(root)
    xml.ElementTree(root).write(run / "junit.xml", encoding="utf-8", xml_declaration=True)


def _verdict(suite: xml.Element, result: RunResult) -> None:
    """What makes a run other than held in which every cell may be: a call site that nothing reached, a gate."""
    case = xml.SubElement(suite, "testcase", classname="verdict", name=f"the run is {result.verdict}", time="0.000")
    whys = [*(why for why, _ in digest.unproven(result)), *(change.why for change in result.changes), *result.notes]
    tag = "skipped" if result.excused else "failure" if result.verdict is Verdict.BROKEN else "error"
    xml.SubElement(case, tag, message=plain("; ".join(dict.fromkeys(whys))))
    _count(suite, 0.0)


def _case(suite: xml.Element, cell: CellResult, allowed: tuple[str, ...]) -> None:
    case = xml.SubElement(
        suite, "testcase", classname=plain(cell.key.scenario), name=plain(cell.key.id), time=f"{cell.seconds:.3f}"
    )
    if cell.verdict is Verdict.HELD:
        return
    tag = "failure" if cell.verdict is Verdict.BROKEN else "skipped" if _is_allowed(cell, allowed) else "error"
    lines = [
        f"{o.role}: {o.promise} is {o.verdict}: {o.why}"
        for o in cell.obligations
        if o.verdict is not Verdict.HELD and not o.masked
    ]
    told = xml.SubElement(case, tag, message=plain(digest.cell_reason(cell)))
    told.text = plain("\n".join([cell.reason, *lines] if cell.reason is not None else lines))


def _is_allowed(cell: CellResult, allowed: tuple[str, ...]) -> bool:
    """Whether every reason why `cell` is unproven has one of the texts that were allowed in it."""
    whys = [o.why for o in cell.obligations if o.verdict is Verdict.UNPROVEN] if cell.reason is None else [cell.reason]
    return all(is_allowed(why, allowed) for why in whys)


def _count(element: xml.Element, seconds: float) -> None:
    element.set("tests", str(len(element.findall(".//testcase"))))
    for name, tag in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
        element.set(name, str(len(element.findall(f".//{tag}"))))
    element.set("time", f"{seconds:.3f}")
