"""The reference launcher's menu in tmux, and its attach, on the screen of a phone."""

import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from holdfast.machines import Holder
from holdfast.machines.machine import HeldMachine
from holdfast.machines.protocol import HOME
from holdfast.model.path import Action, Press, PressKind
from holdfast.operations.person import Person
from holdfast.operations.press import use
from tests.machine.asking import BOUND, at_last, shell
from tests.machine.fleet_bench import placed, talk
from tests.standins import standin

PHONE = (20, 40)
TURNED = (12, 72)
OWN = ("tmux", "new-session", ";", "source-file", "keys.conf")
"""A tmux of the person's own, whether a role runs or not."""
TMUX = "tmux -N -S ~/.fleet/tmux"
REGISTER = """
from fleet import registry
for number in range(12):
    registry.begin(registry.Record(f"role-{number:02}", "claude", "", "", str(number), 1, False, True, "{}", "{}"))
"""


@pytest.fixture
def machine(holder: Holder, tmp_path: Path) -> Iterator[HeldMachine]:
    # Keys that come within a millisecond are no keys to tmux, but pasted text.
    (tmp_path / ".tmux.conf").write_text("set-option -g assume-paste-time 0\n")
    machine = placed(holder, tmp_path)
    yield machine
    machine.close()


class Phone(Person):
    """A person at a phone's terminal."""

    def __init__(self, machine: HeldMachine, *command: str) -> None:
        super().__init__(machine, command, f"{HOME}/fleet", terminal=PHONE)
        self.sees("0:")

    def sees(self, *texts: str) -> str:
        """Wait until all of them stand on the screen together, however its lines are broken."""
        until = time.monotonic() + BOUND
        return self.wait(f"{texts}", lambda shown: shown if all(t in _plain(shown) for t in texts) else None, until)

    def chooses(self, *steps: tuple[str, str]) -> None:
        """Type the keys of each step, and wait for what they bring onto the screen."""
        for keys, brings in steps:
            self.type(keys)
            self.sees(brings)

    def menu_of(self, role: str) -> None:
        self.chooses(("\x02F", "by its name"), ("n", "role:"), (f"{role}\r", "resume"))

    def says(self, word: str, count: int) -> None:
        """Tell the agent a word, and wait for its answer, the `count`-th, which a phone's lines don't hold."""
        self.type(standin().remember(word))
        self.sees(word)
        self.type("\r")
        whole = re.compile(rf"noted [0-9a-f-]{{36}} {count}")
        self.wait("the answer", lambda shown: whole.search(shown.replace("\n", "")), time.monotonic() + BOUND)


def _plain(shown: str) -> str:
    return " ".join(shown.replace("│", " ").split())


def test_more_roles_than_a_phone_has_lines_are_shown_in_turn(machine: HeldMachine) -> None:
    shell(machine, f"cd fleet && python3 -c '{REGISTER}'")
    with Phone(machine, *OWN) as person:
        person.chooses(("\x02F", "role-08"), ("m", "role-11"), ("3", "resume"))
        person.sees("role-11", "resume")


def test_a_role_is_started_where_none_runs_and_shown(machine: HeldMachine) -> None:
    agent = standin()
    with Phone(machine, *OWN) as person:
        person.menu_of("api")
        person.chooses(("s", "api: started"), ("\x02F", "api live"))
        person.chooses(("1", "go there"))
        person.type("g")
        person.wait("the agent's prompt", lambda shown: agent.ready(shown) or None, time.monotonic() + BOUND)
        assert shell(machine, f"{TMUX} list-clients -F '#{{session_name}}'") == "api"


@pytest.mark.parametrize("name, why", [("ghost", "no such role; `fleet start ghost` begins it"), ("a b", "is no role")])
def test_what_goes_wrong_is_read_whole_on_a_phone(machine: HeldMachine, name: str, why: str) -> None:
    shell(machine, "cd fleet && bin/fleet start api")
    with Phone(machine, "bin/attach", "api") as person:
        if name == "ghost":
            person.menu_of(name)
            person.type("r")
        else:
            person.chooses(("\x02F", "by its name"), ("n", "role:"))
            person.type(f"{name}\r")
        person.sees("failed:", why, "close")


@pytest.mark.parametrize(
    "role, said", [("api", "api: live, left alone"), ("ghost", "resume failed: ghost: no such role")]
)
def test_the_menu_draws_nothing_over_the_agents_screen(machine: HeldMachine, role: str, said: str) -> None:
    shell(machine, "cd fleet && bin/fleet start api")
    talk(machine, standin(), "api")
    shown = f"{TMUX} capture-pane -p -t =api:"
    assert at_last(lambda: shell(machine, shown).endswith(">"), True)  # its prompt comes after its answer
    before = shell(machine, shown)
    keys = ("C-b", "F", "n", "{role}", "Enter", "r")
    press = Press("menu", Action.RESUMES, PressKind.KEYS, keys, at=("bin/attach", "api"))
    assert said in use(press, role, machine, f"{HOME}/fleet", BOUND).output  # and every job has ended
    assert shell(machine, f"{TMUX} display-message -p -t =api: '#{{pane_in_mode}}'") == "0"
    assert shell(machine, shown) == before


def test_a_menu_that_breaks_down_says_so(machine: HeldMachine) -> None:
    shell(machine, "mv ~/fleet/fleet/menu.py ~/menu.py")
    with Phone(machine, *OWN) as person:
        person.type("\x02F")
        person.sees("ImportError")


def test_a_stop_ends_the_role_in_front_of_which_the_person_sits_and_no_other(machine: HeldMachine) -> None:
    shell(machine, "cd fleet && bin/fleet start api && bin/fleet start api-2")
    with Phone(machine, "bin/attach", "api") as person:
        person.menu_of("api")
        person.type("x")
        person.sees("[exited]")
    assert shell(machine, f"{TMUX} list-sessions -F '#{{session_name}}'") == "api-2"


@pytest.mark.parametrize("role", [("api",), ()], ids=["by its role", "the one looked at last"])
def test_an_attach_on_a_phone_shows_the_answer_and_turning_it_ends_nothing(
    machine: HeldMachine, role: tuple[str, ...]
) -> None:
    agent = standin()
    shell(machine, "cd fleet && bin/fleet start api")
    talk(machine, agent, "api")
    first = shell(machine, f"{TMUX} list-panes -a -F '#{{pane_pid}} #{{pane_dead}}'")
    with Phone(machine, "bin/attach", *role) as person:
        person.says("small", 2)
        person.resize(*TURNED)
        person.sees("0:")
        person.says("turned", 3)
    assert shell(machine, f"{TMUX} list-panes -a -F '#{{pane_pid}} #{{pane_dead}}'") == first
