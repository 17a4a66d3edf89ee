"""The stand-in keeps every contract of the versions that it can be; one that doesn't is found.

The real programs are held to the same by `holdfast conform` (tools/check-conform). Those that need more than every host
gives are in test_contracts_as_root.py.
"""

from pathlib import Path

import pytest

from holdfast.agents import Given, Profile, claude, codex
from holdfast.agents.claude import ClaudeStandin
from holdfast.conform.comparison import Row
from holdfast.conform.contract import Contract
from holdfast.machines import Holder
from holdfast.model.verdict import Verdict
from holdfast.run.agents import at_hand
from holdfast.run.conforming import contracts, look_at
from tests.standins import SUITE, looks

LOOKS = [
    pytest.param(profile, contract, version, id=f"{contract.name}-{version}")
    for profile in (claude.STANDIN, codex.STANDIN)
    for contract, version in looks(contracts(profile.kind.removesuffix("-standin")), profile)
    if contract.needs is None
]


@pytest.mark.parametrize(("profile", "contract", "version"), LOOKS)
def test_the_stand_in_does_what_is_said_of_its_version(
    profile: Profile, contract: Contract, version: str, holder: Holder
) -> None:
    standin = at_hand(f"{profile.kind}@{version}")
    assert standin is not None
    look = look_at(standin, holder, contract.seen)
    row = Row(contract, version, version, look, look)
    assert look.seen == row.expected_of_standin, look.why


@pytest.mark.parametrize(
    "version, name, right, wrong",
    [
        (
            "2.1.197",
            "the_start_of_a_fork",
            "if NEWER:\n                self.source",
            "if True:\n                self.source",
        ),
        ("1.0.128", "the_id_at_the_start_of_a_resume", "self.told = new_uuid()", "new_uuid()"),
        ("1.0.128", "what_a_resume_leaves_beside", 'self.append([{"type": "summary"', '([{"type": "summary"'),
        ("1.0.128", "what_was_said_after_a_continue", "stays=self.interactive or hooked", "stays=False"),
        ("1.0.128", "what_was_said_after_a_resume_on_a_terminal", "stays=self.interactive or", "stays="),
    ],
)
def test_a_stand_in_that_does_otherwise_is_found(
    version: str, name: str, right: str, wrong: str, tmp_path: Path, holder: Holder
) -> None:
    """Wrong ids and wrong files: each is told by the contract of its own."""
    source = (SUITE / "claude").read_text()
    assert source.count(right) == 1
    program = tmp_path / "claude"
    program.write_text(source.replace(right, wrong))
    program.chmod(0o755)
    (contract,) = contracts("claude", [name])
    look = look_at(ClaudeStandin(Given(program, version, SUITE)), holder, contract.seen)
    assert Row(contract, version, version, look, look).standin_verdict is Verdict.BROKEN
