"""From a holdfast.toml to a Launcher."""

import glob
import os
import re
from pathlib import Path, PurePosixPath

from holdfast.config import declared, document
from holdfast.config.launcher import MACHINES, Launcher
from holdfast.config.placeholders import INTO, ROLE, named
from holdfast.config.presses import presses
from holdfast.config.table import Table
from holdfast.model.path import Action, Press, PressKind

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_KEYS = (
    *("name", "source", "prepare", "service", "units", "machines", "history", "attach"),
    *("trusts", "max_age", "alarm", "carries", "borrows"),
)
_DURATION = re.compile(r"([1-9][0-9]{0,8})(s|m|h|d)")
_SECONDS = {"s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}


def load(file: Path) -> Launcher:
    """The launcher that `file` declares. Raises ConfigError for its first mistake, with the mistake's line."""
    top = Table.root(document.read(file))
    top.only("launcher", "agent", "launch_path")
    table = top.table("launcher")
    table.only(*_KEYS)
    here = file.resolve()
    source = _source(table, here.parent)
    found = _presses(top)
    attach: tuple[str, ...] = ()
    if "attach" in table or any(press.kind is not PressKind.SDK for press in found):
        attach = _with(table, "attach", ROLE, "whose session a person wants to see")
    return Launcher(
        name=_name(table),
        file=here,
        root=here.parent,
        source=source,
        attach=attach,
        agent=_agent(top.table("agent")),
        presses=found,
        prepare=table.optional("prepare", lambda key: (table.command(key),), ()),
        service=table.optional("service", lambda key: declared.service(table.table(key)), None),
        units=table.optional("units", lambda key: _units(table, key, source), ()),
        machines=table.optional("machines", lambda key: _machines(table, key), MACHINES),
        history=table.optional("history", lambda key: _with(table, key, INTO, "where the repository is built"), None),
        trusts=table.optional("trusts", table.texts, ()),
        max_age=table.optional("max_age", lambda key: _max_age(table, key), None),
        alarm=table.optional("alarm", lambda key: declared.alarm(table.table(_of_trusts(table, key))), None),
        carries=table.optional("carries", lambda key: declared.carries(table.table(key)), None),
        borrows=table.optional("borrows", lambda key: declared.borrows(table.table(key), here.parent), ()),
    )


def _name(table: Table) -> str:
    name = table.text("name")
    if not _NAME.fullmatch(name):
        why = "the source is copied into the machine as a folder of this name"
        raise table.refuse("name", f"{name!r} can't be a launcher's name", why, "Use letters, digits, `.`, `_` and `-`")
    return name


def _agent(table: Table) -> str:
    table.only("kind")
    kind = table.text("kind")
    if not _NAME.fullmatch(kind):
        why = "it is the name of the command that the launcher starts, found by PATH"
        raise table.refuse("kind", f"{kind!r} can't be an agent's command", why, 'Write it as in kind = "claude"')
    return kind


def _presses(top: Table) -> tuple[Press, ...]:
    paths = top.tables("launch_path")
    found = presses(paths)
    if not any(press.action is Action.STARTS for press in found):
        why = "every cell begins with a session that the launcher has started"
        then = "Give one of them starts = { … }"
        raise top.refuse("launch_path", "no launch path starts a session", why, then)
    return found


def _source(table: Table, root: Path) -> Path:
    written = table.filled("source")
    source = os.path.realpath(root / written)
    if not os.path.isdir(source):  # noqa: PTH112  # Path.is_dir raises for a name that is too long
        what, why = f"source {written!r} can't be swept", f"there is no folder {source}"
        raise table.refuse("source", what, why, "Write it relative to the folder of this file")
    return Path(source)


def _with(table: Table, key: str, placeholder: str, what_for: str) -> tuple[str, ...]:
    """The command `key`, which can't do without `placeholder`."""
    words = table.command(key, (placeholder,))
    if not any(placeholder in named(word) for word in words):
        why = f"the command can't know {what_for}"
        raise table.refuse(key, f"`{key}` without {{{placeholder}}}", why, f"Write {{{placeholder}}} where it belongs")
    return words


def _units(table: Table, key: str, source: Path) -> tuple[str, ...]:
    globs = table.texts(key)
    for index, pattern in enumerate(globs):
        if PurePosixPath(pattern).is_absolute() or ".." in PurePosixPath(pattern).parts:
            what = f"units {pattern!r} lie outside the source"
            why = "units are a part of the launcher, and come from each revision of its source"
            raise table.refuse_element(key, index, what, why, "Write them relative to the source")
        found = glob.glob(pattern, root_dir=source, recursive=True)  # noqa: PTH207  # Path.glob raises for **.x
        odd = next((name for name in found if not os.path.isfile(source / name)), None)  # noqa: PTH113  # as above
        if odd is not None:
            what = f"units {pattern!r} match {odd!r}"
            raise table.refuse_element(key, index, what, "it is no file", "Write it so that it matches unit files only")
        if not found:
            what = f"units {pattern!r} match nothing"
            raise table.refuse_element(key, index, what, f"{source} has no such file", "Correct it, or take it out")
    return globs


def _machines(table: Table, key: str) -> tuple[str, ...]:
    kinds = table.texts(key)
    if not kinds:
        raise table.refuse(key, "`machines` is empty", "nothing would be run", f"Name {' or '.join(MACHINES)}")
    for index, kind in enumerate(kinds):
        if kind not in MACHINES:
            why = f"there are {' and '.join(MACHINES)}"
            raise table.refuse_element(key, index, f"unknown machine {kind!r}", why, "Name one of these")
        if kind in kinds[:index]:
            raise table.refuse_element(key, index, f"machine {kind!r} twice", "each is planned once", "Take one out")
    return kinds


def _max_age(table: Table, key: str) -> float:
    """Seconds."""
    text = table.text(_of_trusts(table, key))
    found = _DURATION.fullmatch(text)
    if found is None:
        why = "a duration is a whole number above 0 and one of s, m, h, d"
        raise table.refuse(key, f"{text!r} is no duration", why, 'Write it as in "10m"')
    return int(found[1]) * _SECONDS[found[2]]


def _of_trusts(table: Table, key: str) -> str:
    """`key`, which says something about what the launcher trusts: without that it says nothing."""
    if "trusts" not in table:
        why = "it speaks of the files that recovery reads"
        raise table.refuse(key, f"`{key}` without `trusts`", why, f'Add trusts = ["~/…"], or take `{key}` out')
    return key
