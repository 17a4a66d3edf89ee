"""The real Claude Code, without a network: its program comes from the npm registry, its model from the suite."""

import json
from pathlib import Path

from holdfast.agents import model
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


class ClaudeCode(ClaudeStandin):
    """A native program (2.1 and later), which needs nothing but the C library; before that a script of its Node
    package, for which the machine has the Node of the system, and one file that stands for it there."""

    kind = "claude"

    def outfit(self, home: Path) -> Outfit:
        """Onboarding done, the key approved and every folder trusted, else a dialog waits; its shell tool, which a held
        task runs in, allowed by a rule: auto mode, the default since 2.1.329, asks its service about each use."""
        trusted = {"/": {"hasTrustDialogAccepted": True}}
        approved = {"approved": [_KEY[-20:]], "rejected": []}
        state = {"hasCompletedOnboarding": True, "customApiKeyResponses": approved, "projects": trusted}
        state["hasAcknowledgedCostThreshold"] = True  # 1.0.128 asks that the cost of a full context be acknowledged
        (home / ".claude.json").write_text(json.dumps(state))
        (home / ".claude").mkdir(exist_ok=True)
        permissions = {"allow": ["Bash"], "disableAutoMode": "disable"}
        (home / ".claude" / "settings.json").write_text(json.dumps({"permissions": permissions}))
        program = self.program.resolve()
        if is_native(program):
            return model.outfit(self._given, _ENVIRONMENT, program)
        script = self._given.suite / "claude-script"
        return model.outfit(self._given, _ENVIRONMENT, script, ((program.parent, INSIDE),))


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
