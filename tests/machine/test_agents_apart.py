"""An agent sees nothing of the host: no variable, no key, no home and no network but `lo`. So does the real one, where
HOLDFAST_CLAUDE or PATH lead to it."""

import secrets
from pathlib import Path

import pytest

from holdfast.agents import Agent
from holdfast.conform.subject import Subject
from holdfast.machines import open_holder
from holdfast.run.conforming import look_at
from tests.machine.test_agents_conform import installed


@pytest.mark.parametrize("agent", installed(), ids=lambda agent: agent.kind)
def test_an_agent_sees_nothing_of_the_host(agent: Agent, monkeypatch: pytest.MonkeyPatch) -> None:
    canary = secrets.token_hex(8)
    for name in ("ANTHROPIC_API_KEY", "CLAUDE_CODE_OAUTH_TOKEN", "OPENAI_API_KEY", "SSH_AUTH_SOCK"):
        monkeypatch.setenv(name, f"/{canary}")

    def look(subject: Subject) -> str:
        with subject.start() as terminal:
            terminal.remember("alpha")
            proc = subject.machine.root / "proc" / str(terminal.pid)
            environment = dict(one.split("=", 1) for one in (proc / "environ").read_text().split("\0") if "=" in one)
            networks = [line.split(":")[0].strip() for line in (proc / "net/dev").read_text().splitlines()[2:]]
            homes = [str(path) for path in (proc / "root" / "home").iterdir()]
            host = proc / "root" / str(Path.home()).lstrip("/")
            credentials = [name for name in (".ssh", ".claude", ".config", ".netrc") if (host / name).exists()]
        leaked = [name for name, value in environment.items() if canary in value]
        key = environment.get("ANTHROPIC_API_KEY", "none").partition("-00")[0]
        named = [Path(home).name for home in homes]
        return f"leaked {leaked}; networks {networks}; homes {named}; of the host's home {credentials}; key {key}"

    with open_holder() as holder:
        seen = look_at(agent, holder, look)
    key = "none" if agent.kind == "claude-standin" else "sk-ant-holdfast"
    expected = f"leaked []; networks ['lo']; homes ['dev']; of the host's home []; key {key}"
    assert seen.seen == expected, seen.why
