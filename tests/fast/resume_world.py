"""A home, a folder to work in, a tree like /proc's, and what agents leave there: for the tests of the resume doctor."""

import json
import os
import time
from dataclasses import dataclass
from pathlib import Path

from holdfast.agents.folders import encoded
from holdfast.agents.resume.causes import Cause
from holdfast.agents.resume.diagnosis import Diagnosis, Outcome, diagnose
from holdfast.agents.resume.facts import Facts
from holdfast.agents.resume.look import look
from holdfast.agents.resume.question import Question
from holdfast.agents.resume.report import report

ID = "0f5a1c9e-1b2c-4d3e-8f90-a1b2c3d4e5f6"
OTHER = "aaaaaaaa-1b2c-4d3e-8f90-a1b2c3d4e5f6"
MESSAGE = "bbbbbbbb-1b2c-4d3e-8f90-a1b2c3d4e5f6"
DAY = 86400.0


@dataclass(frozen=True)
class World:
    """Everything is below `root`, which stands for the real path of a temporary folder."""

    root: Path

    @property
    def home(self) -> Path:
        return self.root / "home"

    @property
    def work(self) -> Path:
        return self.home / "work"

    @property
    def config(self) -> Path:
        return self.home / ".claude"

    @property
    def proc(self) -> Path:
        return self.root / "proc"

    def expected(self, session: str = ID) -> Path:
        return self.project() / f"{session}.jsonl"

    def project(self, cwd: Path | None = None, config: Path | None = None) -> Path:
        return (config or self.config) / "projects" / encoded(str(cwd or self.work))

    def folder(self, name: str) -> Path:
        """Another folder to work in."""
        made = self.home / name
        made.mkdir(parents=True, exist_ok=True)
        return made

    def say(
        self,
        path: Path | None = None,
        *,
        cwd: Path | None = None,
        session: str = ID,
        uuid: str = MESSAGE,
        days: float = 0.0,
        **more: object,
    ) -> Path:
        """A transcript with one prompt, written `days` ago."""
        path = path or self.expected(session)
        record = {"type": "user", "uuid": uuid, "sessionId": session, "cwd": str(cwd or self.work)}
        message = {"message": {"role": "user", "content": "remember alpha"}}
        return self.put(path, json.dumps({**record, **message, **more}) + "\n", days)

    def put(self, path: Path, text: str, days: float = 0.0) -> Path:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        then = time.time() - days * DAY
        os.utime(path, (then, then))
        return path

    def prompted(self, days: float, session: str = ID) -> Path:
        """The prompt history, with a prompt that was typed `days` ago."""
        stamp = int((time.time() - days * DAY) * 1000)
        told = {"display": "x", "timestamp": stamp, "project": str(self.work), "sessionId": session}
        return self.put(self.config / "history.jsonl", json.dumps(told) + "\n")

    def keep(self, days: object, config: Path | None = None) -> None:
        self.put((config or self.config) / "settings.json", json.dumps({"cleanupPeriodDays": days}))

    def register(
        self, pid: int, start: int | None, session: str = ID, config: Path | None = None, cwd: Path | None = None
    ) -> Path:
        """An entry of the live registry."""
        told: dict[str, object] = {"pid": pid, "sessionId": session, "cwd": str(cwd or self.work)}
        told |= {} if start is None else {"procStart": str(start)}
        return self.put((config or self.config) / "sessions" / f"{pid}.json", json.dumps(told))

    def run(
        self,
        pid: int,
        start: int,
        *argv: str,
        environment: dict[str, str] | None = None,
        mounts: str = "mnt:[1]",
        inner: int | None = None,
        state: str = "S",
    ) -> Path:
        """A process in the tree that stands for /proc: its folder."""
        folder = self.proc / str(pid)
        (folder / "ns").mkdir(parents=True)
        (folder / "ns/mnt").symlink_to(mounts)
        (folder / "stat").write_text(f"{pid} (claude) {state} 1 " + "0 " * 17 + f"{start} 0 0")
        (folder / "cmdline").write_bytes(b"\0".join(map(os.fsencode, argv or ("claude",))) + b"\0")
        pairs = (environment or {"HOME": str(self.home), "SECRET": "s3cret"}).items()
        (folder / "environ").write_bytes(b"\0".join(os.fsencode(f"{name}={value}") for name, value in pairs) + b"\0")
        (folder / "status").write_text(f"Name:\tclaude\nNSpid:\t{pid}" + (f"\t{inner}" if inner else "") + "\n")
        (folder / "cwd").symlink_to(self.work)
        return folder

    def question(
        self, *, cwd: Path | None = None, config: Path | None = None, also: tuple[Path, ...] = (), session: str = ID
    ) -> Question:
        return Question(session, cwd or self.work, config or self.config, self.home, also)

    def ask(
        self, *, cwd: Path | None = None, config: Path | None = None, also: tuple[Path, ...] = (), session: str = ID
    ) -> "Answer":
        facts = look(self.question(cwd=cwd, config=config, also=also, session=session), self.proc)
        return Answer(facts, diagnose(facts))


@dataclass(frozen=True)
class Answer:
    """What the doctor found and made of it."""

    facts: Facts
    diagnosis: Diagnosis

    @property
    def outcome(self) -> Outcome:
        return self.diagnosis.outcome

    @property
    def causes(self) -> list[Cause]:
        return [finding.cause for finding in self.diagnosis.findings]

    @property
    def text(self) -> str:
        return report(self.facts, self.diagnosis)

    def next(self, cause: Cause) -> str:
        """What the first finding of that cause says to do."""
        return next(finding.next for finding in self.diagnosis.findings if finding.cause is cause)

    def because(self, cause: Cause) -> str:
        return next(finding.because for finding in self.diagnosis.findings if finding.cause is cause)


def make_world(path: Path) -> World:
    world = World(path.resolve())
    world.work.mkdir(parents=True)
    (world.proc / "self/ns").mkdir(parents=True)
    (world.proc / "self/ns/mnt").symlink_to("mnt:[1]")
    return world
