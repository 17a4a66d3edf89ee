"""A launcher that hangs or can't be used leaves its cells unproven, with the reason, within its bounds."""

import time
from dataclasses import replace
from pathlib import Path

import pytest

from holdfast import RESUMES, World, mapped, scenario, survives
from holdfast.machines import Holder
from holdfast.model.verdict import Verdict
from holdfast.operations.bounds import Bounds
from holdfast.world.scenario import Scenario
from tests.machine import small
from tests.machine.command_line import cells, holdfast

BOUNDS = Bounds(ready=15.0, answer=15.0, back=0.5, press=15.0)
"""For what works: only the bound of what hangs is short."""
SLACK = 40.0
"""Seconds that a cell may take on a busy machine: what hangs here does so for a minute, or for ever."""

SERVERS = {
    "a service that ends at once": '["false"]',
    "a service that never listens": '["sleep", "60"]',
    "a service that takes connections and says nothing": '["python3", "mute.py"]',
    "a service that answers a byte at a time, without end": '["python3", "drip.py"]',
    "a service that always answers 503": '["python3", "busy.py"]',
    "a service that is no program": '["no-such-program"]',
}

MUTE = """import socket
server, kept = socket.create_server(("127.0.0.1", 8080)), []
while True:
    kept.append(server.accept()[0])
"""
DRIP = """import socket, threading, time
def drip(taken):
    taken.sendall(b"HTTP/1.1 200 OK\\r\\n\\r\\n")
    while True:
        taken.sendall(b"x")
        time.sleep(0.05)
server = socket.create_server(("127.0.0.1", 8080))
while True:
    threading.Thread(target=drip, args=server.accept()[:1], daemon=True).start()
"""
READY_ONCE = """
first = server.accept()[0]
first.recv(4096)
first.sendall(b"HTTP/1.1 200 OK\\r\\n\\r\\n")
first.close()
"""
BUSY = """import http.server
class Busy(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_error(503, "still loading")
http.server.HTTPServer(("127.0.0.1", 8080), Busy).serve_forever()
"""


def with_service(folder: Path, run: str, *, started_by_http: bool = False) -> Path:
    """A launcher with a service; its page is at port 8080."""
    service = f'service = {{ run = {run}, ready = "http://127.0.0.1:8080/" }}\nmachines'
    toml = small.TOML.replace("machines", service, 1)
    if started_by_http:
        start = 'starts = { run = ["sh", "launcher", "start", "{role}"] }'
        assert start in toml
        toml = toml.replace(start, 'starts = { http = "POST http://127.0.0.1:8080/{role}" }')
    file = small.write(folder, toml)
    for name, text in (("mute", MUTE), ("drip", DRIP), ("busy", BUSY)):
        (folder / f"{name}.py").write_text(text)
    return file


@pytest.mark.parametrize("name", SERVERS)
def test_a_service_that_never_becomes_ready(holder: Holder, tmp_path: Path, name: str) -> None:
    file = with_service(tmp_path / "l", SERVERS[name])
    began = time.monotonic()
    ran = small.run(holder, file, "service_restart", replace(BOUNDS, ready=0.5))
    assert time.monotonic() - began < SLACK
    assert ran.result.verdict is Verdict.UNPROVEN
    assert "no-such-program" in str(ran.result.reason) or "never became ready" in str(ran.result.reason)


def verdict_of(holder: Holder, file: Path, of: Scenario | str, press: float = 0.5) -> tuple[Verdict, str]:
    began = time.monotonic()
    ran = small.run(holder, file, of, replace(BOUNDS, press=press))
    assert time.monotonic() - began < SLACK
    whys = [obligation.why for obligation in ran.result.obligations]
    return ran.result.verdict, "; ".join([str(ran.result.reason), *whys])


@pytest.mark.parametrize(
    "verb",
    ["sleep 60", "yes", "trap '' TERM; while :; do :; done", "sleep 60 & wait"],
    ids=["that sleeps", "that floods", "that can't be stopped", "that waits for a child"],
)
def test_a_start_that_hangs(holder: Holder, tmp_path: Path, verb: str) -> None:
    verdict, why = verdict_of(holder, small.write(tmp_path / "l", start=verb), "resume_click")
    assert verdict is Verdict.UNPROVEN
    assert "no session to begin with: the press cli starts" in why
    assert "still ran after 0 s" in why or "still ran after 1 s" in why


def test_a_resume_that_hangs_shows_nothing_of_what_it_should_have_shown(holder: Holder, tmp_path: Path) -> None:
    verdict, why = verdict_of(holder, small.write(tmp_path / "l", resume="sleep 60"), "resume_click", press=5.0)
    assert verdict is Verdict.UNPROVEN
    assert "the press of cli hung" in why


@pytest.mark.parametrize("server", ["mute.py", "drip.py"])
def test_a_request_that_hangs(holder: Holder, tmp_path: Path, server: str) -> None:
    file = with_service(tmp_path / "l", f'["python3", "{server}"]', started_by_http=True)
    program = file.with_name(server)
    before, serves, after = program.read_text().rpartition("while True:")
    program.write_text(before + READY_ONCE + serves + after)
    verdict, why = verdict_of(holder, file, "resume_click")
    assert verdict is Verdict.UNPROVEN
    assert "the press cli starts api: hung: POST http://127.0.0.1:8080/api gave no" in why


@pytest.mark.parametrize(
    ("toml", "said"),
    [
        ('starts = { run = ["no-such-program", "{role}"] }', "no-such-program"),
        ('starts = { run = ["./holdfast.toml", "{role}"] }', "holdfast.toml"),
        ('starts = { keys = ["C-b", "{role}"], at = ["no-such-tmux"] }', "no-such-tmux"),
    ],
    ids=["no program", "no executable", "keys, and no tmux to type them into"],
)
def test_a_press_that_cannot_be_made(holder: Holder, tmp_path: Path, toml: str, said: str) -> None:
    text = small.TOML.replace('starts = { run = ["sh", "launcher", "start", "{role}"] }', toml)
    assert toml in text
    verdict, why = verdict_of(holder, small.write(tmp_path / "l", text), "resume_click", press=15.0)
    assert verdict is Verdict.UNPROVEN
    assert said in why


@pytest.mark.parametrize("attach", ["sleep 60", "exit 3", "yes"], ids=["silent", "ends", "floods"])
def test_an_attach_that_shows_no_agent(holder: Holder, tmp_path: Path, attach: str) -> None:
    bounds = replace(BOUNDS, answer=0.5)
    ran = small.run(holder, small.write(tmp_path / "l", attach=attach), "resume_click", bounds)
    assert ran.result.verdict is Verdict.UNPROVEN
    assert "steady state not reached: role" in str(ran.result.reason)


def test_a_scenario_that_fails_is_named_with_its_line(holder: Holder, tmp_path: Path) -> None:
    @scenario(press=RESUMES, promises=[survives, mapped])
    def fails(world: World) -> None:
        world.open("api", "web")
        world.kill("api", "nobody")

    ran = small.run(holder, small.write(tmp_path / "l"), fails.scenarios[0], BOUNDS)
    assert ran.result.verdict is Verdict.UNPROVEN
    line = fails.scenarios[0].body.__code__.co_firstlineno + 3
    assert f"{__file__}:{line}: the scenario fails fails: ValueError: 'nobody' is not" in str(ran.result.reason)


def test_cells_that_cannot_run_have_exit_code_3_and_in_pytest_failing_items(tmp_path: Path) -> None:
    small.write(tmp_path, small.TOML.replace('["sh", "launcher", "start"', '["no-such-program"'))
    said = holdfast(tmp_path, "verify")
    assert said.code == 3, said.text
    for text in (said.text, cells(tmp_path).text, cells(tmp_path, "-n2").text):
        assert "no session to begin with: the press cli starts api: impossible" in text
        assert "no-such-program" in text
        assert "Traceback" not in text
        assert "INTERNALERROR" not in text
        assert " held" not in text
