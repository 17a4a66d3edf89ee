"""The stand-in keeps every contract of the versions that it can be; one that doesn't is found.

The real programs are held to the same by `holdfast conform` (tools/check-conform). Those that need more than every host
gives are in test_contracts_as_root.py.
"""

from pathlib import Path

import pytest

from holdfast.agents import Given
from holdfast.agents.claude import ClaudeStandin
from holdfast.conform.comparison import Row
from holdfast.conform.contract import Contract
from holdfast.machines import Holder
from holdfast.model.verdict import Verdict
from holdfast.run.conforming import contracts, look_at
from tests.standins import SUITE, standin

VERSIONS = ("2.1.197", "2.1.329")
EVERYWHERE = [one for one in contracts("claude") if one.needs is None]


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize(
    "contract", [one for one in contracts("claude") if one.needs is None], ids=lambda one: one.name
)
def test_the_stand_in_does_what_is_said_of_its_version(contract: Contract, version: str, holder: Holder) -> None:
    look = look_at(standin(version), holder, contract.seen)
    row = Row(contract, version, version, look, look)
    assert look.seen == row.expected_of_standin, look.why


def test_a_stand_in_that_does_otherwise_is_found(tmp_path: Path, holder: Holder) -> None:
    """It tells the start of a fork the new id, as 2.1.197 does not."""
    source = (SUITE / "claude").read_text()
    assert source.count("if NEWER:\n                self.source, self.told") == 1
    wrong = tmp_path / "claude"
    wrong.write_text(source.replace("if NEWER:\n                self.source", "if True:\n                self.source"))
    wrong.chmod(0o755)
    (contract,) = contracts("claude", ["the_start_of_a_fork"])
    look = look_at(ClaudeStandin(Given(wrong, "2.1.197", SUITE)), holder, contract.seen)
    assert Row(contract, "2.1.197", "2.1.197", look, look).standin_verdict is Verdict.BROKEN
