"""Presses on real machines: each kind does what a person would, and tells what came of it."""

from pathlib import Path

import pytest

from holdfast.history.events import Outcome
from holdfast.machines import browser
from holdfast.machines.machine import HeldMachine
from holdfast.machines.protocol import HOME, Blueprint, Unit
from holdfast.model.path import Action, Press, PressKind
from holdfast.model.verdict import Verdict
from holdfast.operations.command import Answer
from holdfast.operations.press import use
from holdfast.run.bench import Bench
from holdfast.run.verification import HEAD, Request
from tests.machine import small
from tests.machine.asking import Maker

BOUND = 20.0
SERVER = """
import http.server
class Handler(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        self.send_response(409 if self.path.endswith("web") else 200)
        self.end_headers()
        self.wfile.write(self.path.encode())
http.server.HTTPServer(("127.0.0.1", 8080), Handler).serve_forever()
"""
UNIT = Unit(
    "mark@.service",
    "[Service]\nType=oneshot\nRemainAfterExit=yes\nExecStart=/bin/touch /run/%i\nExecStop=/bin/rm /run/%i\n",
)


def press(
    machine: HeldMachine, kind: PressKind, *words: str, role: str = "api", action: Action = Action.STARTS
) -> Answer:
    return use(Press("path", action, kind, words), role, machine, HOME, BOUND)


@pytest.fixture
def namespace(make: Maker, tmp_path: Path) -> HeldMachine:
    return make(Blueprint(kind="namespace", home=tmp_path))


def test_a_command_tells_its_exit_code_and_what_it_said(namespace: HeldMachine) -> None:
    said = press(namespace, PressKind.RUN, "sh", "-c", "echo no {role} >&2; exit 4")
    assert said == Answer(Outcome.DONE, 4, True, "no api\n")


def test_a_command_that_writes_much_does_not_stand_still(namespace: HeldMachine) -> None:
    said = press(namespace, PressKind.RUN, "sh", "-c", "yes {role} | head -c 1000000")
    assert (said.outcome, said.code) == (Outcome.DONE, 0)
    assert len(said.output) == 1_000_000


def test_a_child_left_behind_with_the_pipe_does_not_hold_the_press(namespace: HeldMachine) -> None:
    said = press(namespace, PressKind.RUN, "sh", "-c", "sleep 1000 & echo {role}")
    assert said == Answer(Outcome.DONE, 0, False, "api\n")


def test_a_child_that_goes_on_writing_does_not_hold_the_press(namespace: HeldMachine) -> None:
    said = press(namespace, PressKind.RUN, "sh", "-c", "yes & echo {role}")
    assert (said.outcome, said.code) == (Outcome.DONE, 0)


def test_a_program_that_isnt_there_makes_the_press_impossible(namespace: HeldMachine) -> None:
    said = press(namespace, PressKind.RUN, "nowhere", "{role}")
    assert said.outcome is Outcome.IMPOSSIBLE
    assert "nowhere" in said.output


def test_a_command_that_never_ends_has_hung(namespace: HeldMachine) -> None:
    hung = use(Press("path", Action.STARTS, PressKind.RUN, ("sleep", "1000")), "api", namespace, HOME, 0.3)
    assert hung.outcome is Outcome.HUNG
    assert "still ran after" in hung.output


def test_a_request_tells_its_status(namespace: HeldMachine) -> None:
    namespace.spawn(("python3", "-c", SERVER))
    assert press(namespace, PressKind.HTTP, "POST", "http://127.0.0.1:8080/{role}").code == 200
    refused = press(namespace, PressKind.HTTP, "POST", "http://127.0.0.1:8080/{role}", role="web")
    assert (refused.code, refused.refused, refused.output) == (409, True, "/web")


@pytest.mark.parametrize("kind", [PressKind.BOOT, PressKind.SDK])
def test_a_press_that_is_none_of_a_persons_is_impossible_and_says_so(namespace: HeldMachine, kind: PressKind) -> None:
    said = use(Press("path", Action.RESTORES, kind, ("anything",)), None, namespace, HOME, BOUND)
    assert said.outcome is Outcome.IMPOSSIBLE
    assert f"no {kind} is pressed like this" in said.output


def test_without_a_browser_a_click_is_impossible_and_says_what_is_missing(
    namespace: HeldMachine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(browser, "driver", lambda: False)
    said = press(namespace, PressKind.BROWSER, "http://127.0.0.1:8080/", "[data-role='{role}']")
    assert said.outcome is Outcome.IMPOSSIBLE
    assert "Playwright is not installed (`pip install 'holdfast[browser]'` gets it)" in said.output


def test_a_cell_that_takes_a_browser_is_unproven_without_one_before_it_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(browser, "program", lambda: None)
    click = """resumes = { browser = "http://127.0.0.1:8080/", click = "#{role}" }"""
    text = small.TOML.replace('resumes = { run = ["sh", "launcher", "resume", "{role}"] }', click)
    request = Request(cwd=tmp_path, launcher=small.write(tmp_path / "l", text))
    with Bench(request, tmp_path / "run", {}) as bench:
        (cell, *_) = [cell for cell in bench.verification.cells if cell.in_browser]
        result = bench.result(cell, bench.verification.side(HEAD))
    assert (result.verdict, result.history) == (Verdict.UNPROVEN, None)
    assert "Chromium is not installed (`" in str(result.reason)
