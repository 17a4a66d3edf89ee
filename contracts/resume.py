"""How Claude Code resumes a conversation by its id."""

from holdfast import Subject, contract

NOBODYS = "11111111-2222-4333-8444-555555555555"


@contract("claude", "exit 1; err: No conversation found with session ID: <id>")
def an_unknown_id_is_refused_in_print_mode(agent: Subject) -> str:
    """On stderr."""
    return str(agent.ask("prove 1", "--resume", NOBODYS))


@contract(
    "claude",
    {
        "1.0.128": "exit 1; No conversation found with session ID shown; SessionEnd none",
        "2.1.197": "exit 1; No conversation found with session ID shown; SessionEnd other",
    },
)
def an_unknown_id_is_refused_on_a_terminal(agent: Subject) -> str:
    """And a SessionEnd is fired for a session that never was."""
    agent.hook("SessionEnd")
    with agent.start("--resume", NOBODYS) as terminal:
        code = terminal.ended()
        shown = (
            "No conversation found with session ID"
            if "No conversation found with session ID" in terminal.shown
            else "nothing"
        )
    ends = [str(one.get("reason")) for one in agent.hooked()]
    return f"exit {code}; {shown} shown; SessionEnd {', '.join(ends) or 'none'}"


@contract("claude", "exit 1; err: No conversation found with session ID: <id>")
def a_file_of_no_bytes_is_no_conversation(agent: Subject) -> str:
    """What a full disk, or a crash before the first write reached it, leaves."""
    session = agent.born("alpha")
    agent.transcript(session).write_bytes(b"")
    return str(agent.ask("prove 1", "--resume", session))


@contract("claude", {"2.1.197": "exit 1; err: No conversation found with session ID: <id>", "2.1.329": "alpha"})
def from_another_folder(agent: Subject) -> str:
    """A launcher that resumes in the wrong folder is told so, or is not."""
    session = agent.born("alpha")
    agent.shell("mkdir ~/other", cwd="/")
    return agent.known("--resume", session, cwd="/home/dev/other")


@contract(
    "claude",
    {
        "1.0.128": "exit 1; err: Error: --resume requires a valid session ID when used with --print "
        "Usage: claude -p --resume <session-id>",
        "2.1.197": "exit 1; err: Error: --resume requires a valid session ID or session title when used with --print. "
        "Usage: claude -p --resume <session-id|title>",
    },
)
def print_mode_has_no_list_to_choose_from(agent: Subject) -> str:
    """--resume without an id."""
    return str(agent.run("-p", "--resume", stdin="prove 1"))


@contract(
    "claude",
    {
        "1.0.128": "the file's time stayed, its bytes did not",
        "2.1.197": "the file's time moved, its bytes did not",
        "2.1.329": "the file's time moved, its bytes did",
    },
)
def a_resume_that_is_left_moves_the_files_time(agent: Subject) -> str:
    """A look at a session makes it the newest: guesses by file time go wrong so."""
    with agent.start() as terminal:
        session = terminal.remember("alpha")
        agent.answered(session)
        terminal.leave()
    return looked_at(agent, session)


@contract(
    "claude",
    {
        "1.0.128": "the file's time stayed, its bytes did not",
        "2.1.197": "the file's time moved, its bytes did",
    },
)
def a_first_look_on_a_terminal_writes_to_what_print_mode_left(agent: Subject) -> str:
    """Its modes, once; what was said stays as it was."""
    return looked_at(agent, agent.born("alpha"))


def looked_at(agent: Subject, session: str) -> str:
    """What a resume that is left at once does to the file."""
    file = agent.transcript(session)
    before, data = file.stat(), file.read_bytes()
    with agent.start("--resume", session) as terminal:
        terminal.leave()
    after = file.stat()
    moved = "moved" if after.st_mtime_ns > before.st_mtime_ns and after.st_ino == before.st_ino else "stayed"
    return f"the file's time {moved}, its bytes {'did not' if file.read_bytes() == data else 'did'}"


@contract("claude", "alpha beta")
def on_a_terminal_it_goes_on_where_print_mode_ended(agent: Subject) -> str:
    """Either way of asking reads the same file."""
    session = agent.born("alpha")
    with agent.start("--resume", session) as terminal:
        terminal.remember("beta")
        challenge, shown = terminal.prove()
    return str(agent.words(shown, challenge))


@contract(
    "claude",
    {"1.0.128": "under its id; --resume knows alpha", "2.1.197": "under its id; --resume knows alpha beta"},
)
def what_was_said_after_a_resume_on_a_terminal(agent: Subject) -> str:
    """An old one answers under its id, and writes it into a file of another: --resume doesn't find it."""
    session = agent.born("alpha")
    with agent.start("--resume", session) as terminal:
        under = terminal.remember("beta")
        terminal.leave()
    whose = "its id" if under == session else "another id"
    return f"under {whose}; --resume knows {agent.known('--resume', session)}"


@contract(
    "claude",
    {
        "1.0.128": "a list to choose from",
        "2.1.197": "SessionEnd resume of its own, SessionStart resume of the other; the registry follows",
    },
)
def a_resume_inside_a_session(agent: Subject) -> str:
    """/resume ID: from then on the pane leads to another conversation, in the same process."""
    with agent.start() as terminal:
        other = terminal.remember("alpha")
        agent.answered(other)
        terminal.leave()
    agent.hook("SessionStart", "SessionEnd")
    with agent.start() as terminal:
        own = terminal.remember("beta")
        agent.answered(own)
        terminal.say(f"/resume {other}")
        terminal.wait("the other, or a list", lambda shown: "Modified" in shown or "remember alpha" in shown or None)
        if "Modified" in terminal.shown:
            return "a list to choose from"
        agent.wait("the change", lambda: len(agent.hooked()) > 2)
        entry = agent.config / "sessions" / f"{terminal.pid}.json"
        agent.wait("the registry to follow", lambda: other in entry.read_text())
    end, start = agent.hooked()[1:3]
    names = {own: "its own", other: "the other"}
    told = [
        f"{e['hook_event_name']} {e.get('source') or e.get('reason')} of {names[str(e['session_id'])]}"
        for e in (end, start)
    ]
    return f"{', '.join(told)}; the registry follows"


@contract("claude", "exit 0; the new id; none at the old one")
def the_files_name_is_the_id(agent: Subject) -> str:
    """Whatever its records say: a copy under another name is another conversation with the same past."""
    session = agent.born("alpha")
    file = agent.transcript(session)
    file.rename(file.with_name(f"{NOBODYS}.jsonl"))
    said = agent.ask("remember beta", "--resume", NOBODYS)
    under = "the new id" if agent.agent.noted(said.out) == NOBODYS else str(said)
    at = [path.stem for path in agent.transcripts()]
    return f"exit {said.code}; {under}; {'one' if session in at else 'none'} at the old one"


@contract("claude", {"1.0.128": "claude", "2.1.197": "claude --resume <id>"})
def the_process_list_shows_what_is_resumed(agent: Subject) -> str:
    """/proc/PID/cmdline: how outsiders find the session of a process."""
    session = agent.born("alpha")
    with agent.start("--resume", session) as terminal:
        terminal.ready()
        argv = (agent.machine.root / "proc" / str(terminal.pid) / "cmdline").read_bytes().split(b"\0")
    return b" ".join(argv).decode().replace(session, "<id>").strip()
