"""Launchers that are pressed by keys in tmux: a sound binding holds, and what breaks is found."""

from pathlib import Path

import pytest

from holdfast.history.events import Outcome, Pressed
from holdfast.machines import Holder
from holdfast.machines.machine import HeldMachine
from holdfast.machines.protocol import HOME, Blueprint
from holdfast.model.path import Action, Press, PressKind
from holdfast.model.verdict import Verdict
from holdfast.operations.bounds import Bounds
from holdfast.operations.command import Answer
from holdfast.operations.press import use
from holdfast.witnesses import tmux
from tests.machine import dashboard, small
from tests.machine.asking import Maker, shell

BOUND = 10.0
SEAT = ("tmux", "new-session")
CONF = r"""
bind F command-prompt -p role "run-shell 'sh ~/mark %1'"
bind M display-menu -T Fleet api a "run-shell -b 'sh ~/mark api'" web w "run-shell -b 'sh ~/mark web'"
bind J run-shell "sh ~/menu #{client_name}"
bind E run-shell "exit 3"
bind D display-message "no such role"
bind H run-shell "sleep 1000"
bind P display-popup -E "sh ~/mark popup"
bind W new-window -n api "sleep 1000"
bind X kill-server
bind -n M-x run-shell "sh ~/mark x"
bind -n M-F1 run-shell "sh ~/mark meta"
bind -n C-Up run-shell "sh ~/mark up"
bind C-x run-shell "sh ~/mark one" \; run-shell "sh ~/mark two"
"""
FILES = {
    ".tmux.conf": CONF,
    "mark": 'sleep 0.1; echo "$1" >>~/marks; tmux display-message "marked $1"\n',
    "menu": 'sleep 0.1; tmux display-menu -c "$1" -T Fleet api a "run-shell -b \'sh ~/mark menu\'"\n',
}


@pytest.fixture
def machine(make: Maker, tmp_path: Path) -> HeldMachine:
    for name, text in FILES.items():
        (tmp_path / name).write_text(text)
    return make(Blueprint(kind="namespace", home=tmp_path))


def typed(
    machine: HeldMachine, *words: str, at: tuple[str, ...] = SEAT, within: float = BOUND, role: str = "api"
) -> Answer:
    return use(Press("path", Action.RESUMES, PressKind.KEYS, words, at=at), role, machine, HOME, within)


def marks(machine: HeldMachine) -> list[str]:
    file = machine.home / "marks"
    return file.read_text().split() if file.exists() else []


def running(machine: HeldMachine) -> list[str]:
    """What runs beside the machine's own: its pid 1, the door, and this look."""
    listed = [line.split(None, 1) for line in shell(machine, "ps -o pid= -o comm= -e").splitlines()]
    return [name for _, name in listed if name not in ("bwrap", "sh", "ps") and not name.startswith("python3")]


MARKED = {
    "a prompt, a role and a return": (("C-b", "F", "{role}", "Enter"), ["api"]),
    "an entry of a menu": (("C-b", "M", "w"), ["web"]),
    "a menu that a job draws": (("C-b", "J", "a"), ["menu"]),
    "a popup that ends by itself": (("C-b", "P"), ["popup"]),
    "a key with a modifier that is no letter": (("C-Up",), ["up"]),
    "a meta key": (("M-F1",), ["meta"]),
    "one job after another": (("C-b", "C-x"), ["one", "two"]),
}


@pytest.mark.parametrize("what", MARKED)
def test_keys_do_what_they_are_bound_to_and_the_press_waits_for_it(machine: HeldMachine, what: str) -> None:
    words, expected = MARKED[what]
    said = typed(machine, *words)
    assert marks(machine) == expected
    assert (said.outcome, said.code, said.refused) == (Outcome.DONE, None, False)
    assert f"marked {expected[-1]}" in said.output
    assert running(machine) == []  # the person had opened the server


@pytest.mark.parametrize(
    "key, said", [("E", "'exit 3' returned 3"), ("D", "no such role"), ("X", "nothing new came onto the screen")]
)
def test_what_a_person_is_told_is_the_output(machine: HeldMachine, key: str, said: str) -> None:
    answer = typed(machine, "C-b", key)
    assert (answer.outcome, answer.refused) == (Outcome.DONE, False)
    assert said in answer.output
    assert running(machine) == []


def test_a_server_that_refuses_to_answer_while_it_exits_is_waited_for(
    machine: HeldMachine, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = tmux.ask

    def refuses(at: Path, *command: str) -> str | None:
        if command[0] == "list-sessions":
            raise tmux.TmuxRefused("it is about to exit")
        return asked(at, *command)

    monkeypatch.setattr(tmux, "ask", refuses)
    slow_to_end = ("sh", "-c", "trap 'sleep 0.5; exit' HUP; sleep 1000 & wait")
    assert typed(machine, "C-b", "E", at=(*SEAT, *slow_to_end)).outcome is Outcome.DONE
    assert running(machine) == []


def test_an_escape_is_no_beginning_of_the_key_that_follows(machine: HeldMachine) -> None:
    typed(machine, "Escape", "x")
    assert marks(machine) == []
    typed(machine, "M-x")
    assert marks(machine) == ["x"]
    typed(machine, "C-b", "M", "Escape", "C-b", "M", "w")
    assert marks(machine) == ["x", "web"]


def test_a_job_that_never_ends_has_hung_and_is_named(machine: HeldMachine) -> None:
    said = typed(machine, "C-b", "H", within=3.0)
    assert said.outcome is Outcome.HUNG
    assert "`sh -c sleep 1000`" in said.output


def test_a_session_that_was_there_is_left_as_it_was(machine: HeldMachine) -> None:
    shell(machine, "tmux new-session -d -s theirs -n kept 'sleep 1000'")
    typed(machine, "C-b", "W")
    typed(machine, "x", at=("tmux", "attach-session", "-t", "=theirs"))
    typed(machine, "C-b", "M", at=("tmux", "new-session", "-t", "theirs"))
    listed = shell(machine, "tmux list-windows -a -F '#{session_name} #{window_name} #{session_attached}'").splitlines()
    assert sorted(listed) == ["1 api 0", "theirs kept 0"]  # what the keys had made in the person's session stayed


@pytest.mark.parametrize(
    "at, outcome, said",
    [
        (("sh", "-c", "echo no tmux here; exit 4"), Outcome.DONE, "exit 4, last saw: no tmux here"),
        (("sleep", "1000"), Outcome.HUNG, "waited 0.5 s for tmux's screen"),
        (("no-such-program",), Outcome.IMPOSSIBLE, "no-such-program"),
    ],
    ids=["it fails", "it shows nothing", "it is no program"],
)
def test_nobody_gets_in_front_of_tmux(machine: HeldMachine, at: tuple[str, ...], outcome: Outcome, said: str) -> None:
    answer = typed(machine, "x", at=at, within=0.5 if outcome is Outcome.HUNG else BOUND)
    assert (answer.outcome, answer.refused) == (outcome, outcome is Outcome.DONE)
    assert said in answer.output
    assert running(machine) == []


def test_who_is_thrown_out_types_no_further(machine: HeldMachine) -> None:
    said = typed(machine, "C-b", "d", "x", "y")
    assert (said.outcome, said.refused) == (Outcome.DONE, True)
    assert "tmux was left after 2 of 4 words" in said.output


SEATED = """
        tmux new-session \\; source-file "$HOME/small/tmux.conf" """
BINDINGS = """
bind F command-prompt -p role { display-menu -T Fleet "%1" r "run-shell 'cd ~/small && sh launcher resume %1'" }
bind S command-prompt -p role { run-shell "cd ~/small && sh launcher start %1" }
"""
SEATS = 'at = ["sh", "launcher", "seat"]'
RESUMES = f'resumes = {{ keys = ["C-b", "F", "{{role}}", "Enter", "r"], {SEATS} }}'
STARTS = f'starts = {{ keys = ["C-b", "S", "{{role}}", "Enter"], {SEATS} }}'


def launcher(folder: Path, starts: str = dashboard.STARTS, **verbs: str) -> Path:
    """The launcher in `folder`: a key asks for a role, and shows a menu with the button that resumes it."""
    folder.mkdir(parents=True)
    (folder / "tmux.conf").write_text(BINDINGS)
    toml = small.TOML.replace(dashboard.RESUMES, RESUMES).replace(dashboard.STARTS, starts)
    return small.write(folder, toml, seat=SEATED, **verbs)


def last_press(ran: small.Ran) -> Pressed:
    return ran.history.all(Pressed)[-1]


@pytest.mark.parametrize("scenario", ["resume_click", "hard_kill[server]"])
def test_a_sound_launcher_holds(holder: Holder, tmp_path: Path, scenario: str) -> None:
    ran = small.run(holder, launcher(tmp_path / "l"), scenario)
    assert (ran.result.verdict, ran.result.reason) == (Verdict.HELD, None), ran.broken
    assert (last_press(ran).kind, last_press(ran).outcome) == (PressKind.KEYS, Outcome.DONE)


def test_a_session_may_be_born_by_keys(holder: Holder, tmp_path: Path) -> None:
    ran = small.run(holder, launcher(tmp_path / "l", starts=STARTS), "resume_click")
    assert (ran.result.verdict, ran.result.reason) == (Verdict.HELD, None), ran.broken
    assert {pressed.kind for pressed in ran.history.all(Pressed)} == {PressKind.KEYS}


def test_a_binding_that_ends_the_live_session_is_found(holder: Holder, tmp_path: Path) -> None:
    ends = 'tmux kill-session -t "=$role"; window --resume "$(cat "$HOME/$role.id")"'
    ran = small.run(holder, launcher(tmp_path / "l", resume=ends), "resume_click")
    assert ran.broken == {("api", "survives"): "killed by command"}


@pytest.mark.parametrize("code, verdict", [(5, Verdict.HELD), (0, Verdict.BROKEN)])
def test_a_job_that_fails_tells_the_person_on_the_screen_and_one_that_does_not_is_silent(
    holder: Holder, tmp_path: Path, code: int, verdict: Verdict
) -> None:
    nothing = f'tmux new-session -d -s "$role" "sleep 1000"; exit {code}'
    ran = small.run(holder, launcher(tmp_path / "l", resume=nothing), "hard_kill[agent]")
    assert ("returned 5" in last_press(ran).output) == (code == 5)
    loud = ran.obligation("api", "loud")
    assert (loud.verdict, loud.symptom) == (verdict, None if code else "silence")
    assert ("the press of cli said so" in loud.why) == (code == 5)
    assert ran.broken == {("api", "mapped"): "none"}


def test_a_resume_that_never_ends_shows_nothing(holder: Holder, tmp_path: Path) -> None:
    bounds = Bounds(ready=10.0, answer=15.0, back=0.5, press=3.0)
    ran = small.run(holder, launcher(tmp_path / "l", resume="sleep 1000"), "resume_click", bounds)
    assert last_press(ran).outcome is Outcome.HUNG
    assert ran.result.verdict is Verdict.UNPROVEN
