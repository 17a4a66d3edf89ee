"""The list that Claude Code shows for `/resume` inside a session, and what a choice from it does."""

from holdfast import Subject, contract

SINCE = "2.1.197"
"""What older ones do here was not established."""

DOWN = "\x1b[B"


def rows(shown: str) -> list[str]:
    """The list's sessions as they stand there, the marked one with its mark; none before there is a list."""
    _, found, listed = shown.rpartition("Resume session")
    return [line.strip(" │") for line in listed.splitlines() if "remember " in line] if found else []


def marked(shown: str) -> str | None:
    """The marked session, when the list takes keys. It doesn't when it is first shown: what is typed then is lost, and
    its line of keys is drawn again, with this one, when somebody listens."""
    if "Ctrl+B to only show current branch" not in shown.rpartition("Resume session")[2]:
        return None
    return next((row.removeprefix("❯ ") for row in rows(shown) if row.startswith("❯ ")), None)


def typed(agent: Subject, *words: str) -> str:
    """A session in which these words were planted on a terminal, and that was left; its id."""
    with agent.start() as terminal:
        session = [terminal.remember(word) for word in words][-1]
        agent.answered(session, len(words))
        terminal.leave()
    return session


@contract("claude", "remember gamma, remember delta", since=SINCE)
def the_list_of_a_session(agent: Subject) -> str:
    """The other sessions of the folder that were typed, newest first, each by its last prompt: neither its own nor
    those of print mode. No row bears an id."""
    typed(agent, "alpha", "delta")
    agent.born("zeta")
    typed(agent, "gamma")
    with agent.start() as terminal:
        agent.answered(terminal.remember("beta"))
        terminal.say("/resume")
        terminal.wait("a list", marked)
        return ", ".join(row.removeprefix("❯ ") for row in rows(terminal.shown))


@contract(
    "claude", "SessionEnd resume of its own, SessionStart resume of the newest; the registry follows", since=SINCE
)
def enter_takes_the_newest(agent: Subject) -> str:
    """What stands marked when the list comes."""
    return chosen(agent, 0)


@contract("claude", "SessionEnd resume of its own, SessionStart resume of the older; the registry follows", since=SINCE)
def an_arrow_and_enter_take_the_next(agent: Subject) -> str:
    """The pane leads to whatever the person marked: nothing outside the agent can foretell it."""
    return chosen(agent, 1)


def chosen(agent: Subject, down: int) -> str:
    """What hooks and registry say when a person takes a session so many rows down."""
    older, newest = typed(agent, "alpha"), typed(agent, "gamma")
    agent.hook("SessionStart", "SessionEnd")
    with agent.start() as terminal:
        own = terminal.remember("beta")
        agent.answered(own)
        terminal.say("/resume")
        before = terminal.wait("a list", marked)
        for _ in range(down):
            terminal.type(DOWN)
            terminal.wait("the next row", lambda shown: marked(shown) not in (None, before) or None)
        terminal.type("\r")
        agent.wait("the change", lambda: len(agent.hooked()) > 2)
        end, start = agent.hooked()[1:3]
        entry = agent.config / "sessions" / f"{terminal.pid}.json"
        agent.wait("the registry to follow", lambda: str(start["session_id"]) in entry.read_text())
    names = {own: "its own", newest: "the newest", older: "the older"}
    told = [
        f"{e['hook_event_name']} {e.get('source') or e.get('reason')} of {names[str(e['session_id'])]}"
        for e in (end, start)
    ]
    return f"{', '.join(told)}; the registry follows"
