"""What two Claude Code processes do to one conversation. There is no lock."""

from holdfast import Subject, contract


def answers(agent: Subject, count: int) -> None:
    """Until so many are on disk, in whatever files."""

    def found() -> bool:
        records = [one for path in agent.transcripts() for one in agent.records(path.stem)]
        return sum(one.get("type") == "assistant" for one in records) >= count

    agent.wait(f"{count} answers on disk", found)


@contract(
    "claude",
    {
        "1.0.128": "both started; 3 transcripts; the next resume knows alpha",
        "2.1.197": "both started; 1 transcript; the next resume knows alpha gamma",
    },
)
def two_resumes_of_one_session_both_succeed(agent: Subject) -> str:
    """Each goes on by itself; the next resume sees the branch that was written last, and not the other. Of an old one,
    which writes each into a file of another id, it sees neither."""
    session = agent.born("alpha")
    with agent.start("--resume", session) as one, agent.start("--resume", session) as other:
        one.ready()
        other.ready()
        one.remember("beta")
        answers(agent, 2)
        other.remember("gamma")
        answers(agent, 3)
        one.leave()
        other.leave()
    count = len(agent.transcripts())
    known = agent.known("--resume", session)
    return f"both started; {count} transcript{'s' * (count > 1)}; the next resume knows {known}"


@contract("claude", {"1.0.128": "no registry", "2.1.197": "2 entries of one session"})
def the_registry_shows_both(agent: Subject) -> str:
    """One session id, two processes: whoever reads the registry can tell."""
    session = agent.born("alpha")
    with agent.start("--resume", session) as one, agent.start("--resume", session) as other:
        one.ready()
        other.ready()
        one.remember("beta")
        if not (agent.config / "sessions").exists():
            return "no registry"
        agent.wait("both in the registry", lambda: len(agent.live()) == 2 and all(a.session for a in agent.live()))
        live = agent.live()
    return f"{len(live)} entries of {'one session' if {a.session for a in live} == {session} else 'several'}"
