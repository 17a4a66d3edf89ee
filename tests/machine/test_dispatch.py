"""Sessions that run only while they answer: a dispatcher of a few lines holds, and each of its defects is seen."""

from dataclasses import replace
from pathlib import Path

import pytest

from holdfast.history.events import Faulted, Planted, Pressed
from holdfast.machines import Holder
from holdfast.model.verdict import Verdict
from holdfast.operations.bounds import Bounds
from tests.machine import small

TOML = """
[launcher]
name = "small"
source = "."
machines = ["namespace"]

[agent]
kind = "claude"

[[launch_path]]
name = "mill"
starts = { sdk = ["sh", "launcher", "start", "{role}", "{prompt}"] }
resumes = { sdk = ["sh", "launcher", "resume", "{role}", "{prompt}"] }
"""

START = """
        mkdir -p "$folder" && cd "$folder" && new >"$HOME/$role.id"
        claude -p --session-id "$(cat "$HOME/$role.id")" "$3" """
RESUME = """
        cd "$folder" && claude -p --resume "$(cat "$HOME/$role.id")" "$3" """
NEWEST = """
        cd "$folder" && claude -p --continue "$3" """
FRESH_ON_FAILURE = """
        cd "$folder" && claude -p --resume "$(cat "$HOME/$role.id")" "$3" 2>/dev/null && exit
        new >"$HOME/$role.id" && claude -p --session-id "$(cat "$HOME/$role.id")" "$3" """
FORKS = """
        cd "$folder" && claude -p --resume "$(cat "$HOME/$role.id")" --fork-session "$3" """
TRUSTS_THE_HOOK = """
        hook='{"type": "command", "command": "sh $HOME/small/launcher note '$role'"}'
        cd "$folder" && claude -p --settings '{"hooks": {"SessionStart": [{"hooks": ['"$hook"']}]}}' \
            --resume "$(cat "$HOME/$role.id")" "$3" """
NOTE = r"""
        sed -n 's/.*"session_id": *"\([^"]*\)".*/\1/p' >"$HOME/$role.id" """
FAILS = """
        echo sorry >&2; exit 3 """
HANGS = """
        exec tail -f /dev/null """
BETWEEN = ("nothing", "touched", "copied", "failure", "reboot")


def ran(holder: Holder, folder: Path, between: str, resume: str, bounds: Bounds = small.SOON) -> small.Ran:
    file = small.write(folder / "launcher", TOML, start=START, resume=resume)
    return small.run(holder, file, f"next_dispatch[{between}]", bounds)


@pytest.mark.parametrize("between", BETWEEN)
def test_a_dispatcher_that_resumes_by_the_stored_id_holds(holder: Holder, tmp_path: Path, between: str) -> None:
    found = ran(holder, tmp_path, between, RESUME)
    assert found.result.verdict is Verdict.HELD, found.result
    assert found.obligation("api", "continues").verdict is Verdict.HELD
    assert all(fault.bit for fault in found.history.all(Faulted))
    assert {event.role for event in found.history.all(Planted)} == {"api", "web"}


@pytest.mark.parametrize(
    "between, resume, symptoms",
    [
        ("touched", NEWEST, {"api": "nobody's"}),
        ("copied", NEWEST, {"api": "nobody's"}),
        ("failure", FRESH_ON_FAILURE, {"api": "a new one"}),
        ("nothing", FORKS, {"api": "a new one", "web": "a new one"}),
        ("nothing", FAILS, {"api": "none", "web": "none"}),
    ],
)
def test_what_leads_a_dispatch_elsewhere_is_seen(
    holder: Holder, tmp_path: Path, between: str, resume: str, symptoms: dict[str, str]
) -> None:
    found = ran(holder, tmp_path, between, resume)
    assert found.result.verdict is Verdict.BROKEN
    mapped = {role: symptom for (role, promise), symptom in found.broken.items() if promise == "mapped"}
    assert mapped == symptoms


@pytest.mark.parametrize("version, held", [("1.0.128", False), ("2.1.197", True)])
def test_an_id_that_an_old_agent_tells_its_hook_leads_nowhere(
    holder: Holder, tmp_path: Path, version: str, held: bool
) -> None:
    """1.0.128 tells one of nobody's at each resume. It keeps no registry either, in which a person's own agent could be
    seen to be up."""
    file = small.write(tmp_path / "hook", TOML, start=START, resume=TRUSTS_THE_HOOK, note=NOTE)
    found = small.run(holder, file, "next_dispatch[nothing]", version=version)
    assert found.result.verdict is (Verdict.HELD if held else Verdict.BROKEN), found.result
    assert held or {promise for _, promise in found.broken} >= {"mapped"}
    sound = small.write(tmp_path / "stored", TOML, start=START, resume=RESUME)
    assert small.run(holder, sound, "next_dispatch[nothing]", version=version).result.verdict is Verdict.HELD


def test_a_dispatch_that_never_ends_is_no_verdict(holder: Holder, tmp_path: Path) -> None:
    found = ran(holder, tmp_path, "nothing", HANGS, replace(small.SOON, press=2.0))
    assert found.result.verdict is Verdict.UNPROVEN
    assert any("still ran after 2 s" in press.output for press in found.history.all(Pressed))


def test_a_birth_that_notes_nothing_is_told_with_what_it_said(holder: Holder, tmp_path: Path) -> None:
    file = small.write(tmp_path / "launcher", TOML, start="\n        echo sorry; exit 3 ", resume=RESUME)
    found = small.run(holder, file, "next_dispatch[nothing]").result
    assert (found.verdict, found.reason) == (
        Verdict.UNPROVEN,
        "no session to begin with: the press mill starts api: done: sorry\n",
    )
