"""The real Claude Code, without a network: its program comes from the npm registry, its model from the suite."""

import json
from pathlib import Path

from holdfast.agents import configs, model
from holdfast.agents.claude import ERRORS, LIMITS, VERSIONS, ClaudeStandin
from holdfast.agents.profile import Package, Profile, is_native
from holdfast.agents.protocol import Outfit

INSIDE = "/opt/holdfast/claude"
_KEY = "sk-ant-holdfast-0000000000000000000000000000"
_ENVIRONMENT = {
    "ANTHROPIC_BASE_URL": model.URL,
    "ANTHROPIC_API_KEY": _KEY,
    "CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC": "1",
    "CLAUDE_CODE_MAX_RETRIES": "0",  # a dead model is retried for over a minute otherwise
    "DISABLE_AUTOUPDATER": "1",
    "DISABLE_ERROR_REPORTING": "1",
    "DISABLE_TELEMETRY": "1",
    "LANG": "C.UTF-8",
}
_TRUSTED = {"/": {"hasTrustDialogAccepted": True}}
_ANSWERED = {
    "hasCompletedOnboarding": True,
    "customApiKeyResponses": {"approved": [_KEY[-20:]], "rejected": []},
    "projects": _TRUSTED,
    "hasAcknowledgedCostThreshold": True,  # 1.0.128 asks that the cost of a full context be acknowledged
}
"""What a person has answered who uses it: onboarding done, the key approved, every folder trusted."""


class ClaudeCode(ClaudeStandin):
    """A native program (2.1 and later), which needs nothing but the C library; before that a script of its Node
    package, for which the machine has the Node of the system, and one file that stands for it there."""

    kind = "claude"

    def outfit(self, home: Path) -> Outfit:
        """Its dialogs are answered, or one would wait; its shell tool, which a held task runs in, is allowed by a rule:
        auto mode, the default since 2.1.329, asks its service about each use."""
        (home / ".claude.json").write_text(json.dumps(_ANSWERED))
        (home / ".claude").mkdir(exist_ok=True)
        permissions = {"allow": ["Bash"], "disableAutoMode": "disable"}
        (home / ".claude" / "settings.json").write_text(json.dumps({"permissions": permissions}))
        program = self.program.resolve()
        if is_native(program):
            return model.outfit(self._given, _ENVIRONMENT, program)
        script = self._given.suite / "claude-script"
        return model.outfit(self._given, _ENVIRONMENT, script, ((program.parent, INSIDE),))

    def settle(self, home: Path, transcript: Path) -> None:
        """In a config dir of its own, to which only prompts were dispatched so far, it would look for its service."""
        config = configs.of(transcript)
        if config == home / ".claude":
            return
        file = config / ".claude.json"
        known = json.loads(file.read_text()) if file.exists() else {}
        file.write_text(json.dumps({**known, **_ANSWERED, "projects": {**known.get("projects", {}), **_TRUSTED}}))


CLAUDE = Profile(
    ClaudeCode.kind,
    "claude",
    VERSIONS,
    ClaudeCode,
    Package("@anthropic-ai/claude-code", "node_modules/.bin/claude"),
    "HOLDFAST_CLAUDE",
    native="2.1",
    errors=ERRORS,
    limits=LIMITS,
)
