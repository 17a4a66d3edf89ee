"""Trace and sweep joined: each launch has the site that it came from, or none."""

from dataclasses import replace
from pathlib import Path

import pytest

from holdfast.model.launch import Confidence, Launch
from holdfast.operations.attribution import Attributor
from holdfast.sweep import sweep
from holdfast.witnesses.trace import Frame, Traced
from tests.fast import trace_bench
from tests.fast.trace_bench import Bench

HELPER = """import subprocess
def tmux(*words):
    subprocess.run(["tmux", *words])
def start(role):
    tmux("new-session", "-d", "-s", role)
def resume(role):
    argv = ["tmux", "new-session", "-d", "-s", role]
    argv += ["claude", "--resume", "x"]
    subprocess.run(argv)
def stop(role):
    tmux("kill-session", "-t", "=" + role)
start("api"); resume("api"); stop("api")
"""


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return trace_bench.make(tmp_path)


def attributed(bench: Bench) -> list[tuple[str, Confidence]]:
    """Of each launch: line and symbol of its site, and how sure that is."""
    attributor = Attributor(sweep(bench.source).sites, str(bench.source))
    sites = {site.id: f"{site.line}:{site.symbol}" for site in attributor.sites}
    launches = [attributor.attribute(traced) for traced in bench.launches()]
    return [(sites.get(launch.site or "", ""), launch.confidence) for launch in launches]


def test_a_helper_passes_the_launch_on_to_its_caller(bench: Bench) -> None:
    bench.python(HELPER)
    assert attributed(bench) == [("5:start", "hook"), ("7:resume", "hook"), ("11:stop", "hook")]


def test_without_a_hook_the_argv_decides_where_one_site_alone_fits(bench: Bench) -> None:
    (bench.source / "start").write_text(
        '#!/bin/dash\nup() {\n  tmux new-session -d -s "$1"\n}\nup api\ntmux kill-server\n'
    )
    (bench.source / "start").chmod(0o755)
    bench.start(["./start"])
    assert attributed(bench) == [("3:up", "argv"), ("6:main", "argv")]


def test_without_a_hook_two_sites_that_fit_are_none(bench: Bench) -> None:
    text = '#!/bin/dash\nup() {\n  tmux new-session -d -s "$1"\n}\nback() {\n  tmux new-session -d -s "$1"\n}\nup api\n'
    (bench.source / "start").write_text(text)
    (bench.source / "start").chmod(0o755)
    bench.start(["./start"])
    assert attributed(bench) == [("", "none")]


def test_without_a_hook_the_unit_decides_between_two_that_fit(bench: Bench) -> None:
    for name in ("web", "phone"):
        script = bench.source / f"{name}.sh"
        script.write_text('#!/bin/dash\ntmux new-session -d -s "$1"\n')
        script.chmod(0o755)
        (bench.source / f"{name}@.service").write_text(f"[Service]\nExecStart=/srv/{name}.sh %i\n")
    bench.start(["./phone.sh", "api"])
    sites = sweep(bench.source).sites
    (traced,) = bench.launches()
    attributor = Attributor(sites, str(bench.source))
    assert attributor.attribute(traced).confidence is Confidence.NONE
    inside = Traced(replace(traced.launch, cgroup="/system.slice/system-phone.slice/phone@api.service"), traced.frames)
    launch = attributor.attribute(inside)
    assert launch.confidence is Confidence.UNIT
    assert {site.file for site in sites if site.id == launch.site} == {"phone.sh"}


def test_a_frame_of_an_installed_copy_is_the_sites_and_of_another_file_is_not(bench: Bench) -> None:
    (bench.source / "src" / "fleet").mkdir(parents=True)
    (bench.source / "src" / "fleet" / "start.py").write_text(HELPER)
    bench.python("import subprocess\nsubprocess.run(['tmux', 'new-session', '-d', '-s', 'x'])\n", "other.py")
    (traced,) = bench.launches()
    attributor = Attributor([s for s in sweep(bench.source).sites if s.file != "other.py"], str(bench.source))

    def at(file: str) -> Launch:
        return attributor.attribute(
            Traced(replace(traced.launch, argv=("tmux", "new", "x")), (Frame(file, 5, "start"),))
        )

    assert at("/usr/lib/python3/site-packages/fleet/start.py").confidence is Confidence.HOOK
    assert at("/usr/lib/python3/site-packages/other/start.py").confidence is Confidence.NONE
    assert at(f"{bench.source}/fleet/start.py").confidence is Confidence.NONE


EITHER = """import subprocess
def up(role, pane, known):
    opened = ["respawn-pane", "-k", "-t", pane] if pane else ["new-session", "-d", "-s", role]
    around = [] if not known else known.split()
    subprocess.run(["tmux", *opened, "claude", *around])
up("api", None, "; set-hook x"); up("api", "%1", "; set-hook x")
"""


def test_of_one_call_with_two_commands_the_launch_has_the_one_that_it_made(bench: Bench) -> None:
    bench.python(EITHER)
    attributor = Attributor(sweep(bench.source).sites, str(bench.source))
    commands = {site.id: {"new-session", "respawn-pane"} & set(site.argv) for site in attributor.sites}
    launches = [attributor.attribute(traced) for traced in bench.launches()]
    assert [commands[launch.site or ""] for launch in launches] == [{"new-session"}, {"respawn-pane"}]
    assert {launch.confidence for launch in launches} == {Confidence.HOOK}


BINDINGS = """
bind R respawn-pane -k "cd ~/work && claude --resume $ID"
bind N new-window "claude --continue"
bind S run-shell -b "tmux new-session -d -s '#{session_name}-2' claude"
bind K run-shell 'tmux kill-session -t "=#S"'
"""


def test_what_a_binding_makes_tmux_launch_has_the_site_in_the_configuration(bench: Bench) -> None:
    (bench.source / "keys.conf").write_text(BINDINGS)
    for argv in (
        ["claude", "--resume", "1"],
        ["claude", "--continue"],
        ["claude", "--model", "x"],
        ["tmux", "new-session", "-d", "-s", "api-2", "claude"],
        ["tmux", "kill-session", "-t", "=api"],
    ):
        bench.start(argv)
    found = attributed(bench)
    assert found == [
        ("2:bind R", "argv"),
        ("3:bind N", "argv"),
        ("", "none"),
        ("4:bind S", "argv"),
        ("5:bind K", "argv"),
    ]
