"""fleet beside a plug-in that saves and restores tmux: after its restore each role has its own conversation again, and
nothing that runs is taken away for it. The plug-in is the project's own small one, in the place of tmux-resurrect."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from holdfast.machines import Holder
from holdfast.machines.machine import HeldMachine
from holdfast.model.verdict import Verdict
from holdfast.run.cell import Revision
from tests.machine.asking import output, shell
from tests.machine.conftest import KINDS
from tests.machine.fleet_bench import REFERENCE, Bench, bench
from tests.quality import cells

PLUGINS = REFERENCE.parents[1] / "plugins"
TMUX = "tmux -S ~/.fleet/tmux"
DESK = f"{TMUX} -f ~/fleet/tmux.conf new-session -d -s"
SAVES, RESTORES = (f"{TMUX} run-shell '#{{@resurrect-{verb}-script-path}}'" for verb in ("save", "restore"))
SLEEPING = "while test $(ps -C sleep -o pid= | wc -l) -lt"
"""With a number and `; do :; done`: until that many programs have become `sleep`."""
AFTER_LOSSES = (
    "hard_kill[server]--saved--resurrect--{kind}",
    "misleading_mtime[copied-server]--saved--resurrect--{kind}",
    "reboot--saved--resurrect.restores--{kind}",
    "restored_set--saved--resurrect.restores--{kind}",
)
HOLDS_BACK = "new-session -d -s _starting"
HOOKS_IN, NEVER_OVERWRITES = "@resurrect-hook-post-restore-all \\", "@resurrect-never-overwrite on"


def launcher(into: Path, *, without: str = "") -> Revision:
    """fleet beside the small plug-in, `without` being spoilt in its tmux.conf."""
    folder = into / "launchers" / "reference"
    shutil.copytree(REFERENCE, folder, ignore=shutil.ignore_patterns("__pycache__", ".holdfast"))
    shutil.copytree(PLUGINS, into / "plugins")
    spoil(folder / "tmux.conf", without)
    return cells.revision(into / "plugins" / "small-resurrect.toml")


def spoil(conf: Path, line: str) -> None:
    text = conf.read_text()
    assert line in text
    if line:
        conf.write_text(text.replace(line, line.replace("@resurrect", "@nobody").replace("new-session", "# ")))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("cell", AFTER_LOSSES)
def test_after_a_restore_every_role_has_its_own_conversation(
    holder: Holder, tmp_path: Path, cell: str, kind: str
) -> None:
    found = cells.run(holder, launcher(tmp_path), cell.format(kind=kind), tmp_path / "history")
    assert (found.verdict, found.reason) == (Verdict.HELD, None), found.obligations


def test_a_launcher_that_does_not_hook_in_leaves_shells(holder: Holder, tmp_path: Path) -> None:
    spoilt = launcher(tmp_path, without=HOOKS_IN)
    found = cells.run(holder, spoilt, "reboot--saved--resurrect.restores--namespace", tmp_path / "history")
    broken = {(o.role, o.promise, str(o.symptom)) for o in found.obligations if o.verdict is Verdict.BROKEN}
    assert {("api", "mapped", "none"), ("web", "mapped", "none")} <= broken


@pytest.fixture(scope="module")
def made(holder: Holder, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    with bench(holder, tmp_path_factory.mktemp("resurrect")) as found:
        shutil.copytree(PLUGINS / "tmux-resurrect", found.machine.home / ".tmux" / "plugins" / "tmux-resurrect")
        yield found


@pytest.fixture
def fleet(made: Bench) -> Bench:
    """The roles api and web, which a power cut has ended, and a person who has the plug-in."""
    made.again("restore")
    shutil.copy(PLUGINS / "person.tmux.conf", made.machine.home / ".tmux.conf")
    return made


def panes(machine: HeldMachine) -> list[str]:
    return shell(machine, f"{TMUX} list-panes -a -F '#{{session_name}} #{{pane_pid}} #{{@fleet-agent}}'").splitlines()


def sessions(fleet: Bench) -> list[str]:
    return sorted(session for session, _ in fleet.roles().values())


@pytest.mark.parametrize("spoilt", ["", NEVER_OVERWRITES], ids=["as it is", "spoilt"])
def test_a_live_agent_that_is_alone_is_not_overwritten(fleet: Bench, spoilt: str) -> None:
    spoil(fleet.machine.home / "fleet" / "tmux.conf", spoilt)
    shell(fleet.machine, f"cd fleet && bin/fleet resume api && {SAVES}")
    before = panes(fleet.machine)
    shell(fleet.machine, RESTORES)
    assert (before[0] in panes(fleet.machine)) == (not spoilt)


def test_a_restore_takes_in_only_shells_that_have_nothing_to_do(fleet: Bench) -> None:
    machine = fleet.machine
    shell(machine, f"{DESK} api; {TMUX} new-window -d -t =api: 'exec sleep 1000'; {TMUX} split-window -t =api:1 -d")
    shell(machine, f"{SLEEPING} 1; do :; done")
    (kept,) = [line for line in panes(machine) if "sleep" in shell(machine, f"ps -o comm= -p {line.split()[1]}")]
    shell(machine, f"{TMUX} run-shell ~/fleet/hooks/../bin/fleet\\ restore")
    assert kept in panes(machine)
    assert fleet.live() == sessions(fleet)
    assert sorted(line.split()[0] for line in panes(machine) if line.endswith("yes")) == ["api", "web"]
    assert len([line for line in panes(machine) if line.startswith("api ")]) == 2


def left_alone(fleet: Bench) -> str:
    """What a resume says that leaves every pane as it stands."""
    before = panes(fleet.machine)
    said = output(fleet.machine, "sh", "-c", "fleet/bin/fleet resume api 2>&1 || true")
    assert panes(fleet.machine) == before
    return said


def test_where_something_runs_in_every_pane_nothing_is_ended_and_the_person_is_told(fleet: Bench) -> None:
    shell(fleet.machine, f"{DESK} api 'exec sleep 1000'")
    assert "api: its session is not of fleet's making, and something runs in each of its panes" in left_alone(fleet)


def test_a_session_of_fleets_own_that_has_lost_its_agents_pane_is_left_alone(fleet: Bench) -> None:
    shell(fleet.machine, f"fleet/bin/fleet resume api; {TMUX} new-window -d -t =api: ; {TMUX} kill-pane -t =api:0.0")
    assert "its session stands without its agent's pane" in left_alone(fleet)


def test_what_ran_below_an_agent_is_not_saved_and_saves_lie_in_fleets_own_folder(fleet: Bench) -> None:
    machine = fleet.machine
    for session, mark in (("theirs", ""), ("agents", "yes")):
        shell(machine, f"{DESK} {session} \"sh -c 'sleep 1000; :'\"; {TMUX} set-option -p @fleet-agent '{mark}'")
    shell(machine, f"{SLEEPING} 2; do :; done; {SAVES}")
    saved = [line.split("\t") for line in (machine.home / ".fleet/resurrect/last").read_text().splitlines()]
    assert {pane[1]: pane[10] for pane in saved if pane[0] == "pane"} == {"agents": ":", "theirs": ":sleep 1000"}
    assert not (machine.home / ".tmux" / "resurrect").exists()


def test_what_a_person_hooked_in_comes_first(fleet: Bench) -> None:
    with (fleet.machine.home / ".tmux.conf").open("a") as conf:
        conf.write("set-option -g @resurrect-hook-post-restore-all 'ps -C claude -o pid= >~/before; touch ~/theirs'\n")
    shell(fleet.machine, f"{DESK} desk; {SAVES}; {RESTORES}")
    assert (fleet.machine.home / "theirs").exists()
    assert (fleet.machine.home / "before").read_text() == ""
    assert fleet.live() == sessions(fleet)


@pytest.mark.parametrize("spoilt", ["", HOLDS_BACK], ids=["as it is", "spoilt"])
def test_what_restores_where_there_is_no_session_is_held_back_while_the_server_starts(
    fleet: Bench, spoilt: str
) -> None:
    spoil(fleet.machine.home / "fleet" / "tmux.conf", spoilt)
    with (fleet.machine.home / ".tmux.conf").open("a") as conf:  # as tmux-continuum looks whether it may
        conf.write(f"run-shell '[ -n \"$(tmux list-sessions)\" ] || touch ~/restored-{bool(spoilt)}'\n")
    shell(fleet.machine, "fleet/bin/fleet resume api")
    assert (fleet.machine.home / f"restored-{bool(spoilt)}").exists() == bool(spoilt)
    assert [line.split()[0] for line in panes(fleet.machine)] == ["api"]


def test_without_the_plug_ins_the_cells_are_unproven_and_the_reason_names_them(
    holder: Holder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    found = cells.run(
        holder,
        cells.revision(PLUGINS / "resurrect.toml"),
        "reboot--saved--resurrect.restores--namespace",
        tmp_path / "history",
    )
    assert found.verdict is Verdict.UNPROVEN
    assert f"{tmp_path}/.tmux/plugins/tmux-resurrect is not on this host" in str(found.reason)
