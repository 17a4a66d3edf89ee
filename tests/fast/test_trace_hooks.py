"""Hooks name the place in the source; a launch is given it only when process and argv agree."""

from pathlib import Path

import pytest

from holdfast.witnesses.trace import Reader
from tests.fast import trace_bench
from tests.fast.trace_bench import Bench


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return trace_bench.make(tmp_path)


PYTHON = """import os, subprocess, sys
def start(role):
    subprocess.run(["tmux", "new-session", "-s",
                    role])
def by_shell():
    subprocess.run("true && tmux kill-session -t =api", shell=True)
def by_system():
    os.system("exec tmux attach -t api")
def by_scope():
    subprocess.run(["systemd-run", "--scope", "tmux", "new", "-s", "scoped"])
def by_env():
    subprocess.run(["env", "-i", f"PATH={os.environ['PATH']}", "tmux", "ls"], env={})
def by_exec():
    os.execvp("tmux", ["tmux", "kill-server"])
start("api"); by_shell(); by_system(); by_scope(); by_env(); by_exec()
"""


def test_python_names_the_line_through_shells_scopes_wrappers_and_exec(bench: Bench) -> None:
    bench.python(PYTHON)
    assert bench.places() == [
        ("tmux", "fleet.py:3:start"),
        ("tmux", "fleet.py:6:by_shell"),
        ("tmux", "fleet.py:8:by_system"),
        ("systemd-run", "fleet.py:10:by_scope"),
        ("tmux", "fleet.py:10:by_scope"),
        ("tmux", "fleet.py:12:by_env"),
        ("tmux", "fleet.py:14:by_exec"),
    ]


def test_two_threads_that_launch_from_two_places_are_never_swapped(bench: Bench) -> None:
    bench.python(
        """import subprocess, threading
def one(n):
    subprocess.run(["tmux", "new-session", "-s", f"one-{n}"])
def two(n):
    subprocess.run(["tmux", "new-session", "-s", f"two-{n}"])
def many(place):
    for n in range(110):
        place(n)
threads = [threading.Thread(target=many, args=(place,)) for place in (one, two)]
[t.start() for t in threads]; [t.join() for t in threads]
"""
    )
    launches = bench.launches()
    assert len(launches) == 220
    assert [(t.launch.session or "").partition("-")[0] for t in launches] == [t.frames[0].symbol for t in launches]


def test_the_same_argv_from_two_places_at_once_is_given_to_none_or_rightly(bench: Bench) -> None:
    bench.python(
        """import subprocess
argv = ["tmux", "new-session", "-s", "api"]
first = subprocess.Popen(argv)
second = subprocess.Popen(argv)
first.wait(), second.wait()
def later():
    subprocess.run(argv)
later()
"""
    )
    places = [place for _, place in bench.places()]
    assert places[0] in ("fleet.py:3:<module>", "")
    assert len(places) == 3


def test_a_hook_whose_argv_disagrees_is_not_believed(bench: Bench) -> None:
    script = bench.source / "start"
    script.write_text("#!/bin/dash\ntmux new-session -s hidden\n")
    script.chmod(0o755)
    bench.python("import subprocess\nsubprocess.run(['./start'])\n")
    assert bench.places() == [("tmux", "")]


def test_an_agent_in_a_pane_is_given_the_place_that_asked_tmux_for_it(bench: Bench) -> None:
    bench.python("import subprocess\nsubprocess.run(['tmux', 'new-session', '-s', 'api', 'claude --resume x'])\n")
    bench.start(["dash", "-c", "claude --resume x; :"])
    bench.start(["dash", "-c", "claude --resume x; :"])
    assert bench.places() == [("tmux", "fleet.py:2:<module>"), ("claude", "fleet.py:2:<module>"), ("claude", "")]


def test_signals_that_no_program_sends_are_seen_with_their_targets(bench: Bench) -> None:
    done = bench.python(
        """import os, subprocess
a = subprocess.Popen(["sleep", "60"]); b = subprocess.Popen(["sleep", "60"], start_new_session=True)
print(a.pid, b.pid)
os.kill(a.pid, 0)
a.terminate()
os.killpg(b.pid, 9)
"""
    )
    a, b = map(int, done.stdout.split())
    assert [(t.launch.verb, t.launch.targets, t.frames[0].line) for t in bench.launches()] == [
        ("signal", (a,), 5),
        ("signal", (b,), 6),
    ]


BASH = """set -euo pipefail
start() {
    tmux new-session -d -s "$1" -c $2 "claude --resume '$3'" || true
}
false || echo "rc=$?"
echo one two; echo "last=$_"
start api / x
found=$(tmux ls || true)
( exec tmux a ) || echo "code=$?"
tool=tmux; "$tool" kill-session -t "=api" || :
sleep 60 & kill -9 $!
wait $! || echo "waited=$?"
IFS=,; set -- a b; echo "$*"
trap 'echo bye' EXIT
false
echo never
"""


def test_bash_names_the_line_and_the_script_runs_as_it_would(bench: Bench) -> None:
    done = bench.bash(BASH)
    assert done.returncode == 1
    assert done.stdout.split("\n") == ["rc=1", "one two", "last=two", "code=7", "waited=137", "a,b", "bye", ""]
    assert bench.places() == [
        ("tmux", "fleet.sh:3:start"),
        ("tmux", "fleet.sh:8:main"),
        ("tmux", "fleet.sh:9:main"),
        ("tmux", "fleet.sh:10:main"),
        ("kill", "fleet.sh:11:main"),
    ]


def test_node_names_the_line(bench: Bench) -> None:
    script = bench.source / "fleet.js"
    script.write_text(
        """const { execSync, spawnSync, spawn } = require("child_process");
function start(role) {
  spawnSync("tmux", ["new-session", "-s", role]);
}
start("api");
try { execSync("tmux kill-session -t '=a b'"); } catch {}
spawn("tmux", ["attach"]);
"""
    )
    bench.start(["node", str(script)])
    assert bench.places() == [
        ("tmux", "fleet.js:3:start"),
        ("tmux", "fleet.js:6:<module>"),
        ("tmux", "fleet.js:7:<module>"),
    ]


def test_another_sitecustomize_is_loaded_too(bench: Bench) -> None:
    (bench.source / "sitecustomize.py").write_text("import builtins\nbuiltins.mine = 'loaded'\n")
    (bench.source / "x.py").write_text("print(mine)")
    ours = bench.environment["PYTHONPATH"]
    done = bench.start(["python3", "x.py"], PYTHONPATH=f"{ours}:{bench.source}")
    assert (done.stdout, done.stderr) == ("loaded\n", "")


def test_a_program_of_another_name_behind_a_link_is_still_itself(bench: Bench) -> None:
    done = bench.start(["pgrep", "-x", "no-such-program"])
    assert done.returncode == 1
    assert Reader(bench.run).new() == ()
