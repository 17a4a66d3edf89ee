"""The stand-in for Codex, for the tests: its home, what it prints, what it leaves on disk."""

import contextlib
import json
import re
import sqlite3
import subprocess
from collections.abc import Iterator
from pathlib import Path

from tests.fast.standin import PROGRAM as CLAUDE
from tests.fast.standin import WITHIN, Home, Terminal

PROGRAM = CLAUDE.with_name("codex")


class CodexHome(Home):
    """A user's home with a folder to work in."""

    @property
    def config(self) -> Path:
        return self.path / ".codex"

    def exec(self, *argv: str, cwd: Path | None = None, stdin: str = "") -> subprocess.CompletedProcess[str]:
        """Run `codex exec`."""
        return subprocess.run(
            (str(PROGRAM), "exec", *argv),
            input=stdin,
            cwd=cwd or self.work,
            env=self.environment(),
            capture_output=True,
            text=True,
            timeout=WITHIN,
            check=False,
        )

    def born(self, *prompts: str) -> str:
        """A new thread, made by `codex exec`; its id."""
        first, *rest = prompts
        thread = self.exec(first).stdout.split()[1]
        for prompt in rest:
            self.exec("resume", thread, prompt)
        return thread

    def rollouts(self) -> list[Path]:
        return sorted(self.config.glob("sessions/*/*/*/*.jsonl"))

    def records(self, session: str) -> list[dict[str, object]]:
        (path,) = self.config.glob(f"sessions/*/*/*/*-{session}.jsonl")
        return [json.loads(line) for line in path.read_text().splitlines()]

    def locks(self) -> list[str]:
        return sorted(path.stem for path in (self.config / "thread-writer-locks").iterdir())

    def rows(self) -> list[tuple[str, str, str]]:
        """(id, source, first_user_message) of every thread in the database."""
        with contextlib.closing(sqlite3.connect(self.config / "state_5.sqlite")) as state:
            return list(state.execute("SELECT id, source, first_user_message FROM threads ORDER BY created_at_ms"))


def make_home(path: Path) -> CodexHome:
    home = CodexHome(path)
    home.work.mkdir(parents=True)
    return home


class CodexTerminal(Terminal):
    """The stand-in on a terminal."""

    def say(self, text: str, answer: str) -> re.Match[str]:
        self.type(text)
        self.type("\r")
        found = self.expect(answer)
        self.expect("› ")
        return found

    def held(self) -> int:
        """Have it hold a task; the pid of its child, which ends with it."""
        self.type("hold\r")
        self.expect("• Working")
        return int(Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text())


@contextlib.contextmanager
def terminal(home: CodexHome, *argv: str, cwd: Path | None = None) -> Iterator[CodexTerminal]:
    """A stand-in on a terminal; killed at the end if it still runs."""
    started = CodexTerminal(home, *argv, program=(str(PROGRAM),), cwd=cwd)
    try:
        yield started
    finally:
        started.close()
