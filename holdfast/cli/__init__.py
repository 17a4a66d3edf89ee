"""The command line: `holdfast verify | gate | sites | doctor | conform | recheck | report`. Exit 0 held, 1 broken, 2
usage, 3 unproven."""

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from holdfast.agents.resume.doctor import Outcome, QuestionError, consult, question
from holdfast.cli.options import parser
from holdfast.config.find import find
from holdfast.conform import comparison, table
from holdfast.conform.contract import ContractError
from holdfast.machines import open_holder
from holdfast.machines.doctor import examine, kinds, report, try_boot
from holdfast.machines.probe import look
from holdfast.model.result import RunResult
from holdfast.model.verdict import Verdict
from holdfast.run.agents import chosen
from holdfast.run.conforming import conform
from holdfast.run.rejudge import RunMissing, recheck, rerender
from holdfast.run.result_json import UnreadableResult, encode, encode_sites
from holdfast.run.runner import RunFailed, run
from holdfast.run.session import REFUSALS
from holdfast.run.verification import HEAD, RESULTS, Request, revision, verification

HELD, BROKEN, USAGE, UNPROVEN = 0, 1, 2, 3
_EXITS = {Verdict.HELD: HELD, Verdict.BROKEN: BROKEN, Verdict.UNPROVEN: UNPROVEN}
_RESUME_EXITS = {Outcome.RESUMABLE: HELD, Outcome.LOST: BROKEN, Outcome.UNDETERMINED: UNPROVEN}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command. What is wrong with its input is one message on stderr, never a traceback."""
    options = parser().parse_args(arguments)
    try:
        return _COMMANDS[options.command](options)
    except (*REFUSALS, RunFailed, RunMissing, UnreadableResult, QuestionError, ContractError) as refusal:
        print(f"holdfast: {refusal}", file=sys.stderr)
        return USAGE


def _verify(options: argparse.Namespace) -> int:
    return _exit_of(run(_request(options)), options)


def _gate(options: argparse.Namespace) -> int:
    return _exit_of(run(_request(options)), options)


def _exit_of(result: RunResult, options: argparse.Namespace) -> int:
    if options.json is not None:
        _write(options.json, encode(result), f". The run is kept: {result.run}")
    return HELD if result.excused else _EXITS[result.verdict]


def _write(file: Path, document: bytes, hint: str = "") -> None:
    try:
        file.write_bytes(document)
    except OSError as error:
        raise RunFailed(f"--json {file} can't be written: {error.strerror}{hint}") from error


def _sites(options: argparse.Namespace) -> int:
    request = _request(options)
    with open_holder() as holder:
        planned = verification(request, holder)
        found = revision(planned.side(HEAD), holder, request.results)
    for site in found.sites:
        print(f"{site.place}: {site.kind} in {site.symbol}: {' '.join(site.argv)}  [{site.id}]")
        for cause in site.causes:
            print(f"    ruled by {cause.file}:{cause.line}: {cause.name}={cause.value}")
    for file, why in found.unread:
        print(f"{file}: not read: {why}")
    if options.json is not None:
        _write(options.json, encode_sites(found.sites, found.unread))
    return HELD


def _doctor(options: argparse.Namespace) -> int:
    if options.session is not None:
        return _resume_doctor(options)
    for name, given in (("--cwd", options.cwd), ("--config-dir", options.config_dir), ("--also", options.also)):
        if given:
            raise QuestionError(f"{name} says where a session is looked for: name it as well, with --session ID")
    findings = examine(look())
    tried = {kind: try_boot(kind) for kind, missing in kinds(findings).items() if missing is None}
    print(report(findings, tried))
    return HELD if len(tried) == len(kinds(findings)) and not any(tried.values()) else UNPROVEN


def _resume_doctor(options: argparse.Namespace) -> int:
    cwd, config = options.cwd, options.config_dir
    outcome, said = consult(
        question(options.session, cwd=cwd, config=config, also=options.also, environment=os.environ)
    )
    print(said)
    return _RESUME_EXITS[outcome]


def _conform(options: argparse.Namespace) -> int:
    toml = find(None, Path.cwd())
    beside = None if toml is None else toml.parent
    rows = conform(options.agent, options.contract, beside, Path.cwd() / RESULTS / "agents", options.workers)
    print(*chosen(options.agent, beside)[0].facts, "", sep="\n")
    print(table.text(rows, options.agent))
    if options.json is not None:
        _write(options.json, table.document(rows, options.agent).encode())
    return _EXITS[comparison.verdict(rows)]


def _recheck(options: argparse.Namespace) -> int:
    result = recheck(_run_folder(options))
    return _EXITS[result.verdict]


def _rerender(options: argparse.Namespace) -> int:
    result = rerender(_run_folder(options))
    return _EXITS[result.verdict]


def _run_folder(options: argparse.Namespace) -> Path:
    given = Path(options.run)
    return (given if given.is_dir() else Path.cwd() / RESULTS / given).resolve()


def _request(options: argparse.Namespace) -> Request:
    return Request(
        cwd=Path.cwd(),
        launcher=options.launcher,
        machine=options.machine,
        agent=options.agent,
        launch_path=options.launch_path,
        all_pairs=options.all_pairs,
        base=getattr(options, "base", None),
        head=getattr(options, "head", None),
        allowed=tuple(options.allow_unproven),
        workers=options.workers,
    )


_COMMANDS: dict[str, Callable[[argparse.Namespace], int]] = {
    "verify": _verify,
    "gate": _gate,
    "sites": _sites,
    "doctor": _doctor,
    "conform": _conform,
    "recheck": _recheck,
    "report": _rerender,
}
