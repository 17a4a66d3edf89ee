"""The suite's stand-in for Claude Code, as the tests want it."""

from pathlib import Path

from holdfast.agents import Given
from holdfast.agents.claude import ClaudeStandin

SUITE = Path(__file__).resolve().parents[1] / "fixtures" / "agents"


def standin(version: str = "2.1.197") -> ClaudeStandin:
    return ClaudeStandin(Given(SUITE / "claude", version, SUITE))
