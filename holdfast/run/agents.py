"""Which agent answers to the launcher's command."""

from importlib import import_module

from holdfast.agents import Agent, find


def agent_called(kind: str) -> Agent:
    """The agent of that kind; the stand-in's program is one that the suite brings along."""
    return find(kind, import_module("holdfast.fixtures.agents").STANDIN)
