"""Shims write down how a program was called, and then are that program."""

import resource
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from holdfast.model.launch import LaunchVerb
from holdfast.witnesses import trace
from tests.fast import trace_bench
from tests.fast.trace_bench import Bench


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return trace_bench.make(tmp_path)


ODD = ("a b", "line\nline", "q'\"\\", "", "é✓", "\udcff\udc81\udc88", "-n", "*", "$HOME", "`x`", "%s\\0")


def test_words_of_any_bytes_reach_the_program_and_the_trace_unchanged(bench: Bench) -> None:
    done = bench.start(["tmux", "new-session", "-s", "api", *ODD])
    assert done.returncode == 7
    assert done.stderr == ""
    (traced,) = bench.launches()
    assert traced.launch.argv == ("tmux", "new-session", "-s", "api", *ODD)
    expected = ("new-session", "-s", "api", *ODD)
    assert bench.ran.read_bytes() == b"".join(w.encode(errors="surrogateescape") + b"\0" for w in expected) + b"\n--\n"


def test_a_shim_knows_its_process_its_parents_its_pane_and_its_cgroup(bench: Bench) -> None:
    bench.start(["claude", "--resume", "x"], TMUX_PANE="%4")
    (traced,) = bench.launches()
    launch = traced.launch
    assert (launch.verb, launch.tool, launch.pane) == (LaunchVerb.SERVE, "claude", "%4")
    assert launch.parents[-1] == 1
    assert launch.cgroup.startswith("/")


def test_a_trace_that_can_not_be_written_stops_no_launch_and_is_seen(bench: Bench) -> None:
    order = bench.run / "trace" / "order"
    order.unlink()
    order.mkdir()
    assert bench.start(["tmux", "new-session"]).returncode == 7
    order.rmdir()
    order.touch()
    with pytest.raises(trace.TraceError, match="could not write its record"):
        bench.launches()


def test_a_trace_that_is_gone_is_a_failure_not_an_empty_trace(bench: Bench) -> None:
    with pytest.raises(trace.TraceError, match="was the folder removed, or never prepared"):
        trace.Reader(bench.run / "elsewhere").new()


def test_a_damaged_record_is_a_failure(bench: Bench) -> None:
    bench.start(["tmux", "new-session"])
    for record in (bench.run / "trace").glob("*.*"):
        record.write_bytes(b"tmux\0")
    with pytest.raises(trace.TraceError, match="names no readable record"):
        bench.launches()


def test_reading_goes_on_from_where_it_ended(bench: Bench) -> None:
    bench.start(["tmux", "new-session", "-s", "api"])
    reader = trace.Reader(bench.run)
    first = reader.new()
    bench.start(["tmux", "kill-session", "-t", "=api:0.1"])
    second = reader.new()
    assert [one.launch.verb for one in first] == [LaunchVerb.START]
    assert [one.launch.verb for one in second] == [LaunchVerb.KILL]
    assert second[0].launch.session == "api"
    assert second[0].launch.order == 1


@pytest.mark.parametrize(
    "argv, verb, session",
    [
        (("tmux",), "start", None),
        (("tmux", "-V"), "other", None),
        (("tmux", "-L", "x", "new", "-dsapi"), "start", "api"),
        (("tmux", "kill-ses", "-t", "=api"), "kill", "api"),
        (("tmux", "kill-server"), "kill", None),
        (("tmux", "a", "-t", "api:1"), "attach", "api"),
        (("tmux", "switchc", "-t", "%3"), "attach", None),
        (("tmux", "has-session", "-t", "=api"), "other", "api"),
        (("tmux", "set", "-g", "x", "y", ";", "new-session", "-s", "api"), "start", "api"),
        (("tmux", "send-keys", "-t", "api", "claude --resume x", "Enter"), "start", "api"),
        (("tmux", "send-keys", "-t", "api", "ls", "Enter"), "other", "api"),
        (("systemctl", "--user", "restart", "fleet"), "unit", None),
        (("systemctl", "status", "fleet"), "other", None),
        (("kill", "-0", "1"), "other", None),
        (("killall", "no-such-program-here"), "signal", None),
    ],
)
def test_a_launch_is_known_by_its_verb(bench: Bench, argv: tuple[str, ...], verb: str, session: str | None) -> None:
    bench.start(argv)
    (traced,) = bench.launches()
    assert (traced.launch.verb, traced.launch.session) == (verb, session)


def test_a_killer_is_written_down_with_those_whom_it_would_hit(bench: Bench) -> None:
    marked = f"{bench.run}/marked"
    Path(marked).symlink_to("/bin/sleep")
    with subprocess.Popen([marked, "60"], start_new_session=True) as victim:
        bench.start(["pkill", "-9", "-f", marked])
        bench.start(["killall", "-s", "KILL", "no-such-program-here"])
        bench.start(["kill", "-TERM", "--", f"-{victim.pid}", "4000000"])
        bench.start(["pkill", "-x", "no-such-program"])
        still = victim.poll()
        victim.kill()
    assert still is None
    pattern, named, group, nobody = (traced.launch.targets for traced in bench.launches())
    assert (pattern, named, set(group), nobody) == ((victim.pid,), (), {4000000, victim.pid}, ())
    assert bench.ran.read_bytes().startswith(f"-9\0-f\0{marked}\0".encode())


def costs(*starts: Callable[[], object]) -> list[float]:
    """Seconds of processor time that what each of `starts` runs takes, at best: what a busy host does to the clock left
    out. They run in turns: a host that grows slower meanwhile does so for all."""

    def once(start: Callable[[], object]) -> float:
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        start()
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime

    return [min(times) for times in zip(*([once(start) for start in starts] for _ in range(20)), strict=True)]


def test_a_shim_costs_a_few_milliseconds_at_most(bench: Bench) -> None:
    real = str(bench.run.parent / "real" / "tmux")
    plain, shim = costs(lambda: bench.start([real, "new-session"]), lambda: bench.start(["tmux", "new-session"]))
    assert shim - plain < max(0.005, 12 * plain), "a slow host starts every program slowly: 7 times is usual"


def test_python_starts_no_slower_than_three_milliseconds_more(bench: Bench) -> None:
    argv = [sys.executable, "-c", ""]
    plain, hooked = costs(lambda: bench.start(argv, PYTHONPATH=""), lambda: bench.start(argv))
    assert hooked - plain < max(0.003, 0.3 * plain), "a slow host runs every program slowly: a fifth more is usual"
