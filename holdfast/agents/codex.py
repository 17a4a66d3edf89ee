"""Codex: the suite's stand-in for it, and the real one, without a network. Observed on 0.169.0.

Who holds which thread is told by its writer lock, which the kernel gives back however the agent ends. One thing a
launcher's test can't do with it: a task that was interrupted runs on in the background, so that a held one is released
by `/stop`, which ends the command and with it the turn. A task never outlives its agent, not even one that is killed.
"""

import os
import re
from pathlib import Path

from holdfast.agents import locks, model, rollouts, running
from holdfast.agents.profile import Package, Profile
from holdfast.agents.protocol import Outfit, Unreadable
from holdfast.agents.talking import Talking
from holdfast.model.seen import LiveAgent, Process, Transcript

VERSIONS = ("0.169.0",)
_PROGRAM = "codex"
_PROMPT = re.compile(r"^›", re.MULTILINE)
_WORKING = re.compile(
    r"^\s*[•◦] Working \(.*esc to interrupt\)(?P<task> · 1 background terminal running)?", re.MULTILINE
)
_OVER = re.compile(r"^\s*(?:Worked for |■ Conversation interrupted)", re.MULTILINE)
_ANSWERED = re.compile(r"^\s*•(?! Stopping all background terminals)", re.MULTILINE)
_CONFIG = f"""\
model = "gpt-5.2"
model_provider = "holdfast"
approval_policy = "never"
sandbox_mode = "danger-full-access"
check_for_update_on_startup = false
disable_paste_burst = true

[model_providers.holdfast]
name = "holdfast"
base_url = "{model.URL}/v1"
wire_api = "responses"
request_max_retries = 0
stream_max_retries = 0

[projects."/"]
trust_level = "trusted"

[analytics]
enabled = false

[features]
daemon_auto_start = false
"""


class CodexStandin(Talking):
    """The suite's own stand-in. It needs no model, no network and nothing in its home."""

    kind = "codex-standin"
    release = b"/stop\r"
    leave = b"\x03"

    def outfit(self, home: Path) -> Outfit:  # noqa: ARG002  (the protocol's)
        return Outfit(self.program, compiled=True)

    def resumed(self, session: str, prompt: str) -> tuple[str, ...]:
        return "exec", "--skip-git-repo-check", "resume", session, prompt

    def ready(self, text: str) -> bool:
        """Not while a turn goes on: what is typed then is kept for later, and the key that leaves interrupts. Its mark
        that it works may be gone before the turn is over."""
        return _PROMPT.search(text) is not None and _ANSWERED.search(_now(text)) is None and _working(text) is None

    def holding(self, text: str) -> bool:
        working = _working(text)
        return working is not None and working["task"] is not None

    def leaving(self, text: str) -> bool:  # noqa: ARG002  (the protocol's)
        """Never: the first `leave` ends it."""
        return False

    def transcripts(self, home: Path) -> tuple[Transcript, ...]:
        return rollouts.transcripts(home)

    def live(self, home: Path, processes: tuple[Process, ...]) -> tuple[LiveAgent, ...]:
        """Who has no lock yet, or shows a thread that another one has, is known by argv."""
        threads = _threads(home)
        holders = locks.holders(frozenset(threads))
        held = {holder.process: (threads[inode], holder.cwd) for inode, holder in holders.items()}
        return running.joined(processes, held, _PROGRAM)

    def watched(self, home: Path) -> tuple[Path, ...]:
        """The folder of the locks, or the nearest that exists above it."""
        return (running.nearest(_locks(home)),)


class Codex(CodexStandin):
    """A native program, which needs nothing but itself. What is called codex on PATH is often a script of Node that
    starts it, and does not work in a machine: it must be named by HOLDFAST_CODEX, or it is installed."""

    kind = "codex"

    def outfit(self, home: Path) -> Outfit:
        """Nothing is asked before a tool runs. Without daemon_auto_start = false the threads are held by a server that
        outlives the agent's pane; with analytics each `codex exec` waits five seconds for the network at its end; with
        paste bursts a typed line that comes at once is not submitted by its return."""
        (home / ".codex").mkdir(exist_ok=True)
        (home / ".codex" / "config.toml").write_text(_CONFIG)
        return model.outfit(self._given, {"LANG": "C.UTF-8"})


def _now(text: str) -> str:
    """What stands below the last turn that is over."""
    over = [found.end() for found in _OVER.finditer(text)]
    return text[over[-1] :] if over else text


def _working(text: str) -> re.Match[str] | None:
    """The mark of a turn that goes on. The real one wipes its mark out; the stand-in writes on below it."""
    marks = list(_WORKING.finditer(_now(text)))
    return marks[-1] if marks else None


def _locks(home: Path) -> Path:
    return home / ".codex" / "thread-writer-locks"


def _threads(home: Path) -> dict[int, str]:
    """The threads that have a lock file, by its inode."""
    folder = _locks(home)
    try:
        return {entry.inode(): Path(entry).stem for entry in os.scandir(folder) if not entry.name.startswith(".")}
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise Unreadable(f"the agents' locks {folder} can't be read: {error}") from error


ERRORS = ("no rollout found for thread id", "already has an active writer")
LIMITS = (
    "an unknown name is silently a new thread, exit 0",
    "`resume --last` goes by its database, whatever the files' times say",
    "a copy of a rollout answers as the original does",
)

STANDIN = Profile(CodexStandin.kind, "codex", VERSIONS, CodexStandin, errors=ERRORS, limits=LIMITS)
CODEX = Profile(
    Codex.kind,
    None,
    VERSIONS,
    Codex,
    Package("@openai/codex", "node_modules/@openai/codex-linux-*/vendor/*/bin/codex"),
    "HOLDFAST_CODEX",
    native="0",
    errors=ERRORS,
    limits=LIMITS,
)
