"""A person's own tmux server and agent, beside the launcher's: there before a press, none of its doing, and missed."""

from pathlib import Path

import pytest

from holdfast.history.events import Launched, Observed
from holdfast.history.record import History
from holdfast.machines import Holder
from holdfast.model.seen import Observation
from holdfast.model.verdict import Verdict
from tests.machine import small


def baseline(history: History) -> Observation:
    """The first look at the steady state."""
    return next(event.seen for event in history.all(Observed) if event.moment.startswith("before SIGKILL"))


def test_it_stands_there_before_anything_is_pressed_and_is_nobodys(holder: Holder, tmp_path: Path) -> None:
    ran = small.run(holder, small.write(tmp_path / "l"), "hard_kill[agent]")
    seen = baseline(ran.history)
    assert seen.agents is not None
    assert seen.panes is not None
    (own,) = [agent for agent in seen.agents if agent.cwd == "/home/dev/notes"]
    (pane,) = [pane for pane in seen.panes if pane.pid == own.id.pid]
    assert pane.socket.endswith("/own")
    assert {pane.server for pane in seen.panes if not pane.socket.endswith("/own")} != {pane.server}
    assert len(seen.agents) == 3, "the two roles', and this one"
    assert not [event.launch.argv for event in ran.history.all(Launched) if "own" in event.launch.argv]
    assert ran.result.verdict is Verdict.HELD


@pytest.mark.parametrize(
    "ending",
    [
        "tmux -L own kill-server",
        "tmux -L own kill-session -t 0",
        "pkill -f -- '-L own'",
        "kill $(tmux -L own list-panes -aF '#{pane_pid}')",
    ],
)
def test_a_press_that_ends_it_is_not_clean(holder: Holder, tmp_path: Path, ending: str) -> None:
    resume = f'{ending}; tmux has-session -t "=$role" || window --resume "$(cat "$HOME/$role.id")"'
    ran = small.run(holder, small.write(tmp_path / "l", resume=resume), "hard_kill[agent]")
    assert ran.broken == {("api", "clean"): "bystander gone"}


def test_a_press_that_takes_its_socket_leaves_nothing_that_shows_it_untouched(holder: Holder, tmp_path: Path) -> None:
    resume = 'rm /tmp/tmux-*/own; tmux has-session -t "=$role" || window --resume "$(cat "$HOME/$role.id")"'
    ran = small.run(holder, small.write(tmp_path / "l", resume=resume), "hard_kill[agent]")
    clean = ran.obligation("api", "clean")
    assert (clean.verdict, "was its socket removed?" in clean.why) == (Verdict.UNPROVEN, True)
