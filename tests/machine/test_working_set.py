"""What a person built up around a session is put to the test: a launcher that brings it back holds, and each way to
lose a part of it is named."""

from dataclasses import replace
from pathlib import Path

import pytest

from holdfast.history.events import Equipped, Inspected
from holdfast.history.record import encode
from holdfast.machines import Holder
from holdfast.model.verdict import Verdict
from tests.machine import carrying, small

FUNCTIONS = carrying.FUNCTIONS
BROKEN: dict[str, tuple[str, dict[str, str]]] = {
    "without its variables": ("environment lost", {"variables": ":"}),
    "with other values": (
        "environment lost",
        {"variables": FUNCTIONS["variables"].replace('"$value"', '"${value%?}"')},
    ),
    "without its windows": ("watchers lost", {"windows": ":"}),
    "with empty panes": ("watchers lost", {"watch": ":"}),
    "with watchers of another folder": ("watchers lost", {"windows": FUNCTIONS["windows"].replace("$folder", "$HOME")}),
    "with each window twice": ("watchers doubled", {"windows": FUNCTIONS["windows"] * 2}),
    "with windows of one pane": (
        "windows lost",
        {"windows": FUNCTIONS["windows"].replace('[ "$window" = "$before" ]', "false")},
    ),
    "without its state": ("state lost", {"variables": f'{FUNCTIONS["variables"]}rm "$folder/.agent-session.json"'}),
    "with a state begun anew": (
        "state lost",
        {"variables": f"""{FUNCTIONS["variables"]}echo '{{"task": "?"}}' >"$folder/.agent-session.json" """},
    ),
    "with a torn state": (
        "state unreadable",
        {"variables": f"""{FUNCTIONS["variables"]}echo '{{"task": ' >"$folder/.agent-session.json" """},
    ),
}


BOUNDS = replace(carrying.PATIENT, back=6.0)
"""What is lost is waited for until then."""


@pytest.mark.parametrize("loss", ["server", "machine"])
def test_a_launcher_that_brings_everything_back_holds(holder: Holder, tmp_path: Path, kind: str, loss: str) -> None:
    ran = small.run(holder, carrying.write(tmp_path / "l", carrying.on(kind)), f"working_set[{loss}]", carrying.PATIENT)
    assert (ran.result.verdict, ran.result.reason, ran.broken) == (Verdict.HELD, None, {})
    for role in ("api", "web"):
        assert ran.obligation(role, "equipped").verdict is Verdict.HELD


@pytest.mark.parametrize("name", BROKEN)
def test_one_that_comes_back(holder: Holder, tmp_path: Path, name: str) -> None:
    symptom, functions = BROKEN[name]
    ran = small.run(holder, carrying.write(tmp_path / "l", **functions), "working_set[server]", BOUNDS)
    assert ran.result.reason is None
    assert ran.broken == {(role, "equipped"): symptom for role in ("api", "web")}


def test_a_restore_after_a_reboot_is_held_to_it_too(holder: Holder, tmp_path: Path) -> None:
    toml = f'{carrying.TOML}restores = {{ run = ["sh", "-c", "for r in api web; do sh launcher resume $r; done"] }}\n'
    assert (
        small.run(holder, carrying.write(tmp_path / "l", toml), "restored_set", carrying.PATIENT).result.verdict
        is Verdict.HELD
    )
    file = carrying.write(tmp_path / "m", toml, windows=":")
    assert small.run(holder, file, "restored_set", BOUNDS).broken[("api", "equipped")] == "watchers lost"


def test_what_could_not_be_saved_within_the_time_that_is_waited_is_unproven(holder: Holder, tmp_path: Path) -> None:
    once = FUNCTIONS["start"].replace("clock >&- 2>&- &", "save")
    ran = small.run(holder, carrying.write(tmp_path / "l", start=once), "working_set[server]")
    assert ran.obligation("api", "equipped").verdict is Verdict.UNPROVEN
    assert "~/.small/*.save was not written within 3 s" in ran.obligation("api", "equipped").why


def test_a_launcher_that_had_all_the_time_it_allows_itself_is_held_to_it(holder: Holder, tmp_path: Path) -> None:
    once = FUNCTIONS["start"].replace("clock >&- 2>&- &", "save")
    file = carrying.write(tmp_path / "l", carrying.TOML.replace('"10m"', '"1s"'), start=once)
    assert small.run(holder, file, "working_set[server]").broken[("api", "equipped")] == "environment lost"


def test_the_history_says_what_was_built_up_and_never_a_value(holder: Holder, tmp_path: Path) -> None:
    ran = small.run(holder, carrying.write(tmp_path / "l"), "working_set[server]", carrying.PATIENT)
    (equipped,) = [event for event in ran.history.all(Equipped) if event.role == "api"]
    (inspected,) = [event for event in ran.history.all(Inspected) if event.role == "api"]
    assert inspected.seen is not None
    assert equipped.seen.folder == inspected.seen.folder == "/home/dev/work/api"
    assert [name for name, _ in equipped.seen.environment] == ["PORT", "STAGE"]
    assert equipped.seen.panes == inspected.seen.panes == (2, 1)
    assert [watcher.argv[:4] for watcher in equipped.watchers] == [("tail", "-n", "0", "-F")] * 2
    assert "~/.small/*.save was written" in equipped.waited
    saves = [line for event in ran.history for line in [encode(event)] if b"PORT=" in line]
    assert saves == []
