"""The browser of presses by click: Playwright beside the suite's Python, and the Chromium of the system.

A machine has the host's /usr and the suite's Python, so that what is here is inside as well, and what is elsewhere
(a snap, a browser in a home) is not.
"""

import shutil
from dataclasses import dataclass
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

INSTALLERS = {
    "apt-get": "apt-get install -y",
    "dnf": "dnf install -y",
    "pacman": "pacman -S --noconfirm",
    "zypper": "zypper install -y",
    "apk": "apk add",
}
# The program itself first: what stands on PATH is often a script that reads settings of the host's.
_PROGRAMS = (
    "/usr/lib/chromium/chromium",
    "/usr/lib64/chromium-browser/chromium-browser",
    "/usr/lib/chromium-browser/chromium-browser",
    "/usr/bin/chromium",
    "/usr/bin/chromium-browser",
)
_SCRIPT = b"#!"


@dataclass(frozen=True)
class Lack:
    """One missing piece, and the command that gets it."""

    missing: str
    command: str


def installer() -> str:
    """The command that installs a package on this host."""
    found = (command for tool, command in INSTALLERS.items() if shutil.which(tool))
    return next(found, "your package manager: install")


def driver() -> bool:
    """Whether Playwright stands beside the suite's Python."""
    return find_spec("playwright") is not None


def program() -> str | None:
    """The path of Chromium, on the host and in every machine; None if there is none."""
    return next((path for path in _PROGRAMS if _runs(Path(path))), None)


def identity() -> str:
    """What a press by browser depends on beside the launcher: the browser, and what drives it."""
    path = program()
    stat = Path(path).stat() if path is not None else None
    chromium = "none" if stat is None else f"{path} {stat.st_size} {stat.st_mtime_ns}"
    return f"chromium {chromium} playwright {version('playwright') if driver() else 'none'}"


def lacks(driver: bool, chromium: bool, install: str) -> tuple[Lack, ...]:
    """What a press by browser can't be made without, by the facts alone."""
    found = [] if driver else [Lack("Playwright is not installed", "pip install 'holdfast[browser]'")]
    return tuple(found if chromium else [*found, Lack("Chromium is not installed", f"sudo {install} chromium")])


def lack() -> str | None:
    """Why no page can be pressed on this host, and what gets what is missing; None if one can."""
    missing = lacks(driver(), program() is not None, installer())
    told = "; ".join(f"{one.missing} (`{one.command}` gets it)" for one in missing)
    return f"a press by browser can't be made: {told}" if missing else None


def _runs(path: Path) -> bool:
    """A script that leads to a snap runs nothing in a machine, which has none."""
    try:
        with path.open("rb") as file:
            start = file.read(1 << 16)
    except OSError:
        return False
    return not (start.startswith(_SCRIPT) and b"/snap/" in start)
