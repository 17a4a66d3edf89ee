"""Where an attach leads, however it gets there."""

from pathlib import Path

import pytest

from holdfast.machines import Holder
from holdfast.model.verdict import Verdict
from tests.machine import small
from tests.machine.stopping import STOPPABLE

BY_PREFIX = """
        exec tmux attach-session -t "$role" """
SAYS_SOMETHING_FIRST = """
        echo "attaching to $role"; sleep 0.2
        exec tmux attach-session -t "=$role" """
BY_ITS_OWN_WORD = """
        test -e "$HOME/open" || { echo "$role is not open yet"; exit 1; }
        exec tmux attach-session -t "=$role" """
OPENS_LATER = f"""
        test "$role" = web || {{ rm "$HOME/open"; (sleep 1.5; : >"$HOME/open") >/dev/null 2>&1 & }}
        {small.VERBS["resume"]}"""
OPEN_FROM_THE_START = f"""
        : >"$HOME/open"
        {small.VERBS["start"]}"""


@pytest.mark.parametrize("path", ["cli", "load"])
def test_a_stopped_role_whose_attach_leads_to_a_busy_one_by_prefix_leads_to_another(
    holder: Holder, tmp_path: Path, path: str
) -> None:
    """api-2 has a task, and would not answer api's asking before that is released. With these names the cell's draw is
    api-2 first and api first."""
    toml = STOPPABLE.replace('name = "cli"', f'name = "{path}"')
    file = small.write(tmp_path / "l", toml, attach=BY_PREFIX, stop='tmux kill-session -t "=$role"')
    ran = small.run(holder, file, "stop[gone]")
    assert ran.broken == {("api", "mapped"): "another role's conversation"}


def test_what_an_attach_says_before_it_shows_the_session_is_not_typed_to(holder: Holder, tmp_path: Path) -> None:
    """The Ctrl-C that releases a task would end it."""
    ran = small.run(holder, small.write(tmp_path / "l", attach=SAYS_SOMETHING_FIRST), "resume_click")
    assert ran.result.verdict is Verdict.HELD, ran.result


def test_an_attach_that_goes_by_the_launchers_own_word_is_tried_again(holder: Holder, tmp_path: Path) -> None:
    """Nobody watches that word."""
    file = small.write(tmp_path / "l", start=OPEN_FROM_THE_START, resume=OPENS_LATER, attach=BY_ITS_OWN_WORD)
    ran = small.run(holder, file, "hard_kill[server]")
    assert ran.result.verdict is Verdict.HELD, ran.result
