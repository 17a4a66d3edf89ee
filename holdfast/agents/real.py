"""The real Claude Code, without a network: its program is the user's, its model the suite's."""

import json
import os
import shutil
from pathlib import Path

from holdfast.agents.claude import ClaudeStandin
from holdfast.agents.protocol import AgentError, Outfit

VARIABLE = "HOLDFAST_CLAUDE"
FOLDER = Path(".holdfast/agents")
MODEL_INSIDE = "/opt/holdfast/model"
MODEL_PORT = 8399
_ELF = b"\x7fELF"
_KEY = "sk-ant-holdfast-0000000000000000000000000000"
_ENVIRONMENT = {
    "ANTHROPIC_BASE_URL": f"http://127.0.0.1:{MODEL_PORT}",
    "ANTHROPIC_API_KEY": _KEY,
    "CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC": "1",
    "CLAUDE_CODE_MAX_RETRIES": "0",  # a dead model is retried for over a minute otherwise
    "DISABLE_AUTOUPDATER": "1",
    "DISABLE_ERROR_REPORTING": "1",
    "DISABLE_TELEMETRY": "1",
    "LANG": "C.UTF-8",
}


class ClaudeCode(ClaudeStandin):
    """`program` is its native file (no Node is needed, nothing but the C library), `model` the folder of its model."""

    kind = "claude"

    def __init__(self, program: Path, model: Path) -> None:
        super().__init__(program)
        self._model = model

    def outfit(self, home: Path) -> Outfit:
        """Onboarding done, the key approved and every folder trusted, else a dialog waits; its shell tool allowed,
        which a held task runs in."""
        trusted = {"/": {"hasTrustDialogAccepted": True}}
        approved = {"approved": [_KEY[-20:]], "rejected": []}
        state = {"hasCompletedOnboarding": True, "customApiKeyResponses": approved, "projects": trusted}
        (home / ".claude.json").write_text(json.dumps(state))
        (home / ".claude").mkdir(exist_ok=True)
        (home / ".claude" / "settings.json").write_text(json.dumps({"permissions": {"allow": ["Bash"]}}))
        return Outfit(
            program=self._program,
            binds=((self._model, MODEL_INSIDE),),
            environment=_ENVIRONMENT,
            service=("/usr/bin/python3", "-IS", MODEL_INSIDE, str(MODEL_PORT)),
            port=MODEL_PORT,
        )


def installed() -> Path:
    """The native program: the one that HOLDFAST_CLAUDE names, else the first on PATH, else that in .holdfast/agents."""
    named = os.environ.get(VARIABLE) or shutil.which("claude")
    program = Path(named) if named else FOLDER / "node_modules/.bin/claude"
    if not program.is_file():
        raise AgentError(
            f"the real Claude Code is not at {program}, and neither {VARIABLE} nor PATH lead to another. "
            f"Install it with: npm install --prefix {FOLDER} @anthropic-ai/claude-code"
        )
    with program.open("rb") as file:
        if file.read(len(_ELF)) != _ELF:
            raise AgentError(
                f"{program} is not the native Claude Code but a script, which a machine can't run without what it was "
                f"installed with. Name the native program in {VARIABLE}, or install version 2.1 or later with: "
                f"npm install --prefix {FOLDER} @anthropic-ai/claude-code"
            )
    return program.resolve()
