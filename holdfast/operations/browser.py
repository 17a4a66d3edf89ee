"""A click on a page, made by a real browser inside the machine: Playwright drives the system's Chromium there.

The browser is the suite's own and no part of what is verified: it is started behind the hooks, lives in a folder of its
own, and has gone with all its processes when the press is over.
"""

import os
import secrets
import shutil
import time
from pathlib import Path
from urllib.parse import urlsplit

import msgspec

from holdfast.config.placeholders import fill, fill_url
from holdfast.history.events import Outcome
from holdfast.machines import browser
from holdfast.machines.protocol import HOME, Machine, MachineError
from holdfast.machines.root import TOOLS
from holdfast.model.path import Press
from holdfast.operations.command import Answer, run

_SCRIPT = Path(__file__).resolve().with_name("inside") / "browse.py"
_ENDS_WITHIN = 15.0  # seconds for the script to end its browser after the press's bound
_UNTRACED = {"PYTHONPATH": "", "BASH_ENV": "", "NODE_OPTIONS": ""}
"""Without the hooks of the trace: a browser is no launch."""


class _Said(msgspec.Struct):
    """said.json, as browse.py writes it."""

    outcome: Outcome
    output: str
    refused: bool
    code: int | None
    began: float | None


def browse(machine: Machine, press: Press, role: str | None, within: float) -> Answer:
    """Open the page, click, and wait at most `within` seconds for what the click sets off to be answered.

    The output is what the page then shows that it did not show before. A button that isn't there, a click that asks
    nothing of the server, and an answer of 400 or more are refusals: a person gets nothing from any of them.
    """
    program = browser.program()
    if (why := browser.lack()) is not None or program is None:
        return Answer(Outcome.IMPOSSIBLE, None, False, why or "there is no Chromium")
    url, (click,) = fill_url(press.words[0], role), fill(press.words[1:], role)
    started = time.monotonic()
    until = started + within
    try:
        machine.connect(urlsplit(url).port or 80, within).close()
    except MachineError as error:
        return Answer(Outcome.DONE, None, True, f"{url} can't be opened: {error}")
    name = f"holdfast-browser-{secrets.token_hex(8)}"
    folder = machine.root / "tmp" / name
    folder.mkdir(mode=0o700)
    try:
        wish = {"url": url, "click": click, "screen": press.screen, "chromium": program}
        (folder / "wish.json").write_bytes(msgspec.json.encode({**wish, "within": until - time.monotonic()}))
        argv = (f"{TOOLS}/python3", "-I", str(_SCRIPT), f"/tmp/{name}")
        ran = run(machine, argv, HOME, until - time.monotonic() + _ENDS_WITHIN, _UNTRACED)
        return _answer(folder, ran, started)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _answer(folder: Path, ran: Answer, started: float) -> Answer:
    try:
        said = msgspec.json.decode(_bytes(folder / "said.json"), type=_Said)
    except (OSError, msgspec.MsgspecError) as error:
        why = f"the browser gave no account of the press ({error}); it said: {ran.output[-1500:]}"
        return Answer(Outcome.IMPOSSIBLE, None, False, why)
    lead = 0.0 if said.began is None else max(0.0, said.began - started)
    picture = _bytes(folder / "page.png") if (folder / "page.png").exists() else None
    return Answer(said.outcome, said.code, said.refused, said.output, picture, lead)


def _bytes(path: Path) -> bytes:
    """No link is followed: it would lead out of the machine."""
    with os.fdopen(os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC), "rb") as file:
        return file.read()
