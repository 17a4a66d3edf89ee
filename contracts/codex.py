"""Codex: a thread in a rollout file, a database that says which one is the newest, and a lock for whoever writes it."""

import os
import secrets
import time
import uuid
from pathlib import Path

from holdfast import Subject, contract

EXEC = ("exec", "--skip-git-repo-check")
UNKNOWN = "11111111-2222-4333-8444-555555555555"


def noted(agent: Subject, word: str, *argv: str) -> str:
    """The id of the thread that noted a word by `codex exec`."""
    agent.planted.append(word)
    said = agent.run(*EXEC, *argv, agent.agent.remember(word))
    return agent.agent.noted(said.out) or str(said)


def knows(agent: Subject, *argv: str) -> str:
    """The planted words that are proven so, by `codex exec`."""
    challenge = secrets.token_hex(4)
    said = agent.run(*EXEC, *argv, agent.agent.prove(challenge))
    return agent.words(said.out, challenge) or f"exit {said.code}"


def rollouts(agent: Subject) -> list[Path]:
    return [Path(one.path) for one in agent.agent.transcripts(agent.home)]


def refusal(agent: Subject, thread: str, words: str) -> str:
    """How a resume of that thread ends, and whether it says so."""
    said = agent.run(*EXEC, "resume", thread, agent.agent.prove("1"))
    return f"exit {said.code}; {words if words in said.err else f'not: {words}'}"


@contract("codex", "1 rollout, of the thread's id")
def a_thread_is_a_file_of_its_id(agent: Subject) -> str:
    """~/.codex/sessions/YEAR/MONTH/DAY/rollout-TIME-ID.jsonl."""
    thread = noted(agent, "alpha")
    files = rollouts(agent)
    return f"{len(files)} rollout, of {'the thread' if files[0].stem.endswith(thread) else 'another'}'s id"


@contract("codex", "the same thread; it knows alpha beta")
def exec_resumes_by_id(agent: Subject) -> str:
    """In the same file."""
    thread = noted(agent, "alpha")
    again = noted(agent, "beta", "resume", thread)
    same = "the same thread" if again == thread and len(rollouts(agent)) == 1 else "another thread"
    return f"{same}; it knows {knows(agent, 'resume', thread)}"


@contract("codex", "beta; touched, beta")
def last_is_what_the_database_says(agent: Subject) -> str:
    """`--last` is not misled by a file's time, as Claude Code's --continue is."""
    first = noted(agent, "alpha")
    noted(agent, "beta")
    before = knows(agent, "resume", "--last")
    (file,) = [one for one in rollouts(agent) if one.stem.endswith(first)]
    later = time.time() + 3600
    os.utime(file, (later, later))
    return f"{before}; touched, {knows(agent, 'resume', '--last')}"


@contract("codex", "exit 1; no rollout found for thread id")
def an_unknown_id_is_refused(agent: Subject) -> str:
    """On stderr."""
    return refusal(agent, UNKNOWN, "no rollout found for thread id")


@contract("codex", "none, exit 0; 2 rollouts")
def an_unknown_name_is_silently_new(agent: Subject) -> str:
    """A launcher that resumes by a name that was never given, or was mistyped, has begun another thread."""
    noted(agent, "alpha")
    return f"{knows(agent, 'resume', 'nosuchname')}, exit 0; {len(rollouts(agent))} rollouts"


@contract("codex", "exit 1; already has an active writer")
def a_thread_that_is_open_is_refused(agent: Subject) -> str:
    """There is a lock: a second process can't go on with it."""
    with agent.start() as terminal:
        return refusal(agent, terminal.remember("alpha"), "already has an active writer")


@contract("codex", "it knows alpha")
def a_kill_gives_the_thread_back(agent: Subject) -> str:
    """The kernel holds the lock, and lets go of it with its process."""
    with agent.start() as terminal:
        thread = terminal.remember("alpha")
        agent.shell(f"kill -KILL {terminal.pid}")
        terminal.ended()
    return f"it knows {knows(agent, 'resume', thread)}"


@contract("codex", "gone")
def a_running_tool_dies_with_a_kill(agent: Subject) -> str:
    """Unlike Claude Code's, which lives on."""

    def tools() -> list[int]:
        return [one.id.pid for one in agent.processes() if agent.agent.task(one)]

    with agent.start() as terminal:
        terminal.remember("alpha")
        terminal.hold()
        agent.wait("the tool", tools)
        agent.shell(f"kill -KILL {terminal.pid}")
        terminal.ended()
        agent.wait("the tool's end", lambda: not tools())
    return "gone"


@contract("codex", "it knows alpha; answered by the original")
def a_copy_answers_as_the_original(agent: Subject) -> str:
    """A rollout that is copied under another id: the records inside say whose it is."""
    thread, copy = noted(agent, "alpha"), str(uuid.uuid4())
    (file,) = rollouts(agent)
    file.with_name(file.name.replace(thread, copy)).write_bytes(file.read_bytes())
    challenge = secrets.token_hex(4)
    said = agent.run(*EXEC, "resume", copy, agent.agent.prove(challenge))
    proof = agent.agent.proof(said.out)
    who = "nobody" if proof is None else "the original" if proof[0] == thread else "the copy"
    return f"it knows {agent.words(said.out, challenge)}; answered by {who}"
