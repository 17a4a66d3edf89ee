"""A launcher with a page: the dozen lines of `small`, and a dashboard whose buttons call them."""

from pathlib import Path

from tests.machine import small

URL = "http://127.0.0.1:8080/"
STARTS = 'starts = { run = ["sh", "launcher", "start", "{role}"] }'
RESUMES = 'resumes = { run = ["sh", "launcher", "resume", "{role}"] }'
CLICK = "[data-role='{role}'] button.resume"

IDLE = """
import time
import bottle

@bottle.get("/now")
def now():
    return "now"

@bottle.get("/events")
def events():
    bottle.response.content_type = "text/event-stream"
    while True:
        yield "data: tick\\n\\n"
        time.sleep(0.1)
"""
"""What any page does by itself: it asks, and is told, again and again."""

SERVER = (
    IDLE
    + '''
import subprocess, sys
import waitress

ROLES = ("api", "web")
CARD = """<section data-role="{0}"><h2>{0}</h2><p>{1}</p>
<button class="start" onclick="go('start', '{0}')">Start</button>{2}</section>"""
RESUME = """<button class="resume" onclick="go('resume', '{0}')">Resume</button>"""
SCRIPT = """<p id="said"></p><script>
setInterval(() => fetch("/now"), 50); new EventSource("/events");
async function go(verb, role) {
  said.textContent = "…";
  const answer = await fetch("/" + verb + "/" + role, {method: "POST"});
  said.textContent = await answer.text();
}</script>"""

def live(role):
    return subprocess.run(["tmux", "has-session", "-t", "=" + role], capture_output=True).returncode == 0

@bottle.get("/")
def page():
    cards = [CARD.format(role, "live" if live(role) else "gone", RESUME.format(role)) for role in ROLES]
    return "<meta name=viewport content='width=device-width'><h1>small</h1>" + "".join(cards) + SCRIPT

@bottle.post("/<verb>/<role>")
def act(verb, role):
    done = subprocess.run(["sh", "launcher", verb, role], capture_output=True, text=True)
    bottle.response.status = 500 if done.returncode else 200
    return done.stderr or verb + " " + role + ": done"

waitress.serve(bottle.default_app(), host="127.0.0.1", port=8080, threads=12)
'''
)


def write(folder: Path, *, screen: str = "", born: str = "", server: str = SERVER, **verbs: str) -> Path:
    """The launcher in `folder`, its holdfast.toml. `screen` is that of its resumes; `born` another way to start."""
    shown = f', screen = "{screen}"' if screen else ""
    toml = small.TOML.replace(
        "machines", f'service = {{ run = ["python3", "dashboard.py"], ready = "{URL}now" }}\nmachines', 1
    )
    toml = toml.replace(RESUMES, f'resumes = {{ browser = "{URL}", click = "{CLICK}"{shown} }}')
    toml = toml.replace(STARTS, born or STARTS)
    assert toml.count("browser") >= 1
    folder.mkdir(parents=True)
    (folder / "dashboard.py").write_text(server)
    return small.write(folder, toml, **verbs)


def changed(what: str, to: str) -> str:
    """The dashboard with one thing different."""
    assert SERVER.count(what) == 1
    return SERVER.replace(what, to)
