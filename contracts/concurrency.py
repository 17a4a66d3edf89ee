"""What two Claude Code processes do to one conversation. There is no lock."""

from holdfast import Subject, contract


@contract("claude", "both started; 1 transcript; the next resume knows alpha gamma")
def two_resumes_of_one_session_both_succeed(agent: Subject) -> str:
    """Each goes on by itself; the next resume sees the branch that was written last, and not the other."""
    session = agent.born("alpha")
    with agent.start("--resume", session) as one, agent.start("--resume", session) as other:
        one.ready()
        other.ready()
        one.remember("beta")
        agent.answered(session, 2)
        other.remember("gamma")
        agent.answered(session, 3)
        one.leave()
        other.leave()
    return (
        f"both started; {len(agent.transcripts())} transcript; the next resume knows {agent.known('--resume', session)}"
    )


@contract("claude", "2 entries of one session")
def the_registry_shows_both(agent: Subject) -> str:
    """One session id, two processes: whoever reads the registry can tell."""
    session = agent.born("alpha")
    with agent.start("--resume", session) as one, agent.start("--resume", session) as other:
        one.ready()
        other.ready()
        agent.wait("both in the registry", lambda: len(agent.live()) == 2 and all(a.session for a in agent.live()))
        live = agent.live()
    return f"{len(live)} entries of {'one session' if {a.session for a in live} == {session} else 'several'}"
