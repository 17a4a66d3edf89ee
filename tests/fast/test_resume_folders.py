"""The name of a working folder's project folder: the agent's rule, and the ways in which others get it wrong."""

import re
import runpy
from collections.abc import Callable
from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdfast.agents.folders import encoded, misreading
from tests.fast.standin import PROGRAM

STANDIN = cast("Callable[[str], str]", runpy.run_path(str(PROGRAM))["encoded"])


def hashed(folder: str) -> str:
    """The rule in other words: h = (h << 5) - h + charCode in 32 bits, and its magnitude in base 36."""
    h = 0
    raw = folder.encode("utf-16-le")
    for unit in (int.from_bytes(raw[at : at + 2], "little") for at in range(0, len(raw), 2)):
        h = ((h << 5) - h + unit + 2**31) % 2**32 - 2**31
    number, digits = abs(h), ""
    while number or not digits:
        digits = "0123456789abcdefghijklmnopqrstuvwxyz"[number % 36] + digits
        number //= 36
    return digits


@pytest.mark.parametrize(
    "folder, name",
    [
        ("/home/dev/work", "-home-dev-work"),
        ("/home/dev/a.b_c d-e", "-home-dev-a-b-c-d-e"),
        ("/home/dev/w\U0001f600z", "-home-dev-w--z"),  # observed on 2.1.197: one `-` for each UTF-16 unit
        ("/home/dev/e\u0301x", "-home-dev-e-x"),  # observed on 2.1.197: not composed first
        ("/home/dev/\u00e9", "-home-dev--"),
        ("/" + "a" * 199, "-" + "a" * 199),
        ("/", "-"),
    ],
)
def test_a_name_of_up_to_200_characters_is_the_path_with_dashes(folder: str, name: str) -> None:
    assert encoded(folder) == name


def test_above_200_characters_it_is_cut_and_a_hash_appended() -> None:
    folder = "/" + "a" * 200
    assert encoded(folder) == f"-{'a' * 199}-{hashed(folder)}"
    assert encoded(folder) != encoded(folder + "b")


def test_bytes_that_are_no_utf8_are_one_character_each() -> None:
    assert encoded("/x/\udcff\udcfe") == "-x---"


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=300))
def test_the_stand_in_and_the_engine_agree(folder: str) -> None:
    assert encoded(folder) == STANDIN(folder)


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=101, max_size=300))
def test_the_hash_is_that_of_the_rule(folder: str) -> None:
    folder = "/" * 100 + folder
    name = encoded(folder)
    assert re.fullmatch(r"[A-Za-z0-9-]+", name)
    if len(folder.encode("utf-16-le")) // 2 > 200:
        assert name[200:] == f"-{hashed(folder)}"


@pytest.mark.parametrize(
    "name, folder, said",
    [
        ("-home-dev-a.b", "/home/dev/a.b", "only / is"),
        ("-home-dev-a-b_c", "/home/dev/a.b_c", "only / and . are"),
        ("-home-dev-a-b_c-d", "/home/dev/a.b_c d", "underscore"),
        ("-home-dev-w-z", "/home/dev/w\U0001f600z", "UTF-16"),
        ("-home-dev-w\u00e9z-x", "/home/dev/w\u00e9z x", "beyond ASCII"),
        ("-home-dev--x", "/home/dev/e\u0301x", "composed"),
        ("home-dev", "/home/dev", "first -"),
        ("-" + "a" * 199, "/" + "a" * 200, "hash"),
        ("-" + "a" * 199 + "-zzz", "/" + "a" * 200, "hash"),
        ("-link", "/home/dev", "symbolic links"),
    ],
)
def test_a_known_misreading_is_named(name: str, folder: str, said: str) -> None:
    assert said in str(misreading(name, folder, "/link"))


@pytest.mark.parametrize("folder", ["/home/dev/a.b", "/home/dev", "/" + "a" * 200])
def test_the_right_name_and_a_strange_one_are_no_misreading(folder: str) -> None:
    assert misreading(encoded(folder), folder, "/link") is None
    assert misreading("-somewhere-else", folder, "/link") is None
