"""The real SDK of Claude Code, from PyPI, drives the stand-in, and the real agent where it is at hand: by streams,
without a terminal."""

import json
import shutil
from pathlib import Path

import pytest

from holdfast.config.load import load
from holdfast.machines import Holder
from holdfast.machines.protocol import HOME
from holdfast.model.proof import digest
from holdfast.run.agents import at_hand
from holdfast.run.source import ready
from tests.machine.asking import Maker, output
from tests.machine.place import Place, booted
from tests.standins import standin

NOBODYS = "11111111-2222-4333-8444-555555555555"
ROOT = Path(__file__).resolve().parents[2]
SCRIPT = """
import asyncio, json, shutil, sys
from claude_agent_sdk import AssistantMessage, ClaudeAgentOptions, ClaudeSDKClient, ResultMessage, SystemMessage

async def main(options, *prompts):
    said = []
    async with ClaudeSDKClient(ClaudeAgentOptions(cli_path=shutil.which("claude"), **options)) as client:
        for prompt in prompts:
            await client.query(prompt)
            async for message in client.receive_response():
                if isinstance(message, SystemMessage) and message.subtype == "init":
                    said.append(["init", message.data["session_id"], ""])
                elif isinstance(message, AssistantMessage):
                    said.append(["assistant", message.session_id, message.content[0].text])
                elif isinstance(message, ResultMessage):
                    said.append(["result", message.session_id, message.result])
    print(json.dumps(said))

asyncio.run(main(json.loads(sys.argv[1]), *sys.argv[2:]))
"""


@pytest.fixture(scope="module")
def library(holder: Holder) -> Path:
    """The SDK, as the dispatcher's own `prepare` installs it; made once for all runs of this checkout."""
    launcher = load(ROOT / "fixtures" / "launchers" / "dispatcher" / "holdfast.toml")
    return ready(launcher, holder, ROOT / ".holdfast" / "prepared") / "lib"


@pytest.fixture(
    params=[standin(), standin("2.1.329"), *filter(None, [at_hand("claude")])], ids=lambda agent: agent.kind
)
def place(request: pytest.FixtureRequest, library: Path, tmp_path: Path, make: Maker) -> Place:
    found = booted(request.param, "claude", tmp_path, make)
    shutil.copytree(library, found.machine.home / "lib", symlinks=True)
    (found.machine.home / "script.py").write_text(SCRIPT)
    return found


def said(place: Place, prompts: tuple[str, ...], **options: object) -> list[tuple[str, str, str]]:
    """Kind, session id and text of each message."""
    argv = ("env", f"PYTHONPATH={HOME}/lib", "python3", f"{HOME}/script.py", json.dumps(options), *prompts)
    text = output(place.machine, *argv)
    assert text.startswith("["), text
    return [(kind, session, answer) for kind, session, answer in json.loads(text)]


def test_init_assistant_and_result_name_one_id_which_is_the_files(place: Place) -> None:
    messages = said(place, ("remember alpha",))
    assert [kind for kind, _, _ in messages] == ["init", "assistant", "result"]
    assert {session for _, session, _ in messages} == {place.transcript().session}


def test_one_connection_takes_prompt_after_prompt(place: Place) -> None:
    messages = said(place, ("remember alpha", "remember beta", "prove 7"))
    (session,) = {session for _, session, _ in messages}
    assert messages[-1] == ("result", session, f"proof {session} {digest(['alpha', 'beta'], '7')}")


def test_a_resume_goes_on_and_a_fork_begins_its_own_with_the_same_past(place: Place) -> None:
    first = said(place, ("remember alpha",))[-1][1]
    assert said(place, ("remember beta",), resume=first)[-1][1] == first
    fork = said(place, ("remember gamma",), resume=first, fork_session=True)[-1][1]
    assert fork != first
    proofs = {session: said(place, ("prove 7",), resume=session)[-1][2] for session in (first, fork)}
    assert proofs == {
        first: f"proof {first} {digest(['alpha', 'beta'], '7')}",
        fork: f"proof {fork} {digest(['alpha', 'beta', 'gamma'], '7')}",
    }


def test_the_newest_is_continued(place: Place) -> None:
    first = said(place, ("remember alpha",))[-1][1]
    assert said(place, ("prove 7",), continue_conversation=True)[-1][1:] == (
        first,
        f"proof {first} {digest(['alpha'], '7')}",
    )


def test_an_unknown_id_is_a_failure_with_the_agents_words(place: Place) -> None:
    argv = ("env", f"PYTHONPATH={HOME}/lib", "python3", f"{HOME}/script.py", json.dumps({"resume": NOBODYS}), "prove 7")
    assert f"No conversation found with session ID: {NOBODYS}" in output(place.machine, *argv)
