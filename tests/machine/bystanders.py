"""A tmux server and an agent of the host's user, which no run may touch."""

import hashlib
import os
import re
import select
import subprocess
import time
from pathlib import Path

from holdfast.model.proof import digest

BOUND = 10.0
"""Seconds for an answer of the agent's."""
AGENT = Path(__file__).resolve().parents[2] / "fixtures" / "agents" / "claude"
SERVER = ("tmux", "-L", "default", "-f", "/dev/null")


class Bystanders:
    """The server that a bare `tmux` of the run's own environment would reach, with an agent in it that knows a word.

    `environment` is what leads to it. A control client stays attached: it hears what the agent prints.
    """

    def __init__(self, folder: Path) -> None:
        self.sockets = folder / "sockets"
        self.home = folder / "home"
        for made in (self.sockets, self.home):
            made.mkdir()
        self.environment = {"TMUX_TMPDIR": str(self.sockets)}
        own = {"PATH": os.environ["PATH"], "HOME": str(self.home), "TERM": "xterm-256color", **self.environment}
        subprocess.run([*SERVER, "new-session", "-d", "-s", "mine", str(AGENT)], env=own, check=True, cwd=self.home)
        self._client = subprocess.Popen(
            [*SERVER, "-N", "-C", "attach-session", "-t", "=mine"],
            env=own,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        self._word = "bystander"
        self._heard = ""
        self._type(f"remember {self._word}")
        self.session = self._hear(r"noted ([0-9a-f-]{36})")[1]
        listed = subprocess.run(
            [*SERVER, "-N", "display-message", "-p", "-t", "=mine:", "#{pid} #{pane_pid}"],
            env=own, check=True, capture_output=True, text=True,
        )  # fmt: skip
        self.pids = tuple(int(pid) for pid in listed.stdout.split())

    def prove(self) -> None:
        """The agent still answers for its own conversation."""
        challenge = str(time.monotonic_ns())
        self._type(f"prove {challenge}")
        session, proof = self._hear(r"proof ([0-9a-f-]{36}) ([0-9a-f]{32})").groups()
        assert (session, proof) == (self.session, digest([self._word], challenge))

    def files(self) -> dict[str, str]:
        """What is in the bystanders' folders: each file's digest, and each socket."""
        found = [path for folder in (self.sockets, self.home) for path in folder.rglob("*")]
        return {
            str(path): hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else "no file" for path in found
        }

    def end(self) -> None:
        self._client.communicate(b"kill-server\n", BOUND)

    def _type(self, text: str) -> None:
        assert self._client.stdin is not None
        self._heard = ""
        self._client.stdin.write(f'send-keys -t =mine: -l "{text}"\nsend-keys -t =mine: Enter\n'.encode())
        self._client.stdin.flush()

    def _hear(self, pattern: str) -> re.Match[str]:
        """Wait for what the agent prints."""
        assert self._client.stdout is not None
        until = time.monotonic() + BOUND
        while (found := re.search(pattern, self._heard)) is None:
            left = max(0.0, until - time.monotonic())
            assert select.select([self._client.stdout], [], [], left)[0], f"no {pattern!r} in {self._heard!r}"
            self._heard += os.read(self._client.stdout.fileno(), 65536).decode(errors="replace")
        return found
