"""Contracts as they are declared, and what their looks are made of."""

from pathlib import Path
from typing import cast

import pytest

from holdfast.agents import Agent, Profile, claude, codex
from holdfast.agents.kept import records
from holdfast.conform import table
from holdfast.conform.comparison import Look, Row, verdict
from holdfast.conform.contract import ROOT, Contract, ContractError, Unlike, contract
from holdfast.conform.subject import Printed, Subject
from holdfast.conform.terminal import NotSeen
from holdfast.machines import Holder
from holdfast.model.verdict import Verdict
from holdfast.run.agents import profiles
from holdfast.run.conforming import contracts, look_at

MINE = '''
from holdfast import Subject, contract

@contract("mine", "there")
def it_is_there(agent: Subject) -> str:
    """A contract of a user's own."""
    return "there"
'''
NOBODY = cast(Subject, None)
SEEN = Look("kept", seconds=2.0)
OTHER = Look("lost", seconds=1.0)
MISSING = Look(None, "it isn't installed. Install it with: npm install x")


def declared(unlike: Unlike | None = None, fails: bool = False) -> Contract:
    @contract("claude", {"2.1.197": "kept", "2.1.329": "moved"}, unlike=unlike)
    def a_thing_is_kept(_: Subject) -> str:
        """It stays where it is."""
        if fails:
            raise KeyError("session_id")
        return "kept"

    return a_thing_is_kept


def row(real: Look, standin: Look, version: str = "2.1.197", unlike: Unlike | None = None) -> Row:
    return Row(declared(unlike), version, version, real, standin)


def test_each_entry_holds_from_its_version_on() -> None:
    versions = ("1.0.128", "2.1.197", "2.1.200", "2.1.329", "2.2.0")
    assert [declared().expected(version) for version in versions] == ["kept", "kept", "kept", "moved", "moved"]


@pytest.mark.parametrize(
    "real, standin, expected",
    [
        (SEEN, SEEN, Verdict.HELD),
        (OTHER, SEEN, Verdict.BROKEN),  # what is said of the real one isn't so
        (SEEN, OTHER, Verdict.BROKEN),  # the stand-in is wrong
        (OTHER, OTHER, Verdict.BROKEN),  # both agree, and what is said is wrong
        (MISSING, SEEN, Verdict.UNPROVEN),
        (SEEN, MISSING, Verdict.UNPROVEN),
        (MISSING, OTHER, Verdict.BROKEN),
    ],
)
def test_a_row_holds_only_if_both_do_what_is_said(real: Look, standin: Look, expected: Verdict) -> None:
    assert row(real, standin).verdict is expected


def test_a_known_difference_is_the_one_that_must_be_seen() -> None:
    unlike = Unlike("lost", "nothing needs it")
    assert row(SEEN, OTHER, unlike=unlike).verdict is Verdict.HELD
    assert row(SEEN, SEEN, unlike=unlike).verdict is Verdict.BROKEN


def test_a_stand_in_is_held_to_its_own_version() -> None:
    mixed = Row(declared(), "2.1.330", "2.1.197", Look("moved"), Look("kept"))
    assert mixed.verdict is Verdict.HELD


def test_the_worst_row_is_the_verdict_and_none_at_all_is_unproven() -> None:
    held, broken, missing = row(SEEN, SEEN), row(SEEN, OTHER), row(MISSING, SEEN)
    assert [verdict(rows) for rows in ((held,), (held, missing), (held, missing, broken), ())] == [
        Verdict.HELD,
        Verdict.UNPROVEN,
        Verdict.BROKEN,
        Verdict.UNPROVEN,
    ]


def test_the_table_shows_both_where_they_differ_and_each_reason_once() -> None:
    shown = table.text([row(SEEN, SEEN), row(SEEN, OTHER), row(MISSING, SEEN), row(MISSING, SEEN)], "claude")
    assert shown.count("npm install x") == 1
    assert shown.count("could not be looked at (1)") == 2
    assert "          real      kept\n          stand-in  lost" in shown
    assert "4 contracts, 1 held (0 with a known difference), 1 broken, 2 unproven" in shown
    assert '"seen": null' in table.document([row(MISSING, SEEN)], "claude")


@pytest.mark.parametrize("version, applies", [("1.0.128", False), ("2.1.197", True), ("2.1.330", True)])
def test_a_program_older_than_a_contract_is_not_looked_at(version: str, applies: bool) -> None:
    @contract("claude", "kept", since="2.1.197")
    def a_thing_is_kept(_: Subject) -> str:
        """It stays where it is."""
        return "kept"

    assert a_thing_is_kept.applies(version) is applies


def test_what_is_not_held_stands_last_in_the_table() -> None:
    shown = table.text([row(SEEN, OTHER), row(SEEN, SEEN)], "claude").splitlines()
    assert [line.split()[0] for line in shown if "a_thing_is_kept" in line] == ["held", "broken"]


def test_whatever_a_contract_raises_is_said_with_its_line() -> None:
    with pytest.raises(NotSeen, match=r"test_conform\.py:\d+: KeyError: 'session_id'"):
        declared(fails=True).seen(NOBODY)


def test_a_declaration_that_could_never_be_broken_is_refused() -> None:
    def silent(agent: Subject) -> str:
        return str(agent)

    with pytest.raises(ContractError, match=r"test_conform\.py:\d+: contract silent has no docstring"):
        contract("claude", "kept")(silent)
    silent.__doc__ = "It says nothing."
    nothing: dict[str, str] = {}
    for says in ("", nothing):
        with pytest.raises(ContractError, match="does not say what is seen"):
            contract("claude", says)(silent)
    with pytest.raises(ContractError, match="versions are numbers with dots"):
        contract("claude", {"latest": "kept"})(silent)


def test_what_this_host_cant_give_is_no_observation(monkeypatch: pytest.MonkeyPatch) -> None:
    agent, holder = cast(Agent, None), cast(Holder, None)
    monkeypatch.setattr("os.geteuid", lambda: 1000)
    look = look_at(agent, holder, lambda _: "kept", ROOT)
    assert look.seen is None
    assert look.why.startswith("it needs a machine with root in it and another user beside, and this host's user is")
    monkeypatch.setattr("os.geteuid", lambda: 0)
    assert ROOT.lacking() is None


def test_contracts_are_found_by_name_and_by_subject() -> None:
    everything = contracts("claude")
    assert len(everything) >= 60
    assert len({one.name for one in everything}) == len(everything)
    (one,) = contracts("claude", ["an_id_must_be_a_uuid"])
    assert one in contracts("claude", ["ids"])
    with pytest.raises(ContractError, match=r"no subject of contracts, called 'aids': .*ids"):
        contracts("claude", ["aids"])


def test_contracts_beside_a_holdfast_toml_are_found_and_a_name_stands_once(tmp_path: Path) -> None:
    (tmp_path / "contracts").mkdir()
    (tmp_path / "contracts" / "mine.py").write_text(MINE)
    assert [one.name for one in contracts("mine", beside=tmp_path)] == ["it_is_there"]
    (tmp_path / "contracts" / "yours.py").write_text(MINE)
    with pytest.raises(ContractError, match="two contracts are called it_is_there"):
        contracts("mine", beside=tmp_path)
    with pytest.raises(ContractError, match="no contract is declared for the agent 'opencode'"):
        contracts("opencode")


def test_what_was_printed_is_told_in_one_line_without_its_ids() -> None:
    said = Printed(1, "", "No conversation found with session ID: 11111111-2222-4333-8444-555555555555\n")
    assert str(said) == "exit 1; err: No conversation found with session ID: <id>"


def test_lines_that_are_no_records_are_left_out() -> None:
    assert list(records(b'{"a": 1}\n{"torn\n\0\0\n[1]\n{"b": 2}')) == [{"a": 1}, {"b": 2}]


def test_every_contract_stands_in_a_file_of_its_subject() -> None:
    files = {path.stem for path in (Path(__file__).resolve().parents[2] / "contracts").glob("[a-z]*.py")}
    assert {one.subject for agent in ("claude", "codex") for one in contracts(agent)} == files


@pytest.mark.parametrize("profile", profiles(None), ids=lambda profile: profile.kind)
def test_an_agent_says_its_errors_and_limits(profile: Profile) -> None:
    assert profile.errors
    assert profile.limits
    assert len(profile.facts) == len(profile.errors) + len(profile.limits)


@pytest.mark.parametrize("profile", [claude.STANDIN, codex.STANDIN], ids=lambda profile: profile.kind)
def test_every_error_of_an_agent_stands_in_a_contract(profile: Profile) -> None:
    known = contracts(profile.kind.removesuffix("-standin"))
    seen = {one.expected(version) for one in known for version in profile.versions if one.applies(version)}
    assert [error for error in profile.errors if not any(error in what for what in seen)] == []
