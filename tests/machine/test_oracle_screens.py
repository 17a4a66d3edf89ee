"""The oracle refuses a stale screen: text that an agent left behind answers for nobody."""

from pathlib import Path

import pytest

from holdfast.machines import Holder
from holdfast.model.verdict import Verdict
from tests.machine import small

# Keeps the dead pane with what its agent printed last.
KEEPS = """
        mkdir -p "$folder" && new >"$HOME/$role.id"
        window --session-id "$(cat "$HOME/$role.id")"
        tmux set-option -g remain-on-exit on"""

# Keeps a copy of the screen, and ends the session that it was of. The copy says that it is one: tmux can't be relied on
# to write "Pane is dead" below it, because the SIGCHLD of a pane that ends while utempter's helper runs is lost to it.
COPIES = """
        { tmux capture-pane -p -S - -t "=$role:"; echo a copy; } >"$HOME/$role.screen"
        tmux kill-session -t "=$role" """


def test_a_launcher_of_a_dozen_lines_is_sound(holder: Holder, tmp_path: Path) -> None:
    ran = small.run(holder, small.write(tmp_path / "l"), "hard_kill[agent]")
    assert ran.result.verdict is Verdict.HELD


def test_a_dead_pane_that_still_shows_an_old_proof_is_no_answer(holder: Holder, tmp_path: Path) -> None:
    ran = small.run(holder, small.write(tmp_path / "l", start=KEEPS), "hard_kill[agent]")
    assert ran.broken[("api", "mapped")] == "none"
    assert ran.final("api").proof is None


@pytest.mark.parametrize(
    "attach",
    [
        'cat "$HOME/$role.screen" 2>/dev/null || exec tmux attach-session -t "=$role"; cat',
        'cat "$HOME/$role.screen" 2>/dev/null || exec tmux attach-session -t "=$role"; sed -u "s/^/> /"',
    ],
    ids=["the terminal echoes", "the copy echoes"],
)
def test_a_copy_of_the_old_screen_is_not_taken_for_the_agent(holder: Holder, tmp_path: Path, attach: str) -> None:
    file = small.write(tmp_path / "l", start=KEEPS, resume=COPIES, attach=f"\n        {attach}")
    ran = small.run(holder, file, "hard_kill[agent]")
    assert ran.broken[("api", "mapped")] == "none"
    assert "a copy" in ran.final("api").why, "the copy was on the screen"
    assert ran.final("api").proof is None, "and its old proof was not taken for an answer"


def test_an_old_screen_that_is_drawn_again_under_every_question_is_no_answer(holder: Holder, tmp_path: Path) -> None:
    redraws = """
        [ -e "$HOME/$role.screen" ] || exec tmux attach-session -t "=$role"
        cat "$HOME/$role.screen"
        while read -r line; do cat "$HOME/$role.screen"; done"""
    ran = small.run(holder, small.write(tmp_path / "l", start=KEEPS, resume=COPIES, attach=redraws), "hard_kill[agent]")
    assert ran.broken[("api", "mapped")] == "none"
    assert ran.final("api").proof is None
