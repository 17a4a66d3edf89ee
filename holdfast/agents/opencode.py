"""The real opencode, without a network. Observed on 1.18.33. It takes seconds to start, and its terminal longer.

What can't be had of it: no registry tells which process has which session, so that a live agent's session is known only
where `-s` names it, and its folder never. Sessions have no files of their own, and ids that are no UUIDs (`ses_…`). A
held task survives a killed agent. That one write of `release` ends one was not tried: a person's two keys do.
"""

import json
import re
from pathlib import Path

from holdfast.agents import database, model, running
from holdfast.agents.profile import Package, Profile
from holdfast.agents.protocol import Outfit
from holdfast.agents.talking import Talking
from holdfast.model.seen import LiveAgent, Process, Transcript

_SESSION = r"ses_[0-9A-Za-z]+"
_NOTED = re.compile(rf"\bnoted\s+({_SESSION})\s+\d+")
_PROOF = re.compile(rf"\bproof\s+({_SESSION})\s+([0-9a-f]{{32}})\b")
_CONFIG = {
    "autoupdate": False,
    "share": "disabled",
    "permission": "allow",
    "model": "holdfast/holdfast",
    "small_model": "holdfast/holdfast",
    "provider": {
        "holdfast": {
            "npm": "@ai-sdk/openai-compatible",
            "name": "holdfast",
            "options": {"baseURL": f"{model.URL}/v1", "apiKey": "holdfast"},
            "models": {"holdfast": {"name": "holdfast"}},
        }
    },
}
_ENVIRONMENT = {
    "LANG": "C.UTF-8",
    "OPENCODE_DISABLE_AUTOUPDATE": "1",
    "OPENCODE_DISABLE_DEFAULT_PLUGINS": "1",
    "OPENCODE_DISABLE_LSP_DOWNLOAD": "1",
    "OPENCODE_DISABLE_MODELS_FETCH": "1",
}
_PROMPT = re.compile(r"^\s*┃\s+Build ·", re.MULTILINE)
_WORKING = re.compile(r"\besc (?:again to )?interrupt\b")
_TASK = re.compile(r"^\s*┃\s+\S\s+tail -f /dev/null", re.MULTILINE)


class Opencode(Talking):
    """A native program. What is called opencode on PATH is often a script of Node, which a machine can't run."""

    kind = "opencode"
    release = b"\x1b\x1b"
    leave = b"\x03"

    @property
    def registers(self) -> bool:
        return False

    def outfit(self, home: Path) -> Outfit:
        """Every tool is allowed, and nothing is fetched: neither a list of models nor a newer opencode."""
        folder = home / ".config" / "opencode"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "opencode.json").write_text(json.dumps(_CONFIG))
        return model.outfit(self._given, _ENVIRONMENT)

    def resumed(self, session: str, prompt: str) -> tuple[str, ...]:
        return "run", "-s", session, prompt

    def ready(self, text: str) -> bool:
        """Not while it works: its screen is drawn over, so that a mark is gone when its time is over."""
        return _PROMPT.search(text) is not None and _WORKING.search(text) is None

    def noted(self, text: str) -> str | None:
        found = _NOTED.findall(text)
        return found[-1] if found else None

    def proof(self, text: str) -> tuple[str, str] | None:
        found = _PROOF.findall(text)
        return found[-1] if found else None

    def holding(self, text: str) -> bool:
        return _TASK.search(text) is not None and _WORKING.search(text) is not None

    def leaving(self, text: str) -> bool:  # noqa: ARG002  (the protocol's)
        """Never: the first `leave` ends it."""
        return False

    def transcripts(self, home: Path) -> tuple[Transcript, ...]:
        return database.transcripts(home)

    def live(self, home: Path, processes: tuple[Process, ...]) -> tuple[LiveAgent, ...]:  # noqa: ARG002  (the protocol's)
        return running.live(processes, _is_agent, ("-s", "--session"))

    def watched(self, home: Path) -> tuple[Path, ...]:
        """The folder of the database, or the nearest that exists above it."""
        return (running.nearest(home / ".local" / "share" / "opencode"),)


def _is_agent(process: Process) -> bool:
    return [Path(word).name for word in process.argv[:1]] == ["opencode"]


OPENCODE = Profile(
    Opencode.kind,
    None,
    ("1.18.33",),
    Opencode,
    Package("opencode-ai", "node_modules/opencode-linux-*/bin/opencode"),
    "HOLDFAST_OPENCODE",
    native="0",
    errors=("Error: Session not found",),
    limits=("no registry tells which process has which session",),
)
