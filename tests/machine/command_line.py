"""holdfast and pytest as a person starts them: in a process of their own, in some folder, for a bounded time."""

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

WITHIN = 90.0
"""Seconds; each of these takes one to three of them."""


@dataclass(frozen=True)
class Said:
    """How it ended, and all that it printed."""

    code: int
    text: str


def holdfast(cwd: Path, *arguments: str) -> Said:
    return _run(cwd, "-m", "holdfast", *arguments)


def cells(cwd: Path, *arguments: str) -> Said:
    """`pytest --pyargs holdfast.verify`."""
    return _run(cwd, "-m", "pytest", "-p", "no:cacheprovider", "--pyargs", "holdfast.verify", *arguments)


def plain_pytest(cwd: Path, *arguments: str) -> Said:
    return _run(cwd, "-m", "pytest", "-p", "no:cacheprovider", *arguments)


def _run(cwd: Path, *arguments: str) -> Said:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST", "HOLDFAST"))}
    done = subprocess.run(
        (sys.executable, *arguments), cwd=cwd, env=kept, capture_output=True, text=True, timeout=WITHIN, check=False
    )
    return Said(done.returncode, done.stdout + done.stderr)


def assert_refused(said: Said, *parts: str) -> None:
    """It ends with the code of a mistake in the input, in one message with all `parts`, and shows nothing."""
    assert said.code == 2, said.text
    _assert_clear(said, parts)


def assert_failed(said: Said, *parts: str) -> None:
    """An item of pytest's fails with all `parts` in its message."""
    assert said.code == 1, said.text
    assert "INTERNALERROR" not in said.text
    assert " passed" not in said.text
    _assert_clear(said, parts)


def _assert_clear(said: Said, parts: tuple[str, ...]) -> None:
    for part in parts:
        assert part in said.text, said.text
    assert "Traceback" not in said.text
    assert "held on" not in said.text
