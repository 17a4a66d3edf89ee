"""Role names: what may stand in a URL, a unit's name, a tmux target and a file name without being quoted."""

import re

_ROLE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,39}")


def refusal(role: object) -> str | None:
    """Why `role` can't be a role's name, or None if it can."""
    if isinstance(role, str) and _ROLE.fullmatch(role):
        return None
    return (
        f"{role!r} can't be a role's name: only letters, digits, `-` and `_` (at most 40, a letter or digit first), "
        "because it stands unquoted in URLs, unit names, file names and tmux targets, where a dot or colon picks a pane"
    )
