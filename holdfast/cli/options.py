"""The options of every command."""

import argparse
from pathlib import Path


def parser() -> argparse.ArgumentParser:
    """Its result has the command's name as `command`."""
    made = argparse.ArgumentParser("holdfast", description="Verify a launcher of coding agents.")
    commands = made.add_subparsers(required=True, metavar="COMMAND", dest="command")

    def add(name: str, text: str) -> argparse.ArgumentParser:
        return commands.add_parser(name, help=text, description=text)

    _add_matrix_options(add("verify", "run the planned matrix and judge it"))
    gate = add("gate", "compare two revisions: does the fix cover every call site?")
    gate.add_argument("--base", required=True, metavar="REV", help="the revision before the change")
    gate.add_argument("--head", metavar="REV", help="the revision after it (default: the working tree)")
    _add_matrix_options(gate)
    _add_matrix_options(add("sites", "list the call sites of the whole source, whatever narrows a run"))
    what = "say which machine kinds this host gives, and how to get the others; with --session, why an agent finds no "
    _add_doctor_options(add("doctor", f"{what}conversation"))
    _add_conform_options(add("conform", "compare an agent with its stand-in, contract by contract"))
    for name, text in (
        ("recheck", "judge a kept run's histories again"),
        ("report", "render a kept run's reports again"),
    ):
        add(name, text).add_argument("run", metavar="RUN", help="a folder, or a name in .holdfast (such as latest)")
    return made


def _add_matrix_options(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add("--launcher", type=Path, metavar="FILE", help="holdfast.toml or its folder (default: the nearest upwards)")
    add("--machine", choices=("namespace", "systemd"), help="only machines of this kind; the verdict then says so")
    add("--agent", default="claude-standin", metavar="KIND", help="what answers to the launcher's agent command")
    add("--launch-path", metavar="NAME", help="only cells that are born or pressed by this launch path")
    add(
        "--all-pairs",
        action="store_true",
        help="everything with everything, not every two of press, variant, machine",
    )
    add(
        "--allow-unproven",
        action="append",
        default=[],
        metavar="REASON",
        help="accept unproven where its reason contains this",
    )
    add("--workers", type=_at_least_one, metavar="N", help="cells that run at once (default: one a core, and one more)")
    add("--json", type=Path, metavar="FILE", help="copy result.json there; of sites, what it would say of them")


def _add_conform_options(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add(
        "agent",
        metavar="AGENT",
        help="claude, codex, or KIND@VERSION; the host's npm installs it if it must be",
    )
    add(
        "--contract",
        action="append",
        default=[],
        metavar="NAME",
        help="only the contract, or the subject, of this name; may be given again",
    )
    add("--workers", type=_at_least_one, metavar="N", help="machines at once (default: one a core, and one more)")
    add("--json", type=Path, metavar="FILE", help="write the table there, as JSON")


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
