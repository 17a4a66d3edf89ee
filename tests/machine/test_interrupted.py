"""A run that is interrupted leaves nothing behind and touches nothing of the host's user, whenever that happens."""

import random
import secrets
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from holdfast.__main__ import INTERRUPTED, UNPROVEN
from holdfast.machines import open_holder
from tests.machine.asking import at_last
from tests.machine.bystanders import Bystanders
from tests.machine.conftest import KINDS
from tests.machine.family import adopting, descendants, living
from tests.machine.interrupting import RUN_BOUND, Aim, Ended, host, left_by, run, small_launcher

MOMENTS = 30
"""Interruptions by each signal, one in each of so many equal parts of a run's time."""
_CELLS = 2 * len(KINDS)
_AIMS = {
    signal.SIGINT: (Aim.GROUP,),  # a terminal knows no other
    signal.SIGTERM: (Aim.MAIN, Aim.GROUP, Aim.EVERY),
    signal.SIGKILL: (Aim.MAIN, Aim.GROUP, Aim.EVERY),
}


@pytest.fixture
def bystanders(tmp_path: Path) -> Iterator[Bystanders]:
    (tmp_path / "bystanders").mkdir()
    with adopting():
        others = Bystanders(tmp_path / "bystanders")
        yield others
        others.end()


class Interrupting:
    """Runs of one small launcher, each ended by one signal, the host looked at before and after."""

    def __init__(self, folder: Path, bystanders: Bystanders) -> None:
        self._folder = folder
        self._bystanders = bystanders
        self._host = host()
        small_launcher(folder, KINDS)

    def whole(self) -> Ended:
        """A run that nobody interrupts."""
        return run(self._folder, self._bystanders.environment, signal.SIGTERM, Aim.MAIN, RUN_BOUND)

    def run(self, by: signal.Signals, aim: Aim, moment: float) -> Ended:
        before, files = self._bystanders_now(), self._bystanders.files()
        ended = run(self._folder, self._bystanders.environment, by, aim, moment)
        # What tests beside this one are just taking away has its time to go.
        now = at_last(host, self._host)
        assert (self._bystanders_now(), self._bystanders.files(), now) == (before, files, self._host)
        return ended

    def _bystanders_now(self) -> dict[int, int | None]:
        family = descendants()
        return {pid: family.get(pid) for pid in self._bystanders.pids}


@pytest.fixture
def interrupting(tmp_path: Path, bystanders: Bystanders) -> Interrupting:
    (tmp_path / "launcher").mkdir()
    return Interrupting(tmp_path / "launcher", bystanders)


@pytest.mark.parametrize("by", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL], ids=lambda by: by.name)
def test_nothing_stays_of_a_run_that_is_ended_at_any_moment(
    interrupting: Interrupting, bystanders: Bystanders, by: signal.Signals
) -> None:
    whole = interrupting.whole()
    assert (whole.code, whole.outlived, left_by(whole.pids)) == (0, frozenset(), []), whole.said
    seed, seconds, part, swept = secrets.randbits(32), whole.seconds, 0, 0
    drawn = random.Random(seed)
    while part < MOMENTS:
        moment, aim = (part + drawn.random()) / MOMENTS * seconds, _AIMS[by][part % len(_AIMS[by])]
        ended = interrupting.run(by, aim, moment)
        what = f"{by.name} for the {aim} after {moment:.3f} s (seed {seed}): exit {ended.code}\n{ended.said}"
        if ended.code == 0:
            assert INTERRUPTED not in ended.said, what
            assert f"{_CELLS} of {_CELLS} cells held" in ended.said, what
            seconds = min(seconds, ended.seconds)  # this one was quicker than the first: its verdict was out
            continue
        part += 1
        if by is signal.SIGKILL and (ended.outlived or left_by(ended.pids)):
            with open_holder():  # the next start
                swept += 1
        assert living(ended.outlived) == [], what
        assert left_by(ended.pids) == [], what
        assert_told(by, ended, moment, what)
    bystanders.prove()
    assert by is not signal.SIGKILL or swept > 0  # what is left is seen at all: a killed holder leaves its folder


@pytest.mark.parametrize("moment", [0.8, 3.0, 6.0], ids=["installing", "starting", "looking"])
@pytest.mark.parametrize("by", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL], ids=lambda by: by.name)
def test_nothing_stays_of_a_comparison_that_is_ended(tmp_path: Path, by: signal.Signals, moment: float) -> None:
    """Of a version that no registry has, so that only the stand-in is looked at."""
    with adopting():
        ended = run(tmp_path, {}, by, Aim.MAIN, moment, ("conform", "claude@999.0.0"))
        if by is signal.SIGKILL:
            with open_holder():  # the next start
                pass
        assert (living(ended.outlived), left_by(ended.pids)) == ([], []), ended.said
    assert_told(by, ended, moment, ended.said)


@cache
def interpreter_starts() -> float:
    """Seconds until Python has surely read the program, by how long it takes now to say what it can. What Ctrl-C says
    before is the interpreter's own."""
    began = time.monotonic()
    subprocess.run([Path(sys.executable).with_name("holdfast"), "--help"], stdout=subprocess.DEVNULL, check=True)
    return 2 * (time.monotonic() - began)


def assert_told(by: signal.Signals, ended: Ended, moment: float, what: str) -> None:
    """One line for Ctrl-C; the signal's own exit for the others; held for none."""
    if by is not signal.SIGINT:
        assert ended.code == -by, what
    elif moment > interpreter_starts():
        assert (ended.code, ended.said.count(INTERRUPTED)) == (UNPROVEN, 1), what
        assert "Traceback" not in ended.said, what
    else:
        assert ended.code != 0, what
