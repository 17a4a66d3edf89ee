"""The command line: `holdfast verify | gate | sites | doctor | recheck | report`. Exit 0 held, 1 broken, 2 usage, 3
unproven."""

import argparse
import os
import shutil
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from holdfast.agents.resume.doctor import Outcome, QuestionError, consult, question
from holdfast.machines import open_holder
from holdfast.machines.doctor import examine, kinds, report, try_boot
from holdfast.machines.probe import look
from holdfast.model.result import RunResult
from holdfast.model.verdict import Verdict
from holdfast.run.rejudge import RunMissing, recheck, rerender
from holdfast.run.result_json import UnreadableResult
from holdfast.run.runner import RunFailed, run
from holdfast.run.session import REFUSALS
from holdfast.run.verification import HEAD, Request, revision, verification

HELD, BROKEN, USAGE, UNPROVEN = 0, 1, 2, 3
_EXITS = {Verdict.HELD: HELD, Verdict.BROKEN: BROKEN, Verdict.UNPROVEN: UNPROVEN}
_RESUME_EXITS = {Outcome.RESUMABLE: HELD, Outcome.LOST: BROKEN, Outcome.UNDETERMINED: UNPROVEN}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command. What is wrong with its input is one message on stderr, never a traceback."""
    options = _parser().parse_args(arguments)
    command: Callable[[argparse.Namespace], int] = options.command
    try:
        return command(options)
    except (*REFUSALS, RunFailed, RunMissing, UnreadableResult, QuestionError) as refusal:
        print(f"holdfast: {refusal}", file=sys.stderr)
        return USAGE


def _verify(options: argparse.Namespace) -> int:
    return _exit_of(run(_request(options)), options)


def _gate(options: argparse.Namespace) -> int:
    return _exit_of(run(_request(options)), options)


def _exit_of(result: RunResult, options: argparse.Namespace) -> int:
    if options.json is not None:
        try:
            shutil.copyfile(_request(options).results / result.run / "result.json", options.json)
        except OSError as error:
            raise RunFailed(
                f"--json {options.json} can't be written: {error.strerror}. The run is kept: {result.run}"
            ) from error
    return _EXITS[result.verdict]


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


def _recheck(options: argparse.Namespace) -> int:
    result = recheck(_run_folder(options))
    return _EXITS[result.verdict]


def _rerender(options: argparse.Namespace) -> int:
    result = rerender(_run_folder(options))
    return _EXITS[result.verdict]


def _run_folder(options: argparse.Namespace) -> Path:
    given = Path(options.run)
    return (given if given.is_dir() else Path.cwd() / ".holdfast" / given).resolve()


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


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("holdfast", description="Verify a launcher of coding agents.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def add(name: str, command: Callable[[argparse.Namespace], int], text: str) -> argparse.ArgumentParser:
        added = commands.add_parser(name, help=text, description=text)
        added.set_defaults(command=command)
        return added

    gate = add("gate", _gate, "compare two revisions: does the fix cover every call site?")
    gate.add_argument("--base", required=True, metavar="REV", help="the revision before the change")
    gate.add_argument("--head", metavar="REV", help="the revision after it (default: the working tree)")
    for matrix in (
        add("verify", _verify, "run the planned matrix and judge it"),
        gate,
        add("sites", _sites, "list the call sites"),
    ):
        _add_matrix_options(matrix)
    _add_doctor_options(
        add(
            "doctor",
            _doctor,
            "say which machine kinds this host gives, and how to get the others; with --session, why an agent finds no "
            "conversation",
        )
    )
    for name, command, text in (
        ("recheck", _recheck, "judge a kept run's histories again"),
        ("report", _rerender, "render a kept run's reports again"),
    ):
        add(name, command, text).add_argument(
            "run", metavar="RUN", help="a folder, or a name in .holdfast (such as latest)"
        )
    return parser


def _add_matrix_options(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add("--launcher", type=Path, metavar="FILE", help="holdfast.toml or its folder (default: the nearest upwards)")
    add("--machine", choices=("namespace", "systemd"), help="only machines of this kind; the verdict then says so")
    add("--agent", default="claude-standin", metavar="KIND", help="what answers to the launcher's agent command")
    add("--launch-path", metavar="NAME", help="only cells that are born or pressed by this launch path")
    add("--all-pairs", action="store_true", help="every birth with every press")
    add(
        "--allow-unproven",
        action="append",
        default=[],
        metavar="REASON",
        help="accept unproven where its reason contains this",
    )
    add("--workers", type=_at_least_one, metavar="N", help="cells that run at once (default: one a core, and one more)")
    add("--json", type=Path, metavar="FILE", help="copy result.json there")


def _add_doctor_options(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add("--session", metavar="ID", help="would this session be resumed? 0 yes, 1 no and why, 3 undetermined")
    add("--cwd", type=Path, metavar="DIR", help="the folder in which the agent is started (default: this one)")
    add(
        "--config-dir",
        type=Path,
        metavar="DIR",
        help="the agent's config dir (default: CLAUDE_CONFIG_DIR, else ~/.claude)",
    )
    add(
        "--also",
        type=Path,
        action="append",
        default=[],
        metavar="DIR",
        help="a config dir or a volume to be searched as well; may be given again",
    )


def _at_least_one(text: str) -> int:
    if not text.isdecimal() or int(text) == 0:
        raise argparse.ArgumentTypeError(f"{text!r} is no number of workers: it takes a whole number above 0")
    return int(text)
