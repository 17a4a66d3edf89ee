"""The windows around a role's agent, as the reference launcher notes them: what is believed, and what is not."""

import json
from pathlib import Path

import pytest

from tests.fast.test_reference_records import begun, fleet


def test_what_a_pane_shows_of_another_users_program_or_of_one_that_has_ended(tmp_path: Path) -> None:
    refused = """
import os
from fleet import layout
def readlink(path):
    raise PermissionError(13, "another user's", path)
os.readlink = readlink
print(layout.pane(os.getpid())["folder"], layout.pane(2 ** 22 + 1))
"""
    assert fleet(tmp_path, refused) == f"{tmp_path} None"


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        ({1: ["-bash"], 2: ["tail", "-F", "x"]}, ["tail", "-F", "x"]),
        ({1: ["-bash"], 2: ["-bash"]}, None),  # `-bash` can't be run again
        ({1: ["-bash"], 2: []}, None),
        ({1: ["-bash"]}, None),
        ({1: ["tail", "-F", "x"]}, ["tail", "-F", "x"]),
        ({1: [], 2: ["-bash"]}, []),
        ({1: ["tmux", "new"], 9: ["tmux", "new"]}, []),
    ],
)
def test_a_fork_that_has_not_become_its_program_is_not_taken_for_one(
    tmp_path: Path, words: dict[int, list[str]], shown: list[str] | None
) -> None:
    """Between fork and exec it is still called as what it comes from, and within exec nothing at all."""
    code = f"""
from fleet import layout
layout._kin = lambda pid: ("S", 9, 2)
layout._folder = lambda pid: "/home"
layout._argv = {words}.get
print(layout.pane(1)["argv"])
"""
    assert fleet(tmp_path, code) == str(shown)


@pytest.mark.parametrize(
    ("argv", "said"), [(["tail"], "1 True"), (["make"], "1 False"), (None, "0 True"), ([], "0 True")]
)
def test_a_look_at_windows_that_is_not_believed_is_followed_by_no_save(
    tmp_path: Path, argv: list[str] | None, said: str
) -> None:
    """A save after it would pass for one with the new window in it."""
    had = json.dumps({"windows": [{"name": "w", "panes": [{"folder": "/", "argv": ["tail"]}]}], "environment": {}})
    begun(tmp_path, f'registry.change("api", layout={had!r})')
    panes = "0\tyes\t0\t1\tw\n0\t\t0\t2\tw"
    code = f"""
from fleet import cli, layout
layout.tmux.ask = lambda what, *_: {panes!r} if what == "list-panes" else ""
layout.pane = lambda pid: {{"folder": "/", "argv": {argv}}}
before = len(saves.files())
cli.layout("api")
print(len(saves.files()) - before, registry.load("api").layout == {had!r})
"""
    assert fleet(tmp_path, code) == said


@pytest.mark.parametrize(("argv", "running"), [([], [""]), (None, None), (["make"], ["make"])])
def test_a_program_that_is_just_beginning_makes_no_way(
    tmp_path: Path, argv: list[str] | None, running: list[str] | None
) -> None:
    code = f"""
import os
from fleet import takeover
takeover.layout.pane = lambda pid: {{"folder": "/", "argv": {argv}}}
print(takeover._running(os.getpid()))
"""
    assert fleet(tmp_path, code) == str(running)


@pytest.mark.parametrize(("looks", "noted"), [("[None, NEW]", "True"), ("[None, None]", "False")])
def test_a_look_that_meets_a_program_that_is_just_beginning_is_followed_by_another(
    tmp_path: Path, looks: str, noted: str
) -> None:
    begun(tmp_path)
    code = f"""
from fleet import sessions
NEW = {{"windows": [], "environment": {{"A": "b"}}}}
looks = {looks}
sessions.layout.seen = lambda role: looks.pop(0)
sessions.keep_layout("api")
print("b" in registry.load("api").layout)
"""
    assert fleet(tmp_path, code) == noted


def test_what_is_typed_while_windows_are_saved_is_in_a_save_too(tmp_path: Path) -> None:
    begun(tmp_path)
    code = """
from fleet import cli, layout
looks = [{"windows": [], "environment": {"A": value}} for value in ("before", "after")]
layout.seen = lambda role: looks.pop(0)
cli.layout("api")
print(saves.newest().roles[0]["layout"])
"""
    assert "after" in fleet(tmp_path, code)


def test_the_layout_is_no_more_than_tmux_takes_at_once(tmp_path: Path) -> None:
    code = """
import json
from fleet import layout
panes = [{"folder": "/", "argv": ["long", "x" * 13_000]}, {"folder": "/", "argv": ["short", "y"]}]
windows = [{"name": "agent", "panes": []}, {"name": "#(x)", "panes": panes}]
words = layout.commands(json.dumps({"windows": windows}), "api")
print(words.count("short"), words.count("long"), words[words.index("-n") + 1])
"""
    said = fleet(tmp_path, code)
    assert said.startswith("1 0 ##(x)")
    assert "api: too long for tmux, bring it back by hand: long xxx" in said


@pytest.mark.parametrize(
    ("had", "has", "lost"),
    [
        ([["tail"], None], [["tail"], None], False),
        ([["tail"], None], [["tail"], ["make"]], False),
        ([["tail"], None], [["tail"]], True),
        ([["tail"], ["tail"]], [["tail"], None], True),
        ([["tail", "", "x"], None], [["tail", "wx"], None], False),  # as `tail -F wx` is for an instant
        ([], [["tail"]], False),
    ],
)
def test_a_look_that_lacks_something_is_told_from_one_that_has_more(
    tmp_path: Path, had: list[list[str] | None], has: list[list[str] | None], lost: bool
) -> None:
    old, new = (
        {"windows": [{"name": "w", "panes": [{"folder": "/", "argv": argv} for argv in one]}]} for one in (had, has)
    )
    code = f"from fleet import layout; print(layout.lost({json.dumps(old)!r}, {new!r}))"
    assert fleet(tmp_path, code) == str(lost)
