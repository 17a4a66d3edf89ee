"""The optional tables of [launcher]: service, alarm, carries, borrows."""

import re
from pathlib import Path, PurePosixPath

from holdfast.config.launcher import Alarm, AlarmKind, Borrowed, Carries, Service
from holdfast.config.table import Table
from holdfast.config.urls import local_url, request

_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


def service(table: Table) -> Service:
    table.only("run", "ready")
    return Service(table.command("run"), local_url(table, "ready"))


def alarm(table: Table) -> Alarm:
    table.only(*AlarmKind)
    kinds = table.written
    if len(kinds) != 1:
        found = " and ".join(kinds) or "nothing"
        why = "an alarm is seen in one way"
        raise table.refuse(None, f"`alarm` has {found}", why, f"Give it one of {', '.join(AlarmKind)}")
    kind = AlarmKind(kinds[0])
    if kind is AlarmKind.RUN:
        return Alarm(kind, table.command(kind))
    if kind is AlarmKind.HTTP:
        return Alarm(kind, request(table, kind))
    return Alarm(kind, (table.filled(kind),))


def carries(table: Table) -> Carries:
    table.only("folder", "environment", "watchers", "state")
    declared = Carries(
        folder=table.optional("folder", table.flag, False),
        environment=table.optional("environment", lambda key: _variables(table, key), ()),
        watchers=table.optional("watchers", table.flag, False),
        state=table.optional("state", lambda key: _state(table, key), None),
    )
    if not declared.parts:
        why = "a session could lose all of it and nothing would be broken"
        raise table.refuse(None, "`carries` carries nothing", why, "Declare a part of it, or take it out")
    return declared


def borrows(table: Table, root: Path) -> tuple[Borrowed, ...]:
    """Each key is a place in the machine's home, each value one of the host's: in the user's home (`~/…`), absolute, or
    relative to `root`, the folder of the holdfast.toml. Whether it is there is known only when a cell needs it."""
    found = []
    for key in table.written:
        inside = PurePosixPath(key)
        if inside.parts[:1] != ("~",) or len(inside.parts) == 1 or ".." in inside.parts or "\0" in key:
            why = "what is borrowed lies in the machine's home, as it lies in a person's"
            raise table.refuse(key, f"{key!r} is no place in the home", why, 'Write it as in "~/.tmux/plugins"')
        outside = Path(table.filled(key))
        home = outside.parts[:1] == ("~",)
        found.append(
            Borrowed(str(inside.relative_to("~")), Path.home().joinpath(*outside.parts[1:]) if home else root / outside)
        )
    return tuple(found)


def _variables(table: Table, key: str) -> tuple[str, ...]:
    names = table.texts(key)
    for index, name in enumerate(names):
        if not _VARIABLE.fullmatch(name):
            why = "letters, digits and `_` make such a name, and its value is never written here"
            raise table.refuse_element(key, index, f"{name!r} is no variable's name", why, "Write the name alone")
    return names


def _state(table: Table, key: str) -> str | None:
    path = table.filled(key)
    if PurePosixPath(path).is_absolute() or ".." in PurePosixPath(path).parts or path.startswith("~"):
        why = "a session's state file lies in the session's own folder"
        raise table.refuse(key, f"{path!r} leads out of the session's folder", why, "Write it relative to that folder")
    return path
