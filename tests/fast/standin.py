"""A stand-in on a raw pty or without one, for the tests: its home, what it prints, what it leaves on disk."""

import contextlib
import fcntl
import hashlib
import hmac
import json
import os
import pty
import re
import select
import signal
import struct
import subprocess
import termios
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

PROGRAM = Path(__file__).parents[2] / "fixtures" / "agents" / "claude"
WITHIN = 30.0


def digest(words: list[str], challenge: str) -> str:
    """What an agent with exactly these words must answer."""
    return hmac.new("\n".join(words).encode(), challenge.encode(), hashlib.sha256).hexdigest()[:32]


def soon(seconds: float) -> float:
    """The bound for a start that takes less than `seconds`: four times the processor's time that a Python takes which
    does nothing, where that is longer. A slow host makes every start slower than it is."""

    def plain() -> float:
        pid = os.posix_spawn("/usr/bin/python3", ["python3", "-IS", "/dev/null"], {})
        used = os.wait4(pid, 0)[2]
        return used.ru_utime + used.ru_stime

    return max(seconds, 4 * min(plain() for _ in range(5)))


def first_answer(opened: AbstractContextManager["Terminal"], answer: str) -> float:
    """Seconds from just before a stand-in is started on a terminal, and typed to before it reads that, until it
    answers; without what it and this process stood in the queue for a processor: a busy machine is no slow agent."""
    began, queued = time.monotonic(), _queued(os.getpid())
    with opened as agent:
        agent.type("remember alpha\r")
        agent.expect(answer)
        return time.monotonic() - began - _queued(agent.pid) - (_queued(os.getpid()) - queued)


def _queued(pid: int) -> float:
    """Seconds in all: the second number of /proc/<pid>/schedstat, which is in nanoseconds (sched-stats.rst)."""
    return int(Path(f"/proc/{pid}/schedstat").read_text().split()[1]) / 1e9


@dataclass(frozen=True)
class Home:
    """A user's home with a folder to work in."""

    path: Path

    @property
    def work(self) -> Path:
        return self.path / "work"

    @property
    def config(self) -> Path:
        return self.path / ".claude"

    @property
    def project(self) -> Path:
        return self.config / "projects" / re.sub(r"[^A-Za-z0-9]", "-", str(self.work.resolve()))

    def environment(self, **more: str) -> dict[str, str]:
        return {"HOME": str(self.path), "PATH": "/usr/bin:/bin", "TERM": "xterm-256color", **more}

    def ask(
        self, *argv: str, stdin: str = "", cwd: Path | None = None, **more: str
    ) -> subprocess.CompletedProcess[str]:
        """Run the stand-in in print mode."""
        env, folder = self.environment(**more), cwd or self.work
        argv = (str(PROGRAM), *argv)
        return subprocess.run(
            argv, input=stdin, cwd=folder, env=env, capture_output=True, text=True, timeout=WITHIN, check=False
        )

    def born(self, *prompts: str) -> str:
        """A new session, made in print mode; its id."""
        first, *rest = prompts
        session = self.ask("-p", first).stdout.split()[1]
        for prompt in rest:
            self.ask("-p", "--resume", session, prompt)
        return session

    def transcripts(self) -> list[Path]:
        return sorted(self.project.glob("*.jsonl"))

    def records(self, session: str) -> list[dict[str, object]]:
        return [json.loads(line) for line in (self.project / f"{session}.jsonl").read_text().splitlines()]

    def registry(self) -> list[dict[str, object]]:
        return [json.loads(path.read_text()) for path in sorted((self.config / "sessions").glob("*.json"))]


def make_home(path: Path) -> Home:
    home = Home(path)
    home.work.mkdir(parents=True)
    return home


class Terminal:
    """A stand-in on a terminal. `text` is all that it ever printed."""

    def __init__(
        self,
        home: Home,
        *argv: str,
        program: tuple[str, ...] = (str(PROGRAM),),
        cwd: Path | None = None,
        **more: str,
    ) -> None:
        env = home.environment(**more)
        self.text = ""
        self._seen = 0
        self._child: int | None = None
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            os.chdir(cwd or home.work)
            os.execve(program[0], [*program, *argv], env)
        fcntl.ioctl(self.fd, termios.TIOCSWINSZ, struct.pack("HHHH", 50, 200, 0, 0))

    def expect(self, pattern: str) -> re.Match[str]:
        """Wait until `pattern` stands after what was matched before."""
        deadline = time.monotonic() + WITHIN
        while not (found := re.compile(pattern).search(self.text, self._seen)):
            left = deadline - time.monotonic()
            if left <= 0 or not self._read(left):
                raise AssertionError(
                    f"{pattern!r} did not come within {WITHIN} s; last seen: {self.text[self._seen :]!r}"
                )
        self._seen = found.end()
        return found

    def _read(self, within: float) -> bool:
        if not select.select([self.fd], [], [], within)[0]:
            return False
        try:
            data = os.read(self.fd, 65536)
        except OSError:
            return False
        self.text += data.decode(errors="replace")
        return bool(data)

    def type(self, text: str) -> None:
        os.write(self.fd, text.encode())

    def say(self, text: str, answer: str) -> re.Match[str]:
        """Type a line, the Enter by itself, and wait for its answer and the next prompt."""
        self.type(text)
        self.type("\r")
        found = self.expect(answer)
        self.expect("> ")
        return found

    def hold(self) -> int:
        """Have it hold a task; the pid of its child, which does not outlive the test."""
        self.type("hold\r")
        child = int(self.expect(r"holding (\d+)")[1])
        self._child = os.pidfd_open(child)
        self.expect("Running…")
        return child

    def end_child(self) -> None:
        if self._child is not None:
            with contextlib.suppress(ProcessLookupError):
                signal.pidfd_send_signal(self._child, signal.SIGKILL)
            os.close(self._child)
            self._child = None

    def signal(self, number: signal.Signals) -> None:
        os.kill(self.pid, number)

    def ended(self) -> int:
        """Wait for its end; the exit code as a shell gives it."""
        deadline = time.monotonic() + WITHIN
        while self._read(max(0.0, deadline - time.monotonic())):
            pass
        handle = os.pidfd_open(self.pid)
        ready, _, _ = select.select([handle], [], [], max(0.0, deadline - time.monotonic()))
        os.close(handle)
        assert ready, f"the stand-in still runs after {WITHIN} s; last seen: {self.text[-300:]!r}"
        _, status = os.waitpid(self.pid, 0)
        code = os.waitstatus_to_exitcode(status)
        self.pid = 0
        return code if code >= 0 else 128 - code

    def close(self) -> None:
        self.end_child()
        if self.pid:
            os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)
        os.close(self.fd)


@contextlib.contextmanager
def terminal(home: Home, *argv: str, cwd: Path | None = None, **more: str) -> Iterator[Terminal]:
    """A stand-in on a terminal; killed at the end if it still runs."""
    started = Terminal(home, *argv, program=(str(PROGRAM),), cwd=cwd, **more)
    try:
        yield started
    finally:
        started.close()
