"""How Claude Code guesses which conversation `--continue` means."""

import os
import time

from holdfast import Subject, contract


def two(agent: Subject) -> tuple[str, str]:
    """Two conversations of the same folder, the one that knows alpha older than the one that knows beta."""
    old, new = agent.born("alpha"), agent.born("beta")
    age(agent, old, 100)
    age(agent, new, 50)
    return old, new


def age(agent: Subject, session: str, seconds: float) -> None:
    then = time.time() - seconds
    os.utime(agent.transcript(session), (then, then))


@contract("claude", {"1.0.128": "beta; touched, beta", "2.1.197": "beta; touched, alpha"})
def the_newest_file_time_wins(agent: Subject) -> str:
    """Records are not read for it: a touch, a copy or a restored backup misleads. An old one goes by their times."""
    old, _ = two(agent)
    first = agent.known("--continue")
    age(agent, old, -60)
    return f"{first}; touched, {agent.known('--continue')}"


@contract("claude", "beta")
def names_that_are_no_uuid_are_passed_over(agent: Subject) -> str:
    """A backup beside the transcripts is no conversation."""
    old, _ = two(agent)
    file = agent.transcript(old)
    file.rename(file.with_name("backup.jsonl"))
    return agent.known("--continue")


@contract("claude", {"1.0.128": "alpha, elsewhere", "2.1.197": "none, under the id of the empty file"})
def a_newest_file_of_no_bytes_is_begun_anew(agent: Subject) -> str:
    """Silently, with exit 0: the older ones are there, and are not taken."""
    _, new = two(agent)
    agent.transcript(new).write_bytes(b"")
    age(agent, new, -60)
    known = agent.known("--continue")
    where = "under the id of the empty file" if agent.transcript(new).stat().st_size else "elsewhere"
    return f"{known}, {where}"


@contract(
    "claude",
    {"1.0.128": "under its id; --resume knows alpha", "2.1.197": "under its id; --resume knows alpha beta"},
)
def what_was_said_after_a_continue(agent: Subject) -> str:
    """Where a SessionStart hook runs, an old one answers under its id, and writes it into a file of another: --resume
    doesn't find it."""
    agent.hook("SessionStart")
    session = agent.born("alpha")
    agent.planted.append("beta")
    under = agent.agent.noted(agent.ask("remember beta", "--continue").out)
    whose = "its id" if under == session else "another id"
    return f"under {whose}; --resume knows {agent.known('--resume', session)}"


@contract("claude", "none")
def without_any_print_mode_begins_a_new_one(agent: Subject) -> str:
    """With exit 0: a silent fresh start."""
    return agent.known("--continue")


@contract("claude", "exit 1; No conversation found to continue shown")
def without_any_a_terminal_is_told(agent: Subject) -> str:
    """And the agent ends."""
    with agent.start("--continue") as terminal:
        code = terminal.ended()
        told = "No conversation found to continue" in terminal.shown
    return f"exit {code}; {'No conversation found to continue' if told else 'nothing'} shown"


@contract("claude", {"1.0.128": "it knows alpha", "2.1.197": "exit 1; No conversation found to continue shown"})
def a_terminal_passes_over_what_was_born_in_print_mode(agent: Subject) -> str:
    """Interactive --continue takes typed conversations only."""
    agent.born("alpha")
    with agent.start("--continue") as terminal:
        try:
            challenge, shown = terminal.prove()
            return f"it knows {agent.words(shown, challenge)}"
        except TimeoutError:
            code = terminal.ended()
        told = "No conversation found to continue" in terminal.shown
    return f"exit {code}; {'No conversation found to continue' if told else 'nothing'} shown"


@contract("claude", "alpha")
def a_terminal_continues_what_was_typed(agent: Subject) -> str:
    """The pair of the one before."""
    with agent.start() as terminal:
        agent.answered(terminal.remember("alpha"))
        terminal.leave()
    with agent.start("--continue") as terminal:
        challenge, shown = terminal.prove()
    return str(agent.words(shown, challenge))
