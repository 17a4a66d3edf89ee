"""Who runs Claude Code: root, a user that is not root, and both of them in one home."""

import json

from holdfast import ROOT, Subject, contract

SINCE = "2.1.197"
"""What older ones do here was not established."""

SKIP = "--dangerously-skip-permissions"


def asked(shown: str) -> bool | None:
    """Whether it waits for a choice between leaving and going on without asking."""
    return ("No, exit" in shown and "Yes, I accept" in shown) or None


def seized(agent: Subject, mode: int) -> tuple[Subject, str]:
    """A person's agent, and a conversation in the person's home that root began: its file is root's, of this mode."""
    session = agent.born("alpha")
    person = agent.as_person()
    agent.shell(f'chown root:root "$0" && chmod {mode:o} "$0"', inside(agent, session))
    return person, session


def inside(agent: Subject, session: str) -> str:
    """The machine's own path of a transcript."""
    return f"/home/dev/{agent.transcript(session).relative_to(agent.home)}"


@contract(
    "claude",
    "exit 1; err: --dangerously-skip-permissions cannot be used with root/sudo privileges for security reasons",
    needs=ROOT,
)
def root_may_not_skip_permissions(agent: Subject) -> str:
    """A launcher that runs as root on a server meets it at once."""
    return str(agent.ask("remember alpha", SKIP))


@contract("claude", "exit 0; noted")
def a_person_may_skip_permissions(agent: Subject) -> str:
    """Print mode asks nothing."""
    said = agent.as_person().ask("remember alpha", SKIP)
    return f"exit {said.code}; {'noted' if agent.agent.noted(said.out) else said}"


@contract("claude", "asked; Enter alone: exit 1", since=SINCE)
def a_terminal_is_asked_before_permissions_are_skipped(agent: Subject) -> str:
    """The choice that stands ready is No: a launcher that types an Enter too many ends its agent."""
    with agent.as_person().start(SKIP) as terminal:
        terminal.wait("the question", asked)
        terminal.type("\r")
        code = terminal.ended()
    return f"asked; Enter alone: exit {code}"


@contract("claude", "asked once; noted in settings.json as skipDangerousModePermissionPrompt", since=SINCE)
def who_accepted_to_skip_permissions_is_not_asked_again(agent: Subject) -> str:
    """A launcher whose user never accepted waits at a question."""
    person = agent.as_person()
    with person.start(SKIP) as terminal:
        terminal.wait("the question", asked)
        terminal.type("\x1b[B")
        terminal.wait("the second choice", lambda shown: "❯ 2. Yes" in shown or "❯ Yes" in shown or None)
        terminal.type("\r")
        terminal.remember("alpha")
        terminal.leave()
    with person.start(SKIP) as terminal:
        terminal.ready()
        times = "again" if asked(terminal.shown) else "once"
    key = "skipDangerousModePermissionPrompt"
    noted = "noted" if json.loads((agent.config / "settings.json").read_text()).get(key) is True else "not noted"
    return f"asked {times}; {noted} in settings.json as {key}"


@contract("claude", "the same id, alpha beta; file 600, folder 755", since=SINCE)
def a_person_resumes_as_root_does(agent: Subject) -> str:
    """In print mode and on a terminal."""
    person = agent.as_person()
    session = person.born("alpha")
    with person.start("--resume", session) as terminal:
        same = "the same id" if terminal.remember("beta") == session else "another id"
        person.answered(session, 2)
        terminal.leave()
    file = agent.transcript(session)
    modes = f"file {file.stat().st_mode & 0o777:o}, folder {file.parent.stat().st_mode & 0o777:o}"
    return f"{same}, {person.known('--resume', session)}; {modes}"


@contract("claude", "root goes on with alpha; the file stays the person's, who knows alpha beta", needs=ROOT)
def what_root_goes_on_with_stays_the_persons(agent: Subject) -> str:
    """One `sudo` too many does no harm to a conversation that was there before."""
    person = agent.as_person()
    session = person.born("alpha")
    first = agent.known("--resume", session)
    agent.planted.append("beta")
    agent.ask("remember beta", "--resume", session)
    whose = "the person's" if agent.transcript(session).stat().st_uid else "root's"
    return f"root goes on with {first}; the file stays {whose}, who knows {person.known('--resume', session)}"


@contract(
    "claude",
    "exit 1; err: No conversation found with session ID: <id>; begun: exit 1; err: Error: Session ID <id> is already "
    "in use.",
    needs=ROOT,
)
def what_root_began_can_neither_be_resumed_nor_begun(agent: Subject) -> str:
    """The file is there, whole, and root's own (0600): nothing says that it is a matter of rights."""
    person, session = seized(agent, 0o600)
    resumed = person.ask("prove 1", "--resume", session)
    return f"{resumed}; begun: {person.ask('remember beta', '--session-id', session)}"


@contract("claude", "exit 1; No conversation found with session ID shown", needs=ROOT)
def a_terminal_says_no_more_of_what_root_began(agent: Subject) -> str:
    """The same words as for an id that never was."""
    person, session = seized(agent, 0o600)
    words = "No conversation found with session ID"
    with person.start("--resume", session) as terminal:
        code = terminal.ended()
        return f"exit {code}; {words if words in terminal.shown else 'nothing'} shown"


@contract(
    "claude", "exit 0; noted 1; its own older one untouched; root's untouched; 2 transcripts", needs=ROOT, since=SINCE
)
def continue_begins_anew_where_the_newest_is_roots(agent: Subject) -> str:
    """Silently, and nothing of the new one is saved: its file would be root's."""
    own = agent.born("beta")
    person, session = seized(agent, 0o600)
    files = {"its own older one": agent.transcript(own), "root's": agent.transcript(session)}
    before = {name: file.read_bytes() for name, file in files.items()}
    said = person.ask("remember gamma", "--continue")
    left = "; ".join(f"{n} {'untouched' if f.read_bytes() == before[n] else 'changed'}" for n, f in files.items())
    noted = "noted 1" if said.out.startswith("noted ") and said.out.rstrip().endswith(" 1") else str(said)
    return f"exit {said.code}; {noted}; {left}; {len(agent.transcripts())} transcripts"


@contract("claude", "exit 0; it knows alpha; beta is answered, and lost", needs=ROOT, since=SINCE)
def what_can_only_be_read_is_resumed_and_not_gone_on_with(agent: Subject) -> str:
    """A backup that root restored (0644): every answer after it is lost, with exit 0."""
    person, session = seized(agent, 0o644)
    known = person.known("--resume", session)
    agent.planted.append("beta")
    said = person.ask("remember beta", "--resume", session)
    answered = "is answered" if agent.agent.noted(said.out) else str(said)
    later = person.known("--resume", session)
    return f"exit {said.code}; it knows {known}; beta {answered}, and {'lost' if later == 'alpha' else later}"


@contract("claude", "exit 0; noted; 0 transcripts", needs=ROOT, since=SINCE)
def a_config_dir_of_roots_saves_nothing(agent: Subject) -> str:
    """~/.claude that a `sudo` made."""
    person = agent.as_person()
    agent.shell("mkdir -p ~/.claude && chown -R root:root ~/.claude")
    said = person.ask("remember alpha")
    noted = "noted" if agent.agent.noted(said.out) else str(said)
    return f"exit {said.code}; {noted}; {len(agent.transcripts())} transcripts"


@contract(
    "claude",
    {"2.1.197": "nothing", "2.1.329": "Transcript writes are failing (permission denied"},
    needs=ROOT,
    since=SINCE,
)
def a_terminal_is_told_of_a_config_dir_of_roots(agent: Subject) -> str:
    """Since 2.1.329 the screen says that nothing is saved; print mode never does."""
    person = agent.as_person()
    agent.shell("mkdir -p ~/.claude && chown -R root:root ~/.claude")
    words = "Transcript writes are failing (permission denied"
    with person.start() as terminal:
        terminal.remember("alpha")
        try:
            terminal.wait("a warning", lambda shown: words in shown or None, within=5.0)
        except TimeoutError:
            return "nothing"
    return words
