"""Launchers that are pressed by a click, in a real browser: a sound one holds, and what breaks is found. Only where
there is a browser."""

import struct
from dataclasses import replace
from pathlib import Path

import pytest

from holdfast.history.events import Launched, Observed, Outcome, Pressed
from holdfast.machines import Holder
from holdfast.machines.machine import HeldMachine
from holdfast.machines.protocol import HOME, Blueprint
from holdfast.model.charge import ChargeKind
from holdfast.model.path import Action, Device, Press, PressKind
from holdfast.model.verdict import Verdict
from holdfast.operations.bounds import Bounds
from holdfast.operations.command import Answer
from holdfast.operations.press import use
from holdfast.sweep import sweep
from tests.machine import dashboard, small
from tests.machine.asking import Maker

PATIENT = Bounds(ready=20.0, answer=15.0, back=20.0, press=40.0)
"""Every click starts a browser, which takes seconds where other tests have the cores."""
HUNG_AFTER = 12.0
BROWSER_STARTS = 0.2
"""Seconds that a browser takes at least, on any machine. They are no part of the press."""

PAGE = (
    dashboard.IDLE
    + """
import waitress

BODY = '''<h1>Page</h1>
<form method="post" action="/form"><button id="form">form</button></form>
<button id="asks" onclick="if (confirm('sure?')) post('/ok')">asks</button>
<button id="twice" onclick="post('/ok').then(() => post('/gone'))">twice</button>
<button id="leaves" onclick="post('/slow'); location.reload()">leaves</button>
<button id="idle" onclick="fetch('/now')">idle</button>
<button id="off" disabled>off</button>
<button class="two">one</button><button class="two">two</button>
<button id="hidden" style="display: none">hidden</button>
<a id="away" href="/other" target="_blank">away</a>
<p id="said"></p>
<script>
new EventSource("/events");
async function post(path) { const a = await fetch(path, {method: "POST"}); said.textContent = await a.text(); }
</script>'''

@bottle.get("/")
def page():
    return BODY

@bottle.get("/other")
def other():
    return "<p>the other page"

@bottle.post("/form")
def form():
    bottle.redirect("/other")

@bottle.post("/slow")
def slow():
    time.sleep(2)

@bottle.post("/ok")
def ok():
    return "it is done"

waitress.serve(bottle.default_app(), host="127.0.0.1", port=8080, threads=12)
"""
)


@pytest.fixture(scope="module")
def page(holder: Holder, tmp_path_factory: pytest.TempPathFactory) -> HeldMachine:
    """A machine on which the page is served."""
    home = tmp_path_factory.mktemp("home")
    (home / "page.py").write_text(PAGE)
    machine = holder.machine(Blueprint(kind="namespace", home=home))
    machine.boot()
    machine.spawn(("python3", "page.py"))
    return machine


def click(machine: HeldMachine, selector: str, screen: Device = Device.DESKTOP) -> Answer:
    press = Press("page", Action.RESTORES, PressKind.BROWSER, (dashboard.URL, selector), screen)
    return use(press, None, machine, HOME, PATIENT.press)


def width(picture: bytes | None) -> int:
    """In pixels, as a PNG has it in its first chunk."""
    assert picture is not None
    assert picture.startswith(b"\x89PNG")
    return int(struct.unpack(">I", picture[16:20])[0])


CLICKS: dict[str, tuple[str, tuple[Outcome, int | None, bool], str]] = {
    "a form whose answer leads to another page": ("#form", (Outcome.DONE, 200, False), "the other page"),
    "a question that is answered by yes": ("#asks", (Outcome.DONE, 200, False), "it is done"),
    "a request that the page leaves behind": ("#leaves", (Outcome.DONE, 200, False), "the page shows nothing new"),
    "a second request that fails": ("#twice", (Outcome.DONE, 404, True), "POST http://127.0.0.1:8080/gone: 404"),
    "a link to a page of its own": ("#away", (Outcome.DONE, 200, False), "the other page"),
    "a click that only reads": ("#idle", (Outcome.DONE, None, True), "asked nothing of the server within 3 s"),
    "a button that is switched off": ("#off", (Outcome.DONE, None, True), "#off takes no click"),
    "a button that is not shown": ("#hidden", (Outcome.DONE, None, True), "no such button: #hidden is nowhere"),
    "two buttons": (".two", (Outcome.IMPOSSIBLE, None, False), ".two means 2 things"),
    "a selector that is none": ("[", (Outcome.IMPOSSIBLE, None, False), "the browser failed"),
}


@pytest.mark.parametrize("what", CLICKS)
def test_a_click_tells_what_a_person_gets_from_it(page: HeldMachine, what: str) -> None:
    selector, expected, said = CLICKS[what]
    answer = click(page, selector)
    assert said in answer.output
    assert (answer.outcome, answer.code, answer.refused) == expected


def test_a_phone_shows_the_page_as_a_phone_does_and_nothing_is_left_of_the_browser(page: HeldMachine) -> None:
    before = {entry.name for folder in (page.home, page.root / "tmp") for entry in folder.iterdir()}
    assert width(click(page, "#asks", Device.PHONE).picture) < 500
    assert {entry.name for folder in (page.home, page.root / "tmp") for entry in folder.iterdir()} == before
    commands = [(entry / "cmdline").read_bytes() for entry in (page.root / "proc").glob("[0-9]*")]
    assert not [command for command in commands if b"chromium" in command or b"playwright" in command]


def test_nothing_listens_where_the_page_should_be(make: Maker, tmp_path: Path) -> None:
    machine = make(Blueprint(kind="namespace", home=tmp_path))
    press = Press("page", Action.RESTORES, PressKind.BROWSER, (dashboard.URL, "button"))
    said = use(press, None, machine, HOME, 0.5)
    assert (said.outcome, said.refused) == (Outcome.DONE, True)
    assert "nothing listens there" in said.output


def last_press(ran: small.Ran) -> Pressed:
    return ran.history.all(Pressed)[-1]


@pytest.mark.parametrize("screen", ["desktop", "phone"])
def test_a_sound_launcher_holds(holder: Holder, tmp_path: Path, screen: str) -> None:
    born = f"""starts = {{ browser = "{dashboard.URL}", click = "[data-role='{{role}}'] button.start" }}"""
    file = dashboard.write(tmp_path / "l", screen=screen, born=born if screen == "desktop" else "")
    ran = small.run(holder, file, "resume_click", PATIENT)
    assert (ran.result.verdict, ran.result.reason) == (Verdict.HELD, None), ran.broken
    pressed = last_press(ran)
    assert (pressed.kind, pressed.code, pressed.output) == (PressKind.BROWSER, 200, "resume api: done")
    assert pressed.picture is not None
    picture = (tmp_path / "histories" / pressed.picture).read_bytes()
    assert (width(picture) < 500) == (screen == "phone")
    looked = [event.at for event in ran.history.all(Observed) if event.at < pressed.began]
    assert pressed.began - looked[-1] > BROWSER_STARTS
    launched = {event.launch.tool for event in ran.history.all(Launched)}
    assert launched <= {"tmux", "claude"}  # the browser is none of the launcher's


def test_a_click_that_ends_the_live_session_is_found_where_it_does(holder: Holder, tmp_path: Path) -> None:
    kills = '    subprocess.run(["tmux", "kill-session", "-t", "=" + role])\n    done = subprocess.run(["sh"'
    file = dashboard.write(tmp_path / "l", server=dashboard.changed('    done = subprocess.run(["sh"', kills))
    ran = small.run(holder, file, "resume_click", PATIENT)
    assert ran.broken == {("api", "survives"): "killed by command"}
    charge = ran.obligation("api", "survives").charged_to
    assert charge is not None
    assert charge.kind is ChargeKind.SITE
    site = next(site for site in sweep(file.parent, []).sites if site.id == charge.id)
    assert (site.file, site.argv[:2]) == ("dashboard.py", ("tmux", "kill-session"))


def test_a_lost_session_without_a_button_is_told_to_the_person(holder: Holder, tmp_path: Path) -> None:
    only_live = dashboard.changed("RESUME.format(role))", 'RESUME.format(role) if live(role) else "")')
    file = dashboard.write(tmp_path / "l", server=only_live)
    ran = small.run(holder, file, "hard_kill[agent]", replace(PATIENT, back=4.0))
    assert last_press(ran).refused
    assert "no such button: [data-role='api'] button.resume is nowhere on the page" in last_press(ran).output
    assert "api\n\ngone\n\nStart" in last_press(ran).output
    assert ran.obligation("api", "loud").verdict is Verdict.HELD
    assert ran.broken == {("api", "mapped"): "none"}


def test_a_click_that_is_never_answered_shows_nothing(holder: Holder, tmp_path: Path) -> None:
    file = dashboard.write(tmp_path / "l", resume="sleep 1000")
    bounds = Bounds(ready=20.0, answer=15.0, back=0.5, press=HUNG_AFTER)
    ran = small.run(holder, file, "resume_click", bounds)
    assert last_press(ran).outcome is Outcome.HUNG
    assert "no whole answer came to POST http://127.0.0.1:8080/resume/api" in last_press(ran).output
    assert last_press(ran).picture is not None
    assert ran.result.verdict is Verdict.UNPROVEN
