"""The suite's stand-ins, as the tests want them."""

from collections.abc import Iterable
from pathlib import Path

from holdfast.agents import Given, Profile
from holdfast.agents.claude import VERSIONS, ClaudeStandin
from holdfast.conform.contract import Contract

SUITE = Path(__file__).resolve().parents[1] / "fixtures" / "agents"
USUAL = VERSIONS[0]


def standin(version: str = USUAL) -> ClaudeStandin:
    return ClaudeStandin(Given(SUITE / "claude", version, SUITE))


def looks(contracts: Iterable[Contract], profile: Profile) -> list[tuple[Contract, str]]:
    """Each contract with a version for each thing that it says of the stand-in's versions."""
    found: dict[tuple[Contract, str], str] = {}
    for one in contracts:
        for version in filter(one.applies, profile.versions):
            found.setdefault((one, one.expected(version)), version)
    return [(one, version) for (one, _), version in found.items()]
