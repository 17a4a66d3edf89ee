"""The agents that can answer to a launcher's command."""

from pathlib import Path

from holdfast.agents.claude import ClaudeStandin
from holdfast.agents.protocol import Agent, AgentError
from holdfast.agents.real import ClaudeCode, installed

__all__ = ["Agent", "AgentError", "find"]

KINDS = (ClaudeStandin.kind, ClaudeCode.kind)


def find(kind: str, standin: Path) -> Agent:
    """The agent of that kind. `standin` is the stand-in's program; beside it is the real agents' model, a folder.
    AgentError for a kind that isn't known, or whose program isn't installed."""
    if kind == ClaudeStandin.kind:
        return ClaudeStandin(standin)
    if kind == ClaudeCode.kind:
        return ClaudeCode(installed(), standin.with_name("model"))
    raise AgentError(f"there is no agent {kind!r}: --agent takes one of {', '.join(KINDS)}")
