"""The stand-in keeps those contracts, too, that need more than every host gives. Collected for root only."""

from pathlib import Path

import pytest

from holdfast.agents.claude import STANDIN
from holdfast.conform.comparison import Row
from holdfast.conform.contract import Contract
from holdfast.conform.subject import Subject
from holdfast.machines import Holder
from holdfast.machines.machine import HeldMachine
from holdfast.machines.protocol import Blueprint
from holdfast.run.conforming import contracts, look_at
from tests.machine.asking import Maker
from tests.standins import looks, standin

LOOKS = [
    pytest.param(contract, version, id=f"{contract.name}-{version}")
    for contract, version in looks(contracts("claude"), STANDIN)
    if contract.needs
]


@pytest.mark.parametrize(("contract", "version"), LOOKS)
def test_the_stand_in_does_what_is_said_of_its_version(contract: Contract, version: str, holder: Holder) -> None:
    look = look_at(standin(version), holder, contract.seen, contract.needs)
    row = Row(contract, version, version, look, look)
    assert look.seen == row.expected_of_standin, look.why


def test_a_person_has_no_right_of_roots_and_a_terminal_of_their_own(tmp_path: Path, make: Maker) -> None:
    machine: HeldMachine = make(Blueprint(kind="namespace", home=tmp_path))
    person = Subject(machine, standin(), "sh").as_person()
    seen = person.run("-c", "id -un; grep -E 'Cap(Prm|Eff|Amb)' /proc/self/status; touch /root-only 2>&1; echo >~/mine")
    assert [line.split()[-1] for line in seen.out.splitlines()[:4]] == ["person", *["0" * 16] * 3]
    assert "denied" in seen.out or "Read-only" in seen.out
    assert (tmp_path / "mine").stat().st_uid == (tmp_path / "work").stat().st_uid != 0
    with person.start("-c", "stat -c %U $(tty); read end") as terminal:
        terminal.wait("the terminal's owner", lambda shown: "person" in shown or None)
