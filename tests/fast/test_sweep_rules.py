"""Each rule of the sweep against sources in which every line says whether it is a call site."""

import re
import shutil
from enum import StrEnum
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdfast.model.site import Site
from holdfast.model.tmux_commands import parse
from holdfast.model.wrapper import layers, program
from holdfast.sweep import sweep, tmux_conf
from holdfast.sweep.files import Source

CASES = Path(__file__).parent / "sweep_cases"
_EXPECTED = re.compile(r"#= (\w+) (\S+?)/(\S+)((?: [\w-]+=\S+)*)(?: @(\d+))?\s*$")


class Case(StrEnum):
    """VALIDATED: a line that is no site, and none was reported. REPORTED: a site, found as what it is. MISSING: not
    found. NOISY: reported, and none is there. WRONG: found as something else."""

    VALIDATED = "validated"
    REPORTED = "reported"
    MISSING = "missing"
    NOISY = "noisy"
    WRONG = "wrong"


def judged(path: Path, folder: Path) -> dict[int, Case]:
    """Each line of `path` and what the sweep of it alone, copied into `folder`, made of it."""
    shutil.copy(path, folder)
    found: dict[int, list[Site]] = {}
    for site in sweep(folder).sites:
        found.setdefault(site.line, []).append(site)
    lines = path.read_text().split("\n")
    wanted = {int(hit[5] or number): hit for number, line in enumerate(lines, 1) if (hit := _EXPECTED.search(line))}
    return {number: _case(found.get(number, []), wanted.get(number)) for number in range(1, len(lines) + 1)}


def _case(found: list[Site], wanted: re.Match[str] | None) -> Case:
    if wanted is None:
        return Case.NOISY if found else Case.VALIDATED
    if not found:
        return Case.MISSING
    settings = {tuple(setting.replace("%", " ").split("=", 1)) for setting in wanted[4].split()}
    right = [
        site
        for site in found
        if (site.kind, site.tool) == (wanted[1], wanted[2])
        and settings <= set(site.settings)
        and _does(site, wanted[3])
    ]
    return Case.REPORTED if right and len(found) == 1 else Case.WRONG


def _does(site: Site, action: str) -> bool:
    commands = [
        command.name for layer in layers(site.argv) if program(layer) == "tmux" for command in parse(layer[1:]).commands
    ]
    return action in (commands or [site.tool])


@pytest.mark.parametrize(
    "name", sorted(path.name for path in CASES.iterdir() if path.is_file() and path.name != "__init__.py")
)
def test_each_line_is_what_it_says(name: str, tmp_path: Path) -> None:
    lines = (CASES / name).read_text().split("\n")
    cases = judged(CASES / name, tmp_path)
    bad = {
        f"{name}:{n}: {case}: {lines[n - 1].strip()}"
        for n, case in cases.items()
        if case not in ("validated", "reported")
    }
    assert not bad, "\n".join(sorted(bad))
    assert Case.REPORTED in cases.values()


def test_a_site_of_tmuxs_configuration_is_under_the_key_or_hook_that_it_belongs_to(tmp_path: Path) -> None:
    shutil.copy(CASES / "keys.tmux.conf", tmp_path)
    found = {site.line: site.symbol for site in sweep(tmp_path).sites}
    assert (found[16], found[19], found[20], found[31]) == ("bind j", "bind m", "bind m", "main")
    assert found[24] == "hook session-closed"


PARTS = r"""bind set-hook display-menu if-shell run-shell detach-client command-prompt popup set -C -b -E -t -g --
{ } ' " \ ; \; # #{ #( ) $A ${ %if %% ~ kill-server x""".split()


@given(st.lists(st.sampled_from([*PARTS, "\n", " ", "\0"]), max_size=30).map("".join))
def test_whatever_stands_in_tmuxs_configuration_is_read_and_its_lines_are_the_files(text: str) -> None:
    drafts, broken = tmux_conf.sites(Source("tmux.conf", "tmux", text))
    last = text.count("\n") + 1
    assert all(1 <= draft.line <= draft.last_line <= last for draft in drafts)
    assert broken is None or 1 <= broken <= last


@pytest.mark.parametrize(
    "text, expected",
    [
        ("subprocess.run(['ls'])  #= start tmux/new-session", Case.MISSING),
        ("subprocess.run(['tmux', 'kill-server'])", Case.NOISY),
        ("subprocess.run(['tmux', 'kill-server'])  #= start tmux/new-session", Case.WRONG),
        ("subprocess.run(['tmux', 'kill-session', '-t', x])  #= kill tmux/kill-session target=exact", Case.WRONG),
        ("subprocess.run(['ls'])", Case.VALIDATED),
    ],
)
def test_a_case_that_fails_is_called_by_its_name(text: str, expected: Case, tmp_path: Path) -> None:
    (tmp_path / "one").mkdir()
    path = tmp_path / "case.py"
    path.write_text(text + "\n")
    assert judged(path, tmp_path / "one")[1] is expected
