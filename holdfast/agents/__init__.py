"""The agents that can answer to a launcher's command."""

from holdfast.agents.profile import Given, Package, Profile, is_native, nearest, newest
from holdfast.agents.protocol import Agent, AgentError

__all__ = ["Agent", "AgentError", "Given", "Package", "Profile", "is_native", "nearest", "newest"]
