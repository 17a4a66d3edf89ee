"""A call site on its way: found and understood, but not yet named against the others."""

from dataclasses import dataclass

from holdfast.model.site import SiteKind


@dataclass(frozen=True)
class Draft:
    """`action` is what tmux or the tool is told to do (new-session, kill); the rest as in model.site.Site."""

    kind: SiteKind
    file: str
    line: int
    last_line: int
    symbol: str
    language: str
    tool: str
    action: str
    argv: tuple[str, ...]
    settings: tuple[tuple[str, str], ...]
    text: str
