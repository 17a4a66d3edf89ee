"""How Claude Code ends, and what stays of it."""

import json

from holdfast import Subject, contract

NO_REGISTRY = "no registry"


def ended_by(agent: Subject, signal: str) -> str:
    """A prompted agent on a terminal that gets a signal."""
    agent.hook("SessionEnd")
    with agent.start() as terminal:
        session = terminal.remember("alpha")
        agent.answered(session)
        agent.shell(f"kill -{signal} {terminal.pid}")
        code = terminal.ended()
        told = "the way back shown" if f"--resume {session}" in terminal.shown else "nothing shown"
    reasons = ", ".join(str(one.get("reason")) for one in agent.hooked()) or "none"
    entries = len(list((agent.config / "sessions").glob("*.json")))
    return f"exit {code}; SessionEnd {reasons}; {told}; {entries} in the registry"


@contract(
    "claude",
    {
        "1.0.128": "exit 129; SessionEnd none; nothing shown; 0 in the registry",
        "2.1.197": "exit 129; SessionEnd other; the way back shown; 0 in the registry",
    },
)
def a_hangup_ends_it_in_order(agent: Subject) -> str:
    """What kill-session, a closed window and a lost connection send."""
    return ended_by(agent, "HUP")


@contract(
    "claude",
    {
        "1.0.128": "exit 143; SessionEnd other; nothing shown; 0 in the registry",
        "2.1.197": "exit 143; SessionEnd other; the way back shown; 0 in the registry",
    },
)
def a_term_ends_it_in_order(agent: Subject) -> str:
    """What systemd sends first."""
    return ended_by(agent, "TERM")


@contract(
    "claude",
    {
        "1.0.128": "exit 137; SessionEnd none; nothing shown; 0 in the registry",
        "2.1.197": "exit 137; SessionEnd none; nothing shown; 1 in the registry",
    },
)
def a_kill_leaves_its_registry_entry(agent: Subject) -> str:
    """No hook is fired: whoever trusts the registry must look whether the process lives."""
    return ended_by(agent, "KILL")


@contract("claude", {"1.0.128": NO_REGISTRY, "2.1.197": "removed", "2.1.329": "still there"})
def a_later_start_and_a_stale_entry(agent: Subject) -> str:
    """An entry outlives its process until another agent sweeps the registry, if it does."""
    with agent.start() as terminal:
        terminal.remember("alpha")
        agent.shell(f"kill -KILL {terminal.pid}")
        terminal.ended()
        stale = terminal.pid
    entry = agent.config / "sessions" / f"{stale}.json"
    if not entry.exists():
        return NO_REGISTRY
    with agent.start() as terminal:
        terminal.remember("beta")
        try:
            agent.wait("the sweep", lambda: not entry.exists(), within=10.0)
        except TimeoutError:
            return "still there"
    return "removed"


@contract(
    "claude",
    {
        "1.0.128": NO_REGISTRY,
        "2.1.197": "cwd pid procStart sessionId status version; it is the session's; gone after the end",
    },
)
def the_registry_names_the_session_of_a_process(agent: Subject) -> str:
    """<config>/sessions/PID.json: how outsiders find the process of a session."""
    with agent.start() as terminal:
        session = terminal.remember("alpha")
        file = agent.config / "sessions" / f"{terminal.pid}.json"
        if not file.exists():
            return NO_REGISTRY
        entry = json.loads(file.read_text())
        terminal.leave()
    keys = " ".join(sorted({"pid", "sessionId", "cwd", "procStart", "version", "status"} & entry.keys()))
    whose = "the session's" if entry["sessionId"] == session else "another's"
    return f"{keys}; it is {whose}; {'there' if file.exists() else 'gone'} after the end"


@contract("claude", {"1.0.128": NO_REGISTRY, "2.1.197": "busy in the task, idle after it"})
def the_registry_says_whether_it_works(agent: Subject) -> str:
    """status: a launcher that stops only idle agents reads it."""
    with agent.start() as terminal:
        terminal.remember("alpha")
        file = agent.config / "sessions" / f"{terminal.pid}.json"
        if not file.exists():
            return NO_REGISTRY
        terminal.hold()
        agent.wait("a busy agent", lambda: '"busy"' in file.read_text())
        terminal.type(agent.agent.release)
        agent.wait("an idle agent", lambda: '"idle"' in file.read_text())
    return "busy in the task, idle after it"


@contract("claude", {"1.0.128": NO_REGISTRY, "2.1.197": "the new id"})
def the_registry_follows_clear(agent: Subject) -> str:
    """A launcher that reads it late has the right id; one that stored it early has not."""
    with agent.start() as terminal:
        terminal.remember("alpha")
        terminal.clear()
        second = terminal.remember("beta")
        file = agent.config / "sessions" / f"{terminal.pid}.json"
        if not file.exists():
            return NO_REGISTRY
        entry = json.loads(file.read_text())
    return "the new id" if entry["sessionId"] == second else "another id"


def child(agent: Subject) -> list[int]:
    return [one.id.pid for one in agent.processes() if agent.agent.task(one)]


@contract("claude", "alive")
def a_running_tool_outlives_a_kill(agent: Subject) -> str:
    """An orphan that no launcher's unit or pane knows of."""
    with agent.start() as terminal:
        terminal.remember("alpha")
        terminal.hold()
        agent.wait("the tool", lambda: child(agent))
        agent.shell(f"kill -KILL {terminal.pid}")
        terminal.ended()
    return "alive" if child(agent) else "gone"


@contract("claude", "it knows alpha; the prompt is on disk")
def a_kill_in_the_middle_of_a_task_keeps_the_prompts(agent: Subject) -> str:
    """What was asked is on disk before it is answered."""
    with agent.start() as terminal:
        session = terminal.remember("alpha")
        terminal.hold()

        def asked() -> bool:
            return any(
                one.get("type") == "user" and "hold" in str(one.get("message")) for one in agent.records(session)
            )

        agent.wait("the prompt on disk", asked)
        agent.shell(f"kill -KILL {terminal.pid}")
        terminal.ended()
    return f"it knows {agent.known('--resume', session)}; the prompt is on disk"
