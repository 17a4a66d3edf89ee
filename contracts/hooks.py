"""What Claude Code tells its hooks: the way to learn an id while the session lives."""

from holdfast import Subject, contract

EVENTS = ("SessionStart", "SessionEnd", "UserPromptSubmit", "Stop")


def told(agent: Subject, key: str, event: str) -> list[str]:
    return [str(one.get(key)) for one in agent.hooked() if one["hook_event_name"] == event]


@contract("claude", "SessionStart UserPromptSubmit Stop SessionEnd")
def a_turn_in_print_mode_fires_four_events(agent: Subject) -> str:
    """In this order."""
    agent.hook(*EVENTS)
    agent.born("alpha")
    return " ".join(str(one["hook_event_name"]) for one in agent.hooked())


@contract("claude", "cwd, hook_event_name, session_id, transcript_path")
def every_event_says_whose_it_is(agent: Subject) -> str:
    """What all payloads have in common."""
    agent.hook(*EVENTS)
    agent.born("alpha")
    wanted = {"session_id", "transcript_path", "cwd", "hook_event_name"}
    return ", ".join(sorted(set.intersection(wanted, *(set(one) for one in agent.hooked()))))


@contract("claude", "startup, resume")
def the_start_says_where_it_came_from(agent: Subject) -> str:
    """SessionStart's source."""
    agent.hook("SessionStart")
    session = agent.born("alpha")
    agent.known("--resume", session)
    return ", ".join(told(agent, "source", "SessionStart"))


@contract(
    "claude",
    {
        "1.0.128": "resume, told the new id",
        "2.1.197": "resume, told the old id",
        "2.1.329": "fork, told the new id",
    },
)
def the_start_of_a_fork(agent: Subject) -> str:
    """A launcher that stores what this event says stores the wrong conversation where it is told the old id."""
    first = agent.born("alpha")
    agent.hook("SessionStart")
    fork = agent.agent.noted(agent.ask("remember beta", "--resume", first, "--fork-session").out)
    (session,) = told(agent, "session_id", "SessionStart")
    which = {first: "the old id", fork: "the new id"}.get(session, "an id that nothing else has")
    return f"{told(agent, 'source', 'SessionStart')[0]}, told {which}"


@contract("claude", {"1.0.128": "an id that nothing else has", "2.1.197": "the conversation's"})
def the_id_at_the_start_of_a_resume(agent: Subject) -> str:
    """In print mode. A launcher that stores what this event says stores nobody's id where it is not the
    conversation's: Stop and the answer name the right one."""
    session = agent.born("alpha")
    agent.hook("SessionStart", "Stop")
    agent.known("--resume", session)
    if told(agent, "session_id", "Stop") != [session]:
        return "another conversation's"
    return (
        "the conversation's"
        if told(agent, "session_id", "SessionStart") == [session]
        else "an id that nothing else has"
    )


@contract("claude", "SessionEnd clear of the old id, SessionStart clear of the new")
def clear_ends_one_session_and_starts_another(agent: Subject) -> str:
    """In one process: only hooks tell a launcher of it."""
    agent.hook("SessionStart", "SessionEnd")
    with agent.start() as terminal:
        first = terminal.remember("alpha")
        agent.wait("the first event", agent.hooked)
        terminal.clear()
        second = terminal.remember("beta")
        end, start = agent.hooked()[1:3]
    old = "the old id" if end["session_id"] == first else "another id"
    new = "the new" if start["session_id"] == second else "another"
    return f"SessionEnd {end.get('reason')} of {old}, SessionStart {start.get('source')} of {new}"


@contract("claude", "prompt_input_exit")
def leaving_says_why(agent: Subject) -> str:
    """SessionEnd's reason when a person leaves."""
    agent.hook("SessionEnd")
    with agent.start() as terminal:
        terminal.remember("alpha")
        terminal.leave()
    return ", ".join(told(agent, "reason", "SessionEnd"))


@contract("claude", "other")
def the_end_of_print_mode_says_why(agent: Subject) -> str:
    """SessionEnd's reason when a single turn is over."""
    agent.hook("SessionEnd")
    agent.born("alpha")
    return ", ".join(told(agent, "reason", "SessionEnd"))


@contract("claude", "remember alpha")
def the_prompt_is_told_before_it_is_answered(agent: Subject) -> str:
    """UserPromptSubmit's prompt."""
    agent.hook("UserPromptSubmit")
    agent.born("alpha")
    return ", ".join(told(agent, "prompt", "UserPromptSubmit"))


@contract("claude", {"1.0.128": "nothing", "2.1.197": "the answer"})
def the_answer_is_told_when_it_is_over(agent: Subject) -> str:
    """Stop's last_assistant_message."""
    agent.hook("Stop")
    session = agent.born("alpha")
    (event,) = agent.hooked()
    message = event.get("last_assistant_message", "nothing")
    return "the answer" if message == f"noted {session} 1" else str(message)


@contract("claude", "the file of the conversation, there at Stop")
def the_transcript_path_is_the_files(agent: Subject) -> str:
    """Every event names it; at SessionStart it is a promise only."""
    agent.hook("SessionStart", "Stop")
    file = agent.transcript(agent.born("alpha"))
    inside = {"/home/dev/" + str(file.relative_to(agent.home))}
    named = {*told(agent, "transcript_path", "SessionStart"), *told(agent, "transcript_path", "Stop")}
    return "the file of the conversation, there at Stop" if named == inside else f"another: {named}"


@contract(
    "claude",
    {
        "1.0.128": "CLAUDE_PROJECT_DIR TMUX TMUX_PANE; a terminal; the agent's session",
        "2.1.197": "CLAUDECODE CLAUDE_CODE_SESSION_ID CLAUDE_PROJECT_DIR TMUX TMUX_PANE; no terminal; "
        "a session of its own",
    },
)
def a_hook_runs_without_a_terminal_and_knows_its_pane(agent: Subject) -> str:
    """What it inherits is how a launcher's hook finds the pane."""
    line = (
        "env >~/env; (exec </dev/tty) 2>/dev/null && echo tty >~/tty; ps -o sid= -p $$ >~/sid; ps -o pid= -p $$ >~/pid"
    )
    (agent.home / "script").write_text(f"#!/bin/sh\n{line}\n")
    (agent.home / "script").chmod(0o755)
    agent.settings(hooks={"SessionStart": [{"hooks": [{"type": "command", "command": "/home/dev/script"}]}]})
    with agent.start(env={"TMUX": "/tmp/s,1,0", "TMUX_PANE": "%7"}) as terminal:
        terminal.remember("alpha")
    names = {line.partition("=")[0] for line in (agent.home / "env").read_text().splitlines()}
    wanted = {"TMUX", "TMUX_PANE", "CLAUDE_CODE_SESSION_ID", "CLAUDE_PROJECT_DIR", "CLAUDECODE"}
    terminal_said = "a terminal" if (agent.home / "tty").exists() else "no terminal"
    sid, agents = int((agent.home / "sid").read_text()), terminal.pid
    own = "the agent's session" if sid == agents else "a session of its own"
    return f"{' '.join(sorted(wanted & names))}; {terminal_said}; {own}"


@contract("claude", "the same id and file; SessionStart compact; it knows gamma")
def compact_keeps_id_and_file(agent: Subject) -> str:
    """/compact: what is stored stays true, and what was said before is as good as the model's summary of it."""
    agent.hook("SessionStart")
    with agent.start() as terminal:
        first = terminal.remember("alpha")
        terminal.remember("beta")
        terminal.say("/compact")
        agent.wait("the event of the compaction", lambda: len(agent.hooked()) > 1)
        second = terminal.remember("gamma")
        agent.answered(second, 3)
    same = "the same id and file" if first == second and len(agent.transcripts()) == 1 else "another id or file"
    return (
        f"{same}; SessionStart {told(agent, 'source', 'SessionStart')[-1]}; it knows {agent.known('--resume', first)}"
    )


@contract(
    "claude",
    {
        "2.1.197": "the same file; no compaction; it knows alpha beta gamma",
        "2.1.329": "the same file; PreCompact auto, SessionStart compact; it knows gamma",
    },
    since="2.1.197",
)
def a_full_context(agent: Subject) -> str:
    """What a model's answer that tells of two million tokens brings about at the next prompt. 1.0.128 compacts, and
    does not answer that prompt: by our model's fault or its own, nobody knows."""
    agent.hook("SessionStart", "PreCompact")
    with agent.start() as terminal:
        first = terminal.remember("alpha")
        terminal.remember("beta")
        terminal.say("fill")
        terminal.wait("the context to be full", lambda shown: "filled" in shown or None)
        agent.answered(first, 3)
        agent.planted.append("gamma")
        terminal.say("remember gamma")
        agent.answered(first, 4)
    events = [f"{one['hook_event_name']} {one.get('source') or one.get('trigger')}" for one in agent.hooked()[1:]]
    return f"the same file; {', '.join(events) or 'no compaction'}; it knows {agent.known('--resume', first)}"
