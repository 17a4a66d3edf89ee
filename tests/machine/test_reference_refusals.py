"""What the reference launcher can't do it says, in a line, and nothing is lost by it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from holdfast.machines import Holder
from holdfast.machines.protocol import HOME
from holdfast.operations.command import Answer, run
from tests.machine.asking import BOUND, shell
from tests.machine.fleet_bench import Bench, bench


@pytest.fixture(scope="module")
def fleet(holder: Holder, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    with bench(holder, tmp_path_factory.mktemp("refused")) as found:
        yield found


@pytest.fixture
def off(fleet: Bench) -> Bench:
    """fleet with two roles of which nothing runs."""
    fleet.again("resume")
    return fleet


def press(fleet: Bench, *words: str, path: str | None = None) -> Answer:
    return run(fleet.machine, ("bin/fleet", *words), f"{HOME}/fleet", BOUND, None if path is None else {"PATH": path})


def refused(answer: Answer) -> str:
    """What it says: a line that a person can read, and no traceback."""
    assert answer.refused
    assert "Traceback" not in answer.output
    return answer.output.strip().rpartition("\n")[2]


NAMES = (
    "a b",
    "a.b",
    "a:b",
    "",
    "-x",
    "--",
    "a\nb",
    "../x",
    "a/b",
    "a'b",
    'a"b',
    "$(id)",
    "*",
    "=api",
    "é",
    "@1",
    "%1",
)


@pytest.mark.parametrize("verb", ["start", "resume", "stop", "layout"])
def test_a_name_that_tmux_would_read_otherwise_is_no_role(off: Bench, verb: str) -> None:
    known = off.roles()
    for name in NAMES:
        assert "role" in refused(press(off, verb, name)), name
    assert off.roles() == known
    assert off.live() == []


def test_a_folder_that_vanished_is_named_and_its_role_waits_for_it(off: Bench) -> None:
    folder = Path(off.machine.home) / "work" / "api"
    away = folder.rename(folder.with_name("elsewhere"))
    assert f"its folder {HOME}/work/api has vanished" in refused(press(off, "resume", "api"))
    assert off.live() == []
    away.rename(folder)
    assert "resumed" in press(off, "resume", "api").output


def test_an_agent_that_is_not_installed_is_said_before_anything_is_started(off: Bench) -> None:
    said = refused(press(off, "resume", "api", path="/usr/bin:/bin"))
    assert "claude is not installed" in said
    assert "/usr/bin:/bin" in said
    assert shell(off.machine, "tmux -S ~/.fleet/tmux list-sessions || true").endswith("No such file or directory)")
    assert "resumed" in press(off, "resume", "api").output


def test_an_agent_is_found_by_whoever_presses_and_not_by_whoever_began_the_server(off: Bench) -> None:
    """cron has a PATH of its own, and tmux runs what it is told to with that of its server's first client."""
    shell(off.machine, "mkdir -p ~/.local/bin; ln -sf $(command -v claude) ~/.local/bin/claude")
    assert "resumed" in press(off, "resume", "web", path="/usr/bin:/bin").output, "where its installer puts it"
    (off.machine.home / ".local" / "bin" / "claude").unlink()
    assert "resumed" in press(off, "resume", "api").output


def test_a_session_that_stands_is_not_forgotten(off: Bench) -> None:
    press(off, "resume", "api")
    assert "`fleet stop api` first" in refused(press(off, "forget", "api"))
    assert "left alone" in press(off, "resume", "api").output


def test_a_first_prompt_that_was_never_written_down_is_told_and_the_role_can_begin_anew(off: Bench) -> None:
    """The agent was ended between its hook and its first write."""
    press(off, "start", "cut")
    press(off, "stop", "cut")
    session = off.roles()["cut"][0]
    told = f'{{"hook_event_name": "UserPromptSubmit", "session_id": "{session}", "prompt": "build it"}}'
    shell(off.machine, f"cd fleet && printf %s '{told}' | FLEET_ROLE=cut hooks/tell")
    said = refused(press(off, "resume", "cut"))
    assert f"{session}.jsonl" in said
    assert "`fleet forget cut`" in said
    assert f"its conversation {session} stays" in press(off, "forget", "cut").output
    assert "no such role" in refused(press(off, "resume", "cut"))
    assert "started" in press(off, "start", "cut").output
    assert off.roles()["cut"] != (session, 1)
    assert off.roles()["cut"][1] == 2
