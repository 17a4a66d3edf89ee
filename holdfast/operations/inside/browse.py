"""One press in a real browser. Runs inside a machine, as `python -I browse.py FOLDER`.

FOLDER/wish.json says what is wanted: {"url", "click", "screen", "chromium", "within"}. What came of it is written
beside it: said.json ({"outcome", "output", "refused", "code", "began"}) and page.png, the page at the end. FOLDER is
the browser's home as well, its profile and its temporary folder.

The browser's processes hang below a first process that adopts whatever they leave behind (PR_SET_CHILD_SUBREAPER) and
ends it: when this program has ended, nothing of them is left.
"""

import asyncio
import ctypes
import json
import os
import select
import signal
import sys
import time
from contextlib import suppress
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import NoReturn

from playwright.async_api import BrowserContext, Dialog, Error, Page, Playwright, Request, Response, async_playwright
from playwright.async_api import TimeoutError as Late

THERE_WITHIN = 8.0
"""Seconds after which a person no longer waits for a button to appear, or to take the click."""
ASKS_WITHIN = 3.0
"""Seconds after a click in which a page asks something of its server, if it ever does."""
SHOWS_WITHIN = 0.3
"""Seconds that a page has to show what it was answered."""
LOOKS_WITHIN = 5.0
"""Seconds for a look at the page, which a script of its own may hold up."""
PHONE = "Pixel 7"
_DESKTOP = {"width": 1280, "height": 800}
_FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-background-networking", "--no-pings")
_PR_SET_CHILD_SUBREAPER = 36  # prctl(2)
_TEXT = "document.body ? document.body.innerText : ''"
_DRAWN = "new Promise(drawn => requestAnimationFrame(() => requestAnimationFrame(drawn)))"
_TAKEN_BACK = "net::ERR_ABORTED"
"""How a request fails that the page itself gives up, because it goes elsewhere (net_error_list.h)."""
_MOST = 3000
"""Characters of a page's text that are told."""


@dataclass(frozen=True)
class Said:
    """What came of the press, in the words of a history: `outcome` is done, hung or impossible. `began` is the
    monotonic time at which the page was opened: the browser's own start is none of the launcher's time."""

    outcome: str
    output: str
    refused: bool = False
    code: int | None = None
    began: float | None = None


@dataclass(frozen=True)
class Wish:
    url: str
    click: str
    phone: bool
    chromium: str
    until: float


@dataclass
class Asked:
    """What the page asks of its server since the click: navigations, and requests of any method but GET. What it reads
    all the time, to be up to date, is neither. A redirect goes on with the request that it answers."""

    open: dict[Request, str] = field(default_factory=dict)
    statuses: dict[Request, int] = field(default_factory=dict)
    answers: list[tuple[str, int | None, str]] = field(default_factory=list)
    changed: asyncio.Event = field(default_factory=asyncio.Event)

    def listen(self, context: BrowserContext) -> None:
        context.on("request", self._begun)
        context.on("response", self._answered)
        context.on("requestfinished", self._finished)
        context.on("requestfailed", self._failed)

    def _begun(self, request: Request) -> None:
        before = request.redirected_from
        if before is not None and before in self.open:
            self.open[request] = self.open.pop(before)
        elif request.method != "GET" or request.is_navigation_request():
            self.open[request] = f"{request.method} {request.url}"
        self.changed.set()

    def _answered(self, response: Response) -> None:
        self.statuses[response.request] = response.status

    def _finished(self, request: Request) -> None:
        status = self.statuses.get(request)
        if request in self.open and status not in (301, 302, 303, 307, 308):
            self.answers.append((self.open.pop(request), status, ""))
        self.changed.set()

    def _failed(self, request: Request) -> None:
        if request in self.open:
            status = self.statuses.get(request)  # there is one where nothing is to be shown: 204, a download
            failure = request.failure or "no answer"
            why = failure if status is None and failure != _TAKEN_BACK else ""
            self.answers.append((self.open.pop(request), status, why))
        self.changed.set()


async def press(playwright: Playwright, wish: Wish, folder: Path) -> Said:
    browser = await playwright.chromium.launch(
        executable_path=wish.chromium, args=list(_FLAGS), env={**environment(folder)}, timeout=left(wish.until)
    )
    phone = {name: value for name, value in playwright.devices[PHONE].items() if name != "default_browser_type"}
    context = await browser.new_context(**(phone if wish.phone else {"viewport": _DESKTOP}))
    context.on("dialog", accept)
    page = await context.new_page()
    began = time.monotonic()
    said = await on_page(context, page, wish)
    with suppress(Error):
        await front(context).screenshot(path=folder / "page.png", scale="css", timeout=LOOKS_WITHIN * 1000)
    return replace(said, began=began)


async def accept(dialog: Dialog) -> None:
    """A person who clicks means it."""
    with suppress(Error):  # it went with its page
        await dialog.accept()


async def on_page(context: BrowserContext, page: Page, wish: Wish) -> Said:
    url, click = wish.url, wish.click
    try:
        await page.goto(url, wait_until="domcontentloaded", timeout=left(wish.until))
    except Late:
        return Said("hung", f"the page {url} did not come")
    except Error as error:
        return Said("done", f"the page {url} failed: {first_line(error)}", refused=True)
    button = page.locator(f"{click} >> visible=true")
    patience = min(left(wish.until), THERE_WITHIN * 1000)
    try:
        await button.first.wait_for(timeout=patience)
    except Late:
        said = f"no such button: {click} is nowhere on the page {url} after {patience / 1000:.0f} s. It shows: "
        return Said("done", said + await text_of(page), refused=True)
    if (many := await button.count()) > 1:
        return Said("impossible", f"{click} means {many} things on the page {url}, and one press is of one. Name it")
    before = await text_of(page)
    asked = Asked()
    asked.listen(context)
    try:
        await (button.tap if wish.phone else button.click)(timeout=patience, no_wait_after=True)
    except Error as error:
        if not asked.open and not asked.answers:  # else the page went away under the click: that may be its answer
            said = f"{click} takes no click: {first_line(error)}. The page shows: "
            return Said("done", said + await text_of(page), refused=True)
    return await outcome(context, asked, wish, before)


async def outcome(context: BrowserContext, asked: Asked, wish: Wish, before: str) -> Said:
    """Wait for all that the click has set off, and for the page to show it."""
    soon = min(time.monotonic() + ASKS_WITHIN, wish.until)
    while not asked.open and not asked.answers:
        if not await woken(asked.changed, soon):
            said = f"the click on {wish.click} asked nothing of the server within {ASKS_WITHIN:.0f} s: no navigation, "
            return Said("done", f"{said}and no request but GET\n{await news(context, before)}", refused=True)
    reaction = await text_of(front(context))
    seen = -1
    while asked.open or seen != len(asked.answers):
        while asked.open:
            if not await woken(asked.changed, wish.until):
                waiting = ", ".join(asked.open.values())
                return Said("hung", f"no whole answer came to {waiting}\n{await news(context, before)}")
        seen = len(asked.answers)
        await shown(context, asked, reaction, min(time.monotonic() + SHOWS_WITHIN, wish.until))
    bad = [f"{what}: {why or status}" for what, status, why in asked.answers if why or (status or 0) >= 400]
    told = "\n".join([*bad, await news(context, before)])
    codes = [status for _, status, _ in asked.answers if status is not None]
    return Said("done", told, refused=bool(bad), code=codes[-1] if codes else None)


async def shown(context: BrowserContext, asked: Asked, reaction: str, until: float) -> None:
    """Return when the page shows something else than its first `reaction` to the click, when it asks again, or at
    `until`."""
    while not asked.open and (now := time.monotonic()) < until:
        with suppress(Error, asyncio.TimeoutError):
            await asyncio.wait_for(front(context).evaluate(_DRAWN), until - now)
        if await text_of(front(context)) != reaction:
            return


async def woken(event: asyncio.Event, until: float) -> bool:
    """Whether the event came before the monotonic time `until`; it is taken in."""
    try:
        await asyncio.wait_for(event.wait(), max(0.0, until - time.monotonic()))
    except TimeoutError:
        return False
    event.clear()
    return True


def front(context: BrowserContext) -> Page:
    """The page that a person sees: a click may have opened another one."""
    return context.pages[-1]


async def text_of(page: Page) -> str:
    """The visible text of the page, while it is there to be asked."""
    try:
        return str(await asyncio.wait_for(page.evaluate(_TEXT), LOOKS_WITHIN)).strip()[:_MOST]
    except (TimeoutError, Error) as error:
        return f"(the page gave no text: {first_line(error)})"


async def news(context: BrowserContext, before: str) -> str:
    """The lines that the page shows and did not show before the click."""
    old = set(before.splitlines())
    lines = (await text_of(front(context))).splitlines()
    return "\n".join(line for line in lines if line.strip() and line not in old) or "the page shows nothing new"


def first_line(error: BaseException) -> str:
    return (str(error).partition("\n")[0] or type(error).__name__).strip()


def left(until: float) -> float:
    """Milliseconds."""
    return max(1.0, (until - time.monotonic()) * 1000)


def environment(folder: Path) -> dict[str, str | float | bool]:
    """The browser's: every folder is its own, and it asks no bus for anything."""
    folders = ("HOME", "TMPDIR", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_DATA_HOME", "XDG_RUNTIME_DIR")
    buses = ("DBUS_SESSION_BUS_ADDRESS", "DBUS_SYSTEM_BUS_ADDRESS")
    return {
        "PATH": os.defpath,
        "LANG": "C.UTF-8",
        **dict.fromkeys(folders, str(folder)),
        **dict.fromkeys(buses, "disabled:"),
    }


async def work(wish: Wish, folder: Path) -> NoReturn:
    """Press, write down what came of it, and leave: an orderly end of the browser would only take time."""
    playwright = await async_playwright().start()
    try:
        said = await press(playwright, wish, folder)
    except Error as error:
        said = Said("impossible", f"the browser failed: {str(error)[:_MOST]}")
    (folder / "said.json").write_text(json.dumps(asdict(said)))
    os._exit(0)


def main(folder: Path) -> None:
    asked = json.loads((folder / "wish.json").read_text())
    until = time.monotonic() + asked["within"]
    wish = Wish(asked["url"], asked["click"], asked["screen"] == "phone", asked["chromium"], until)
    ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    os.environ.update({name: str(value) for name, value in environment(folder).items()})
    os.chdir(folder)
    child = os.fork()
    if child == 0:
        asyncio.run(work(wish, folder))
    select.select([os.pidfd_open(child)], [], [], left(until) / 1000 + 2 * LOOKS_WITHIN)
    end_all()


def end_all() -> None:
    """End every child, and the children that those leave to us, until there is none."""
    children = Path(f"/proc/self/task/{os.getpid()}/children")
    with suppress(ChildProcessError):
        while True:
            for name in children.read_text().split():
                os.kill(int(name), signal.SIGKILL)
            os.waitpid(-1, 0)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
