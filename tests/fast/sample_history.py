"""Histories written by hand for the cells of sample_result: what reports tell of them."""

from dataclasses import replace
from pathlib import Path

from holdfast.history.events import (
    Asked,
    Booted,
    Closed,
    Event,
    Faulted,
    Held,
    Launched,
    Observed,
    Outcome,
    Planned,
    Planted,
    Pressed,
    Stepped,
)
from holdfast.history.record import encode, read
from holdfast.model.cell import CellResult
from holdfast.model.launch import Confidence, Launch, LaunchVerb
from holdfast.model.path import Action, PressKind
from holdfast.model.result import RunResult
from holdfast.model.seen import LiveAgent, Observation, Pane, Process, ProcessId, Transcript, Turn
from holdfast.model.verdict import Verdict

PNG = b"\x89PNG\r\n\x1a\n picture"
_SERVER = ProcessId(31, 812)
_AGENT = {"api": ProcessId(44, 830), "web": ProcessId(52, 845)}
SESSION = {"api": "7d0c1a52-9c0e-4d55-b1f2-6a5a9d2f4e11", "web": "e41b6c08-0a6f-4f0a-8f57-2b8f3f0a9c72"}
_BORN = {"dashboard": "s-dashboard", "phone": "s-phone", "boot.restores": "s-restore"}


def keep(result: RunResult, run: Path, screen: str = "") -> None:
    """Writes the histories that `result` names into the folder `run`; `screen` is shown by every pane and person."""
    for cell in result.cells:
        if cell.history is not None:
            path = run / cell.history
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(b"".join(encode(event) + b"\n" for event in history(cell, screen)))


def clicked(file: Path) -> None:
    """The last press of the history in `file` was a click, with a picture of the page beside it."""
    file.with_name("page.1.png").write_bytes(PNG)
    events = list(read(file))
    last = max(place for place, event in enumerate(events) if isinstance(event, Pressed))
    pressed = events[last]
    assert isinstance(pressed, Pressed)
    events[last] = replace(pressed, picture="page.1.png")
    file.write_bytes(b"".join(encode(event) + b"\n" for event in events))


def history(cell: CellResult, screen: str = "") -> tuple[Event, ...]:
    """What happened in `cell`: two sessions are born, held, pressed and asked; where broken, one is new."""
    key = cell.key
    died = cell.verdict is Verdict.BROKEN
    born = _BORN[key.birth]
    after = _look(screen, replaced=died)
    events: list[Event] = [
        Planned(0.0, key, ("api", "web"), ("survives", "mapped", "single")),
        Booted(0.148, "3f6c9f0e-4f0e-4a53-9a5e-0b8e1f1f7a10"),
        Stepped(0.149, "open two sessions, api and web"),
    ]
    for n, role in enumerate(("api", "web")):
        at = 0.16 + 0.1 * n
        argv = ("tmux", "new-session", "-d", "-s", role, f"claude --session-id {SESSION[role]}")
        start = Launch(n, LaunchVerb.START, "tmux", argv, ProcessId(40 + n, 820), (30, 1), "/", born, Confidence.HOOK)
        asked = Launch(
            n, LaunchVerb.OTHER, "tmux", ("tmux", "has-session", "-t", f"={role}"), start.process, (30,), "/"
        )
        said = (Outcome.DONE, 0, False, f"started {role}\n")
        events += [
            Launched(at + 0.01, asked),
            Launched(at + 0.02, start),
            Pressed(at + 0.05, at, key.birth, Action.STARTS, PressKind.RUN, role, *said),
            Planted(at + 0.08, role, f"quartz-{n}b7", SESSION[role]),
        ]
    events += [
        Held(0.41, "api", ProcessId(61, 861)),
        Held(0.43, "web", ProcessId(66, 870)),
        Observed(0.44, f"before {key.scenario}", _look(screen)),
    ]
    if key.scenario.startswith("kill") or key.press is None:
        fault = key.scenario.replace("_", " ")
        events.append(Faulted(0.46, fault, ("api",), (_AGENT["api"],), True, "its pidfd became readable"))
    if key.press is not None:
        said = (Outcome.DONE, 200, False, "<!doctype html>…")
        events.append(Pressed(0.58, 0.47, key.press, Action.RESUMES, PressKind.HTTP, "api", *said))
    if died:
        argv = ("tmux", "new-session", "-d", "-s", "api", "claude")
        fresh = Launch(2, LaunchVerb.START, "tmux", argv, ProcessId(97, 1290), (1,), "/", born, Confidence.UNIT)
        events.append(Launched(0.6, fresh))
    events.append(Observed(0.62, f"after {key.scenario}", after))
    for role in ("api", "web"):
        lost = died and role == "api"
        answered = None if lost else SESSION[role]
        proof = None if lost else "9d41f0c2a7"
        why = "a person saw an empty conversation: no word was known" if lost else ""
        text = screen or _screen(role, lost)
        events.append(Asked(0.8, 0.64, role, "81", answered, proof, text, why, True))
    return (*events, Closed(0.92))


def _look(screen: str, replaced: bool = False) -> Observation:
    agents = dict(_AGENT)
    sessions = dict(SESSION)
    if replaced:
        agents["api"] = ProcessId(97, 1290)
        sessions["api"] = "00b7c1de-5a55-4e0c-a2b4-d2f7a1b90c33"
    group = "/system.slice/fleet-worker@{}.service"
    return Observation(
        boot_id="3f6c9f0e-4f0e-4a53-9a5e-0b8e1f1f7a10",
        processes=(
            Process(ProcessId(1, 0), 0, ("/lib/systemd/systemd",), "/init.scope", 2),
            Process(_SERVER, 1, ("tmux", "new-session", "-d"), group.format("api"), 410),
            *(Process(a, 31, ("claude", "--session-id", sessions[r]), group.format(r), 411) for r, a in agents.items()),
        ),
        panes=tuple(
            Pane(
                _SERVER, "/tmp/tmux-1000/default", r, f"%{n}", a.pid, text=screen or _screen(r, replaced and r == "api")
            )
            for n, (r, a) in enumerate(agents.items())
        ),
        servers=(_SERVER,),
        transcripts=tuple(
            Transcript(f"/home/dev/.claude/projects/{r}/{s}.jsonl", s, (Turn("t1", "quartz"),), 912, 1, 1, "d", 7)
            for r, s in sessions.items()
        ),
        agents=tuple(LiveAgent(agent, sessions[r], f"/home/dev/work/{r}") for r, agent in agents.items()),
    )


def _screen(role: str, fresh: bool) -> str:
    if fresh:
        return 'Welcome back!\n\n  Try "how do I log an error?"\n\n> ▏'
    return f"> remember quartz-0b7\n● noted, in the conversation of {role}\n\n● Running task… (child 61)\n> ▏"
