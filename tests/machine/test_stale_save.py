"""What recovery trusts is put to the test: a launcher that repairs its saves or raises its alarm holds, a silent one is
named, and so is one whose alarm always sounds."""

from pathlib import Path

import pytest

from holdfast.history.events import Faulted, Stepped, Trusted
from holdfast.machines import Holder
from holdfast.model.charge import LAUNCHER
from holdfast.model.verdict import Verdict
from holdfast.operations.bounds import Bounds
from tests.machine import carrying, small
from tests.machine.small import Ran

SPOILED = ("old", "empty", "gone")
ONCE = "save"
"""In the place of the clock: nothing is saved after a start or resume."""
SERVICE = 'service = { run = ["python3", "status.py"], ready = "http://127.0.0.1:8080/" }\nmachines'
STATUS = """import http.server, os, subprocess
class Status(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        done = subprocess.run(["sh", "launcher", "check"], capture_output=True)
        self.send_response(503 if self.path == "/alarm" and done.returncode else 200)
        self.end_headers()
        self.wfile.write(done.stdout)
http.server.HTTPServer(("127.0.0.1", 8080), Status).serve_forever()
"""


def ran(holder: Holder, file: Path, save: str, bounds: Bounds = small.SOON) -> Ran:
    return small.run(holder, file, f"stale_save[{save}]", bounds)


def bit(found: Ran) -> bool:
    return all(fault.bit for fault in found.history.all(Faulted))


@pytest.mark.parametrize("save", ["fresh", *SPOILED])
def test_a_launcher_that_repairs_its_saves_holds(holder: Holder, tmp_path: Path, kind: str, save: str) -> None:
    found = ran(holder, carrying.write(tmp_path / "l", carrying.on(kind), check=":"), save, carrying.PATIENT)
    assert (found.result.verdict, found.result.reason, found.broken) == (Verdict.HELD, None, {})
    assert bit(found)
    assert len(found.history.all(Trusted)) == (1 if save == "fresh" else 2)
    last = found.history.all(Trusted)[-1]
    assert all(one.stale(last.max_age) is None for one in last.saves)


@pytest.mark.parametrize("save", SPOILED)
def test_one_that_only_raises_its_alarm_holds_and_a_person_puts_the_save_back(
    holder: Holder, tmp_path: Path, save: str
) -> None:
    found = ran(holder, carrying.write(tmp_path / "l", clock=ONCE), save, carrying.PATIENT)
    assert (found.result.verdict, found.result.reason, found.broken) == (Verdict.HELD, None, {})
    assert bit(found)
    assert "the alarm is raised" in found.obligation("api", "fresh").why
    steps = [step.text for step in found.history.all(Stepped)]
    assert "a person who was alarmed put back /home/dev/.small/api.save, /home/dev/.small/web.save" in steps


def test_one_that_says_nothing_about_an_old_save_is_stale_and_the_launcher_answers(
    holder: Holder, tmp_path: Path
) -> None:
    found = ran(holder, carrying.write(tmp_path / "l", clock=ONCE, check=":"), "old")
    assert found.broken == {(role, "fresh"): "stale, no alarm" for role in ("api", "web")}
    assert found.obligation("api", "fresh").charged_to == LAUNCHER
    assert "nobody was alarmed: nothing is put back" in [step.text for step in found.history.all(Stepped)]


@pytest.mark.parametrize("save", ["empty", "gone"])
def test_one_that_says_nothing_about_a_lost_save_can_t_bring_its_sessions_back(
    holder: Holder, tmp_path: Path, save: str
) -> None:
    found = ran(holder, carrying.write(tmp_path / "l", clock=ONCE, check=":"), save)
    assert found.broken == {(role, "mapped"): "none" for role in ("api", "web")}
    fresh = found.obligation("api", "fresh")
    assert (fresh.symptom, fresh.masked) == ("stale, no alarm", True)


def test_an_alarm_that_always_sounds_is_false(holder: Holder, tmp_path: Path) -> None:
    found = ran(holder, carrying.write(tmp_path / "l", check="echo always; exit 1"), "fresh")
    assert found.broken == {(role, "fresh"): "false alarm" for role in ("api", "web")}


def test_a_save_that_is_never_made_is_stale_once_its_time_has_passed(holder: Holder, tmp_path: Path) -> None:
    never = {"save": ":", "check": ":"}
    early = ran(holder, carrying.write(tmp_path / "l", **never), "fresh").obligation("api", "fresh")
    assert early.verdict is Verdict.UNPROVEN
    assert "~/.small/*.save is not there after the sessions were opened" in early.why
    soon = carrying.TOML.replace('"10m"', '"1s"')
    late = ran(holder, carrying.write(tmp_path / "m", soon, **never), "fresh").obligation("api", "fresh")
    assert late.symptom == "stale, no alarm"


def test_where_there_is_nothing_to_spoil_the_fault_did_not_bite(holder: Holder, tmp_path: Path) -> None:
    found = ran(holder, carrying.write(tmp_path / "l", save=":", check=":"), "gone")
    assert {o.verdict for o in found.result.obligations} == {Verdict.UNPROVEN}
    assert "nothing that is trusted is there" in found.obligation("api", "mapped").why


def test_an_alarm_that_is_a_file_is_seen_as_soon_as_it_is_there(holder: Holder, tmp_path: Path) -> None:
    toml = carrying.TOML.replace('{ run = ["sh", "launcher", "check"] }', '{ file = "~/.small/alarm" }')
    told = """
        save
        while sleep 0.2; do (check) >&- && rm -f "$HOME/.small/alarm" || touch "$HOME/.small/alarm"; done
    """
    found = ran(holder, carrying.write(tmp_path / "l", toml, clock=told), "empty", carrying.PATIENT)
    assert (found.result.verdict, found.result.reason, found.broken) == (Verdict.HELD, None, {})
    first, second = found.history.all(Trusted)
    assert first.alarm is not None
    assert second.alarm is not None
    assert (first.alarm.raised, second.alarm.raised) == (False, True)
    assert second.at - first.at < carrying.PATIENT.save


def test_an_alarm_that_is_a_page_is_asked_of_the_launcher_s_service(holder: Holder, tmp_path: Path) -> None:
    http = '{ http = "GET http://127.0.0.1:8080/alarm" }'
    toml = carrying.TOML.replace('{ run = ["sh", "launcher", "check"] }', http).replace("machines", SERVICE, 1)
    file = carrying.write(tmp_path / "l", toml, clock=ONCE)
    file.with_name("status.py").write_text(STATUS)
    found = ran(holder, file, "gone", carrying.PATIENT)
    assert (found.result.verdict, found.result.reason, found.broken) == (Verdict.HELD, None, {})
    assert "status 503" in found.obligation("api", "fresh").why


def test_an_alarm_that_can_t_be_asked_proves_nothing(holder: Holder, tmp_path: Path) -> None:
    toml = carrying.TOML.replace('["sh", "launcher", "check"]', '["no-such-program"]')
    fresh = ran(holder, carrying.write(tmp_path / "l", toml, clock=ONCE), "old").obligation("api", "fresh")
    assert fresh.verdict is Verdict.UNPROVEN
    assert "the alarm could not be asked (no-such-program)" in fresh.why
