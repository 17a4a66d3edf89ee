"""How Claude Code's conversations get their ids."""

import json

from holdfast import Subject, contract

CHOSEN = "11111111-2222-4333-8444-555555555555"


@contract("claude", "the chosen id")
def an_id_can_be_chosen(agent: Subject) -> str:
    """--session-id names the conversation and its file."""
    said = agent.ask("remember alpha", "--session-id", CHOSEN)
    chosen = agent.agent.noted(said.out) == CHOSEN and agent.transcript(CHOSEN).exists()
    return "the chosen id" if chosen else str(said)


@contract("claude", "exit 1; err: Error: Session ID <id> is already in use.")
def an_id_that_is_in_use_is_refused(agent: Subject) -> str:
    """By whatever stands on the disk: the session need not live."""
    agent.ask("remember alpha", "--session-id", CHOSEN)
    return str(agent.ask("remember beta", "--session-id", CHOSEN))


@contract("claude", "exit 1; err: Error: Invalid session ID. Must be a valid UUID.")
def an_id_must_be_a_uuid(agent: Subject) -> str:
    """A role's name is none."""
    return str(agent.ask("remember alpha", "--session-id", "api"))


@contract(
    "claude",
    {"1.0.128": "the same id, 2 transcripts, alpha beta", "2.1.197": "the same id, 1 transcript, alpha beta"},
)
def resume_keeps_id_and_file(agent: Subject) -> str:
    """However often: a stored id stays true. An old one leaves a file beside it."""
    first = agent.born("alpha")
    agent.planted.append("beta")
    again = agent.agent.noted(agent.ask("remember beta", "--resume", first).out)
    same = "the same id" if again == first else "another id"
    count = len(agent.transcripts())
    return f"{same}, {count} transcript{'s' * (count > 1)}, {agent.known('--resume', first)}"


@contract(
    "claude",
    {
        "1.0.128": "summary, under the id that SessionStart told; exit 1; err: No conversation found with session ID: "
        "<id>",
        "2.1.197": "nothing",
    },
)
def what_a_resume_leaves_beside(agent: Subject) -> str:
    """In print mode: a file of an id that is no conversation's. Whoever looks for ids on the disk finds it too."""
    session = agent.born("alpha")
    agent.hook("SessionStart")
    agent.known("--resume", session)
    others = [path.stem for path in agent.transcripts() if path.stem != session]
    if not others:
        return "nothing"
    kinds = " ".join(str(one["type"]) for one in agent.records(others[0]))
    told = "the id that SessionStart told" if agent.hooked()[0]["session_id"] == others[0] else "another id"
    return f"{kinds}, under {told}; {agent.known('--resume', others[0])}"


@contract("claude", "a new id; it knows alpha beta; the old one alpha")
def fork_gives_a_new_id_with_the_old_history(agent: Subject) -> str:
    """--fork-session writes the history again under a new id and leaves the old one as it is."""
    first = agent.born("alpha")
    agent.planted.append("beta")
    fork = agent.agent.noted(agent.ask("remember beta", "--resume", first, "--fork-session").out)
    if fork is None or fork == first:
        return "no new id"
    return f"a new id; it knows {agent.known('--resume', fork)}; the old one {agent.known('--resume', first)}"


@contract("claude", "another id, 2 transcripts; the new one knows beta, the old one alpha")
def clear_begins_a_conversation_with_a_new_id(agent: Subject) -> str:
    """A launcher that stored the id at the start has the wrong one from here on."""
    with agent.start() as terminal:
        first = terminal.remember("alpha")
        agent.answered(first)
        terminal.clear()
        second = terminal.remember("beta")
        agent.answered(second)
        terminal.leave()
    told = "the same id" if second == first else "another id"
    count = len(agent.transcripts())
    knows = f"the new one knows {agent.known('--resume', second)}, the old one {agent.known('--resume', first)}"
    return f"{told}, {count} transcripts; {knows}"


@contract("claude", "the id of the file")
def the_json_result_names_the_id(agent: Subject) -> str:
    """--output-format json: what a dispatcher stores."""
    said = agent.ask("remember alpha", "--output-format", "json")
    named = json.loads(said.out)["session_id"]
    return "the id of the file" if [path.stem for path in agent.transcripts()] == [named] else f"another: {said}"
