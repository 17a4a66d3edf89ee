"""The real gemini-cli, without a network. Observed on 0.61.0. It takes seconds to start.

What can't be had of it: its requests name no session, so that the model calls every one of them `nobody`. A proof shows
which words were loaded, and not under which id; and no registry tells which process has which session, so that a live
agent's is known only where `--resume` names it, and its folder never. Whoever needs the id finds the conversation on
disk by its words. And on a terminal a return that comes within some 30 ms of a text is a new line in it: a line that is
submitted as soon as it is shown, as the engine does, may never be asked.
"""

import json
import re
from pathlib import Path

from holdfast.agents import chats, model, running
from holdfast.agents.profile import Package, Profile
from holdfast.agents.protocol import Outfit
from holdfast.agents.talking import Talking
from holdfast.model.seen import LiveAgent, Process, Transcript

INSIDE = "/opt/holdfast/gemini"
_NOBODY = "nobody"
_NOTED = re.compile(rf"\bnoted\s+({_NOBODY})\s+\d+")
_PROOF = re.compile(rf"\bproof\s+({_NOBODY})\s+([0-9a-f]{{32}})\b")
_PROMPT = "Type your message"
_WORKING = "(esc to cancel"
_TASK = re.compile(r"⊶\s+Shell tail -f /dev/null")
_SETTINGS = {
    "security": {"auth": {"selectedType": "gemini-api-key"}},
    "model": {"name": "gemini-2.5-pro"},  # without one, another model is asked first which one to ask
    "general": {"enableAutoUpdate": False},
    "privacy": {"usageStatisticsEnabled": False},
    "tools": {"allowed": ["run_shell_command"]},
}
_ENVIRONMENT = {
    "COLORTERM": "truecolor",
    "GEMINI_API_KEY": "holdfast",
    "GEMINI_CLI_NO_RELAUNCH": "true",  # else it runs as the child of a first process of the same name
    "GEMINI_CLI_TRUST_WORKSPACE": "true",
    "GOOGLE_GEMINI_BASE_URL": model.URL,
    "LANG": "C.UTF-8",
}


class Gemini(Talking):
    """Its program is a script of its Node package; the machine has the Node of the system, and no other. `program` is
    the one file that stands for it there, and runs it."""

    kind = "gemini"
    release = b"\x1b"
    leave = b"\x03"

    @property
    def program(self) -> Path:
        return self._given.suite / "gemini"

    @property
    def registers(self) -> bool:
        return False

    def outfit(self, home: Path) -> Outfit:
        """A key chosen, every folder trusted, its shell tool allowed."""
        (home / ".gemini").mkdir(exist_ok=True)
        (home / ".gemini" / "settings.json").write_text(json.dumps(_SETTINGS))
        return model.outfit(self._given, _ENVIRONMENT, self.program, ((self._given.program.parents[1], INSIDE),))

    def resumed(self, session: str, prompt: str) -> tuple[str, ...]:
        return "-r", session, "-p", prompt

    def ready(self, text: str) -> bool:
        """Not while it works. Of its last screen only: it draws each one anew."""
        at = text.rfind(_PROMPT)
        return at >= 0 and _WORKING not in text[text.rfind("\n ▝", 0, at) + 1 :]

    def noted(self, text: str) -> str | None:
        found = _NOTED.findall(text)
        return found[-1] if found else None

    def proof(self, text: str) -> tuple[str, str] | None:
        found = _PROOF.findall(text)
        return found[-1] if found else None

    def holding(self, text: str) -> bool:
        return _TASK.search(text) is not None

    def leaving(self, text: str) -> bool:
        return "again to exit" in text

    def transcripts(self, home: Path) -> tuple[Transcript, ...]:
        return chats.transcripts(home)

    def live(self, home: Path, processes: tuple[Process, ...]) -> tuple[LiveAgent, ...]:  # noqa: ARG002  (the protocol's)
        return running.live(processes, _is_agent, ("-r", "--resume"))

    def watched(self, home: Path) -> tuple[Path, ...]:
        """The folder of the projects, or the nearest that exists above it."""
        return (running.nearest(home / ".gemini" / "tmp"),)


def _is_agent(process: Process) -> bool:
    """By argv: `node …/gemini.js`, or the shell that is about to become it."""
    return any(Path(word).name in ("gemini", "gemini.js") for word in process.argv[:3])


GEMINI = Profile(
    Gemini.kind,
    None,
    ("0.61.0",),
    Gemini,
    Package("@google/gemini-cli", "node_modules/@google/gemini-cli/bundle/gemini.js"),
    "HOLDFAST_GEMINI",
    errors=("Invalid session identifier",),
    limits=("its requests name no session: only words can be proven", "`-r latest` with none begins anew, exit 0"),
)
