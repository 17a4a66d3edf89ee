"""The reference launcher is killed after each of its steps that others can see, on every way in: no role is lost, no
saved step, no conversation, and no lock is left that would hold up the next press.

Each press is made once to count its steps, then once for each step, in a machine whose home is as it was before.
"""

from collections.abc import Iterator

import pytest

from holdfast.machines import Holder
from tests.machine.asking import output, shell
from tests.machine.fleet_bench import PRESSES, Bench, bench


@pytest.fixture(scope="module")
def fleet(holder: Holder, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    with bench(holder, tmp_path_factory.mktemp("killed")) as found:
        yield found


LAUNCHED = "execve setpriv"
"""The step with which a turn begins. Up to there the next dispatch does what a resume does, and from there on the first
one does what the next one does."""


def chosen(name: str, steps: list[str]) -> list[int]:
    """The steps after which the press is killed: those of its own."""
    every = list(range(1, len(steps) + 1))

    def first(what: str) -> int:
        return next(number for number in every if what in steps[number - 1])

    match name:
        case "first dispatch":
            return every[: first(LAUNCHED)]
        case "dispatch":
            return every[first(LAUNCHED) - 1 :]
        case "menu":  # in between it is a resume
            return every[: first("execve python3")] + every[first("execve claude") - 1 :]
    return every


@pytest.mark.parametrize("name", [name for name in PRESSES if name != "layout"])  # no way in: it notes windows
def test_a_kill_after_any_step_loses_nothing(fleet: Bench, name: str) -> None:
    fleet.again(name)
    steps = fleet.press(name, 0)
    assert len(steps) > 1
    for step in chosen(name, steps):
        fleet.again(name)
        known = {} if name == "start" else fleet.roles()
        made = fleet.press(name, step)
        where = f"{name}, killed after step {made[-1] if made else step}"
        back = output(fleet.machine, "sh", "-c", "cd fleet && bin/fleet start api && bin/fleet status")
        assert "saved" in back, f"{where}: {back}"
        fleet.kept(name, known, where)
        roles, live = fleet.roles(), fleet.live()
        assert roles["api"][0] in live, where
        assert len(live) == len(set(live)), f"{where}: two agents in one conversation"
        if name == "first dispatch":
            said = shell(fleet.machine, "cd fleet && bin/fleet dispatch ops 'remember wops'; echo exit $?")
            kept = list((fleet.machine.home / "agents" / "ops").glob(".claude/projects/*/*.jsonl"))
            assert [file.stem for file in kept] == [fleet.roles()["ops"][0]], f"{where}: {said}"
            assert said.endswith("exit 0"), f"{where}: {said}"
            assert roles.get("ops", fleet.roles()["ops"]) == fleet.roles()["ops"], where
