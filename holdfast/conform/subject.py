"""An agent that is looked at, alone in a machine of its own."""

import itertools
import json
import os
import re
import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from holdfast.agents import kept
from holdfast.agents.protocol import Agent
from holdfast.conform.power import Power
from holdfast.conform.terminal import ANSWERS_WITHIN, NotSeen, Terminal
from holdfast.machines.protocol import HOME, PERSON, RUN, Machine
from holdfast.model.proof import digest
from holdfast.model.seen import LiveAgent, Process
from holdfast.witnesses import processes
from holdfast.witnesses.changes import Changes

WORK = f"{HOME}/work"
_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.IGNORECASE)
_HOOK = """#!/bin/sh
tr -d '\\n' >>"$HOME/hooked"
echo >>"$HOME/hooked"
"""
# The terminal is the person's too, as a login's is: an agent opens it by its name.
_AS_PERSON = f"""if test -t 0; then chown {PERSON} "$(tty)"; fi
exec setpriv --reuid {PERSON} --regid {PERSON} --init-groups -- "$0" "$@"
"""
Record = dict[str, object]
T = TypeVar("T")


@dataclass(frozen=True)
class Printed:
    """What a run without a terminal came to: its exit code (128 + n for signal n) and its two streams, whole."""

    code: int
    out: str
    err: str

    def __str__(self) -> str:
        """In one line, ids as `<id>`."""
        parts = [f"exit {self.code}"]
        parts += [f"{name}: {plain(text)}" for name, text in (("out", self.out), ("err", self.err)) if text.strip()]
        return "; ".join(parts)


def plain(text: str) -> str:
    """In one line, without what differs from run to run."""
    return " ".join(_UUID.sub("<id>", text).split())


class Subject:
    """What a contract looks at an agent with. Paths that begin with `~` are the machine's home; `home` is the host's
    path of it."""

    def __init__(
        self, machine: Machine, agent: Agent, command: str, power_on: Callable[[], None] | None = None
    ) -> None:
        """`power_on` boots the machine again, with all that the agent needs in it; None where it needs nothing."""
        self.machine = machine
        self.agent = agent
        self.command = command
        self.planted: list[str] = []
        self._by: tuple[str, ...] = ()
        self._login: Mapping[str, str] = {}
        self.disk = Power(machine, power_on or machine.boot)
        (self.home / "work").mkdir(exist_ok=True)

    def as_person(self) -> "Subject":
        """The same agent, run by a user that is not root, to whom the home is handed over with all that is in it by
        now. In a machine without root it is that already."""
        if os.geteuid() != 0:
            return self
        given = self.shell('command -v setpriv && chown -R "$0:$0" ~', PERSON, cwd="/")
        if given.code != 0:
            raise NotSeen(f"the machine can't run anything as another user: it takes setpriv, of util-linux; {given}")
        other = Subject(self.machine, self.agent, self.command)
        other.disk = self.disk
        other.planted = self.planted
        other._by = ("/bin/sh", "-c", _AS_PERSON)
        other._login = {"USER": PERSON, "LOGNAME": PERSON}
        return other

    @property
    def home(self) -> Path:
        return self.machine.home

    @property
    def config(self) -> Path:
        return self.home / ".claude"

    @property
    def projects(self) -> Path:
        return self.config / "projects"

    def run(
        self, *argv: str, stdin: str = "", cwd: str = WORK, env: Mapping[str, str] | None = None, within: float = 60.0
    ) -> Printed:
        """Run the agent without a terminal, to its end."""
        whose = {**self._login, **(env or {})}
        words = (*self._by, self.command, *argv)
        return self.shell('exec "$0" "$@"', *words, stdin=stdin, cwd=cwd, env=whose, within=within)

    def shell(
        self,
        line: str,
        *words: str,
        stdin: str = "",
        cwd: str = WORK,
        env: Mapping[str, str] | None = None,
        within: float = 60.0,
    ) -> Printed:
        """Run a line of sh without a terminal, `words` being its $0, $1 …"""
        name = secrets.token_hex(4)
        files = {stream: self.machine.run / f"{name}.{stream}" for stream in ("in", "out", "err")}
        files["in"].write_text(stdin)
        # By a pipe: the real one reads no stream of messages from a file.
        whole = f"cat {RUN}/{name}.in | {{ {line}\n}} >{RUN}/{name}.out 2>{RUN}/{name}.err"
        spawned = self.machine.spawn(("/bin/sh", "-c", whole, *words), cwd=cwd, env=env)
        code = spawned.wait(within)
        spawned.close()
        out, err = (files[stream].read_text(errors="replace") for stream in ("out", "err"))
        if code is None:
            raise NotSeen(f"`{' '.join(words) or line}` did not end within {within:g} s; so far: {out} {err}")
        return Printed(code, out, err)

    def ask(self, prompt: str, *argv: str, cwd: str = WORK, env: Mapping[str, str] | None = None) -> Printed:
        """One question in print mode."""
        return self.run("-p", *argv, prompt, cwd=cwd, env=env)

    def born(self, *words: str, cwd: str = WORK, env: Mapping[str, str] | None = None) -> str:
        """A new conversation, made in print mode, in which these words were planted; its id."""
        session = ""
        for word in words:
            self.planted.append(word)
            resumed = ("--resume", session) if session else ()
            said = self.ask(self.agent.remember(word), *resumed, cwd=cwd, env=env)
            noted = self.agent.noted(said.out)
            if noted is None:
                raise NotSeen(f"the agent did not note {word!r}: {said}")
            session = noted
        return session

    def known(self, *argv: str, cwd: str = WORK, env: Mapping[str, str] | None = None) -> str:
        """Which of the planted words the agent that is started so in print mode proves to know; how it failed."""
        challenge = secrets.token_hex(4)
        said = self.ask(self.agent.prove(challenge), *argv, cwd=cwd, env=env)
        return self.words(said.out, challenge) or str(said)

    def words(self, text: str, challenge: str) -> str | None:
        """The planted words that the last proof in `text` shows: "none", or some in their order; None without proof."""
        proof = self.agent.proof(text)
        if proof is None:
            return None
        for count in range(len(self.planted), -1, -1):
            for some in itertools.combinations(self.planted, count):
                if digest(some, challenge) == proof[1]:
                    return " ".join(some) or "none"
        return "words that were never planted"

    def start(self, *argv: str, cwd: str = WORK, env: Mapping[str, str] | None = None) -> Terminal:
        """The agent on a terminal; leaving the `with` closes the window."""
        whose = {**self._login, **(env or {})}
        return Terminal(self.machine, self.agent, (*self._by, self.command, *argv), cwd, whose, self.planted)

    def processes(self) -> tuple[Process, ...]:
        return processes.read(self.machine.root)[0]

    def live(self) -> tuple[LiveAgent, ...]:
        """The agents that run, as their own registry knows them."""
        return self.agent.live(self.home, self.processes())

    def transcripts(self) -> list[Path]:
        return sorted(self.projects.glob("*/*.jsonl"))

    def transcript(self, session: str) -> Path:
        """The conversation's file, waited for: an answer stands on the screen some 100 ms before it is on disk."""
        return self.wait(
            f"a transcript of {session}", lambda: next((p for p in self.transcripts() if p.stem == session), None)
        )

    def records(self, session: str) -> list[Record]:
        """The transcript's records."""
        return list(kept.records(self.transcript(session).read_bytes()))

    def answered(self, session: str, answers: int = 1) -> list[Record]:
        """The records when so many answers are on disk."""

        def found() -> list[Record] | None:
            known = self.records(session)
            return known if sum(one.get("type") == "assistant" for one in known) >= answers else None

        return self.wait(f"{answers} answers on disk", found)

    def hook(self, *events: str) -> None:
        """Have what these hooks are told written down, for hooked()."""
        script = self.home / "hook"
        script.write_text(_HOOK)
        script.chmod(0o755)
        self.settings(hooks={event: [{"hooks": [{"type": "command", "command": f"{HOME}/hook"}]}] for event in events})

    def hooked(self) -> list[Record]:
        file = self.home / "hooked"
        return [json.loads(line) for line in file.read_text().splitlines()] if file.exists() else []

    def settings(self, **more: object) -> None:
        """Set these of the user's settings; the others stay."""
        file = self.config / "settings.json"
        file.parent.mkdir(exist_ok=True)
        known = json.loads(file.read_text()) if file.exists() else {}
        file.write_text(json.dumps({**known, **more}))

    def wait(self, what: str, found: Callable[[], T | None], within: float = ANSWERS_WITHIN) -> T:
        """What `found` finds, looked for again at each change of the agent's files and soon anyway. Nothing, 0 and none
        at all are not found."""
        until = time.monotonic() + within
        while time.monotonic() < until:
            with Changes([self.home, self.config, *self.config.glob("*/"), *self.projects.glob("*/")]) as changes:
                if seen := found():
                    return seen
                changes.wait_or_look(until)
        raise NotSeen(f"waited {within:g} s for {what}; it did not come")
