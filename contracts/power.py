"""What a power cut leaves of Claude Code's conversations on ext4, as it is usually mounted: no answer is synced."""

from holdfast import DISK, Subject, Unlike, contract

SINCE = "2.1.197"
"""What older ones do here was not established."""

BLOCK = 4096


def size(agent: Subject) -> str:
    """What all transcripts together hold."""
    return f"{sum(file.stat().st_size for file in agent.transcripts())} bytes"


@contract("claude", "exit 0; kept: 0 bytes; exit 1; err: No conversation found with session ID: <id>", needs=DISK)
def what_was_answered_is_lost(agent: Subject) -> str:
    """Though its process had ended in order: a stored id leads nowhere when the machine comes back."""
    said = agent.ask("remember alpha")
    session = agent.agent.noted(said.out) or ""
    ended = f"exit {said.code}" if agent.transcript(session).stat().st_size else str(said)
    agent.disk.cut()
    return f"{ended}; kept: {size(agent)}; {agent.ask('prove 1', '--resume', session)}"


@contract("claude", "kept: 0 bytes; exit 1; err: No conversation found with session ID: <id>", needs=DISK)
def what_a_terminal_shows_is_lost(agent: Subject) -> str:
    """Two answers that a person has read, of an agent that lived."""
    with agent.start() as terminal:
        session = terminal.remember("alpha")
        terminal.remember("beta")
        agent.answered(session, 2)
        agent.disk.cut()
    return f"kept: {size(agent)}; {agent.ask('prove 1', '--resume', session)}"


@contract(
    "claude",
    "1 file of 0 bytes; exit 1; err: No conversation found with session ID: <id>; begun: exit 1; err: Error: Session "
    "ID <id> is already in use.; continued: none",
    needs=DISK,
)
def five_seconds_later_a_file_of_no_bytes_is_left(agent: Subject) -> str:
    """When ext4 has written its journal, but not yet what is in the file, which may take 35 s: the id can neither be
    resumed nor begun, and --continue begins anew without a word."""
    session = agent.born("alpha")
    agent.disk.commit()
    agent.disk.cut()
    resumed = agent.ask("prove 1", "--resume", session)
    begun = agent.ask("prove 1", "--session-id", session)
    left = f"{len(agent.transcripts())} file of {size(agent)}"
    return f"{left}; {resumed}; begun: {begun}; continued: {agent.known('--continue')}"


@contract("claude", "alpha beta", needs=DISK)
def what_was_synced_is_kept(agent: Subject) -> str:
    """A launcher's own sync, or half a minute without a cut."""
    session = agent.born("alpha", "beta")
    agent.disk.sync()
    agent.disk.cut()
    return agent.known("--resume", session)


@contract("claude", "the file as it was; it knows alpha; then alpha gamma", needs=DISK, since=SINCE)
def what_came_after_the_last_sync_is_lost(agent: Subject) -> str:
    """Silently: a shorter conversation goes on, and nothing in it says that there was more. The file ends with a block
    of the disk; what is appended within one is kept or lost by its length."""
    session = agent.born("alpha")
    file = agent.transcript(session)
    with file.open("ab") as end:
        end.write(b" " * (-(file.stat().st_size + 1) % BLOCK) + b"\n")
    synced = file.read_bytes()
    agent.disk.sync()
    with agent.start("--resume", session) as terminal:
        terminal.remember("beta")
        agent.answered(session, 2)
        agent.disk.commit()
        agent.disk.cut()
    left = "the file as it was" if file.read_bytes() == synced else f"{file.stat().st_size} bytes of {len(synced)}"
    first = agent.known("--resume", session)
    agent.planted.append("gamma")
    agent.ask("remember gamma", "--resume", session)
    return f"{left}; it knows {first}; then {agent.known('--resume', session)}"


@contract("claude", "ready", needs=DISK)
def it_starts_again_without_a_question(agent: Subject) -> str:
    """Its own settings outlive the cut whole: a launcher that restores sessions after it meets no first start."""
    with agent.start() as terminal:
        terminal.remember("alpha")
        agent.disk.commit()
        agent.disk.cut()
    with agent.start() as terminal:
        terminal.ready()
    return "ready"


@contract(
    "claude",
    "1 entry, of NULs",
    unlike=Unlike("1 entry, of 0 bytes", "it renames each new entry over the old one, so that no reader meets a part"),
    needs=DISK,
    since=SINCE,
)
def the_registry_is_left_with_an_entry_that_names_nobody(agent: Subject) -> str:
    """As long as it was, without a byte of it: whoever reads the registry after a power cut must bear it."""
    with agent.start() as terminal:
        agent.answered(terminal.remember("alpha"))
        agent.disk.commit()
        agent.disk.cut()
    (entry,) = (agent.config / "sessions").glob("*.json")
    data = entry.read_bytes()
    if data == bytes(len(data)):
        return f"1 entry, of {'NULs' if data else '0 bytes'}"
    return f"1 entry, of {len(data)} bytes: {data[:40]!r}"
