"""Call sites and causes: what the sweep reads in a launcher's source."""

from dataclasses import dataclass
from enum import StrEnum


class SiteKind(StrEnum):
    START = "start"
    RESUME = "resume"
    ATTACH = "attach"
    KILL = "kill"
    SAVE = "save"
    RESTORE = "restore"


@dataclass(frozen=True, order=True)
class Cause:
    """A setting away from the call that rules it: a unit's KillMode, a line in tmux.conf. Listed, never counted."""

    file: str
    line: int
    name: str
    value: str


@dataclass(frozen=True)
class Site:
    """The innermost place in the source where a launch's argv or settings are decided.

    `file` is relative to the launcher's source; `line` and `last_line` are 1-based and inclusive; `argv` is a template
    in which `…` stands for what the source doesn't decide in place; `settings` are pairs such as ("detached", "yes"),
    ("scope", "systemd-run --scope"), ("target", "prefix"), ("id", "stored" | "newest" | "none").
    `id` survives moved lines and renamed files.
    """

    id: str
    kind: SiteKind
    file: str
    line: int
    last_line: int
    symbol: str
    language: str
    tool: str
    argv: tuple[str, ...]
    settings: tuple[tuple[str, str], ...] = ()
    causes: tuple[Cause, ...] = ()
    text: str = ""

    @property
    def place(self) -> str:
        return f"{self.file}:{self.line}"
