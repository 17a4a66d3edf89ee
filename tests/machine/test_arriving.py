"""What is looked at before a press doesn't hang on how far an agent's start has come."""

from pathlib import Path

import pytest

from holdfast.agents.claude import ClaudeStandin
from holdfast.history.events import Asked, Held, Observed
from holdfast.machines import Holder
from holdfast.model.seen import Process
from holdfast.model.verdict import Verdict
from tests.machine import small

AT_ONCE = small.VERBS["resume"]
BELOW_A_SHELL = """
        tmux new-session -d -s "$role" -c "$folder" sh -c 'claude --resume "$0"; exec sh' "$(cat "$HOME/$role.id")" """


@pytest.mark.parametrize("resume", [AT_ONCE, BELOW_A_SHELL], ids=["at once", "below a shell"])
def test_an_agent_that_was_started_by_the_last_press_is_there_at_the_next(
    holder: Holder, tmp_path: Path, resume: str
) -> None:
    """The launcher's press returns as soon as tmux has made the window; its agent needs another while."""
    ran = small.run(holder, small.write(tmp_path / "l", resume=resume), "hard_kill[server]")
    look = next(e.seen for e in ran.history.all(Observed) if e.moment == "before press cli resumes api")
    assert look.agents is not None
    assert ran.final("web").session in {agent.session for agent in look.agents}
    assert ran.obligation("web", "survives").verdict is Verdict.HELD


def test_an_agent_that_never_holds_a_conversation_is_not_waited_for_without_end(holder: Holder, tmp_path: Path) -> None:
    resume = f"""
        (exec -a claude sleep 60) &
        {AT_ONCE}"""
    toml = small.TOML.replace('"sh", "launcher", "resume"', '"bash", "launcher", "resume"')
    ran = small.run(holder, small.write(tmp_path / "l", toml, resume=resume), "hard_kill[server]")
    assert ran.final("web").session is not None
    assert ran.result.seconds < 40.0, "it runs for a minute"


def test_a_task_whose_process_has_yet_to_become_it_is_looked_for_again_at_once(
    holder: Holder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between fork and exec a child has not its own argv; nothing more comes on the screen when it has."""
    early = iter([False])
    known = ClaudeStandin.task

    def task(self: ClaudeStandin, process: Process) -> bool:
        return next(early, known(self, process))

    monkeypatch.setattr(ClaudeStandin, "task", task)
    ran = small.run(holder, small.write(tmp_path / "l"), "hard_kill[agent]")
    (held,) = ran.history.all(Held)
    asked = [event for event in ran.history.all(Asked) if event.at < held.at]
    assert held.at - asked[-1].at < 4.5, "tmux redraws a new client after 5 s, which is no event to wait for"
