"""An agent in a machine: its program, compiled beforehand where that may be, is the same program."""

import subprocess
from pathlib import Path

import pytest

from holdfast.agents.protocol import Outfit
from holdfast.machines.protocol import Bind
from holdfast.run.agents import at_hand
from holdfast.run.outfitting import binds

INSIDE = "/opt/holdfast/agent/claude"


def said(program: Path, *words: str) -> tuple[int, str, str]:
    done = subprocess.run([program, *words], capture_output=True, text=True, cwd="/", env={"HOME": "/nowhere"})
    return done.returncode, done.stdout, done.stderr


def test_a_program_that_may_not_be_compiled_is_bound_as_it_is(tmp_path: Path) -> None:
    outfit = Outfit(tmp_path / "claude", binds=((tmp_path, "/opt/x"),))
    assert binds(outfit, INSIDE, tmp_path) == (Bind(tmp_path / "claude", INSIDE), Bind(tmp_path, "/opt/x"))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["claude-standin", "codex-standin"])
def test_a_compiled_stand_in_says_what_its_source_says(tmp_path: Path, name: str) -> None:
    agent = at_hand(name)
    assert agent is not None
    outfit = agent.outfit(tmp_path)
    assert outfit.compiled
    front, code, *_ = binds(outfit, INSIDE, tmp_path)
    assert (front.inside, code.inside) == (INSIDE, f"{INSIDE}c")
    assert "def " not in front.outside.read_text(), "nothing is left for Python to compile"
    for words in (("--version",), ("--resume", "no-id", "-p", "x"), ("--no-such-option",)):
        assert said(front.outside, *words) == said(agent.program, *words)
    assert said(front.outside, "--version")[0] == 0


def test_it_is_compiled_once(tmp_path: Path) -> None:
    agent = at_hand("claude-standin")
    assert agent is not None
    assert binds(agent.outfit(tmp_path), INSIDE, tmp_path) == binds(agent.outfit(tmp_path), INSIDE, tmp_path)
    assert len(list(tmp_path.iterdir())) == 1
