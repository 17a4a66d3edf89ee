"""Launch paths of a holdfast.toml: what may be pressed, and how."""

import re

from holdfast.config.placeholders import PROMPT, ROLE, named
from holdfast.config.table import Table
from holdfast.config.urls import local_url, request
from holdfast.model.keys import mistake
from holdfast.model.path import Action, Device, Press, PressKind

_CLICK, _SCREEN, _AT = "click", "screen", "at"
_PAGE = 'Add browser = "http://127.0.0.1:…"'
_BESIDE = {
    _CLICK: (PressKind.BROWSER, "a click happens on a page", _PAGE),
    _SCREEN: (PressKind.BROWSER, "a screen is what a page is shown on", _PAGE),
    _AT: (PressKind.KEYS, "it says in front of what keys are typed", 'Add keys = ["C-b", …]'),
}
"""What says more of a press: of which kind that has to be, why, and what to do where it isn't."""
_SEAT: tuple[str, ...] = ("tmux", "new-session")
_NAME = re.compile(r"[A-Za-z0-9]+([_-][A-Za-z0-9]+)*")
_NO_NAME = "none"
_COMMANDS = (PressKind.RUN, PressKind.SDK)
_UNIT = re.compile(r"[A-Za-z0-9:_.@{}\\-]+\.(service|socket|target|timer|path)")


def presses(paths: tuple[Table, ...]) -> tuple[Press, ...]:
    """Every press of `paths`, in the order of the file."""
    found: list[Press] = []
    names: set[str] = set()
    for path in paths:
        path.only("name", *Action)
        name = _name(path)
        if name in names:
            why = "results are told apart by these names"
            raise path.refuse("name", f"a second launch path is called {name!r}", why, "Rename one of them")
        names.add(name)
        actions = [Action(key) for key in path.written if key != "name"]
        if not actions:
            why = "a launch path starts, resumes, restores or stops a session"
            raise path.refuse(None, f"launch path {name!r} does nothing", why, f"Give it one of {', '.join(Action)}")
        found += [_press(name, action, path.table(action)) for action in actions]
    _both(paths, found)
    return tuple(found)


def _both(paths: tuple[Table, ...], presses: list[Press]) -> None:
    """A session that an SDK starts can be spoken to again only by a dispatch that resumes it, and the other way round:
    a pane's session is none of a dispatcher's."""
    sdk = {press.action: press.path for press in presses if press.kind is PressKind.SDK}
    if len(sdk) == 1:
        ((action, name),) = sdk.items()
        other = Action.RESUMES if action is Action.STARTS else Action.STARTS
        table = next(path for path in paths if path.text("name") == name)
        why = "between two dispatches such a session does not run: each begins, or goes on with, one of an SDK's own"
        then = f"Give a launch path {other} = {{ sdk = […] }}; both may be one command"
        raise table.refuse(action, f"`{action}` by sdk, and nothing {other} by sdk", why, then)


def _name(path: Table) -> str:
    name = path.text("name")
    if name == _NO_NAME or not _NAME.fullmatch(name):
        why = f"it becomes a part of file names and test ids, in which a dot, `--` and {_NO_NAME!r} have a meaning"
        then = "Use letters and digits, with single `-` or `_` between them"
        raise path.refuse("name", f"{name!r} can't be a launch path's name", why, then)
    return name


def _press(path: str, action: Action, table: Table) -> Press:
    table.only(*PressKind, *_BESIDE)
    kind = _kind(action, table)
    allowed: tuple[str, ...] = () if action is Action.RESTORES else (ROLE,)
    if kind is PressKind.SDK:
        allowed = (ROLE, PROMPT)
        if action not in (Action.STARTS, Action.RESUMES):
            why = "a dispatch says one prompt to one session, and between two of them nothing runs"
            raise table.refuse(kind, f"`{action}` by sdk", why, "Dispatches start and resume; take this one out")
    words = _words(kind, table, allowed)
    if kind is PressKind.SDK and not any(PROMPT in named(word) for word in words):
        why = "a dispatch is one prompt and its answer, and this can't be told the prompt"
        then = "Write {prompt} where it belongs"
        raise table.refuse(kind, f"launch path {path!r} {action} without {{prompt}}", why, then)
    at = table.optional(_AT, lambda key: table.command(key, allowed), _SEAT) if kind is PressKind.KEYS else ()
    if allowed and not any(ROLE in named(word) for word in (*words, *at)):
        why = f"`{action}` is for one role at a time, and this can't say for which"
        then = "Write {role} where its name belongs; what brings all roles back at once is `restores`"
        raise table.refuse(kind, f"launch path {path!r} {action} a session without {{role}}", why, then)
    return Press(path, action, kind, words, table.optional(_SCREEN, lambda _: _screen(table), Device.DESKTOP), at)


def _kind(action: Action, table: Table) -> PressKind:
    kinds = [PressKind(key) for key in table.written if key not in _BESIDE]
    if len(kinds) > 1:
        why = "one use of a launch path is one press"
        then = "Make each a launch path of its own, with its own name"
        raise table.refuse(kinds[1], f"`{action}` has two presses, {kinds[0]} and {kinds[1]}", why, then)
    for key, (kind, why, then) in _BESIDE.items():
        if key in table and kinds != [kind]:
            raise table.refuse(key, f"`{key}` without `{kind}`", why, then)
    if not kinds:
        why = "it doesn't say how the launch path is used"
        raise table.refuse(None, f"`{action}` has no press", why, f"Give it one of {', '.join(PressKind)}")
    if kinds[0] is PressKind.BROWSER and _CLICK not in table:
        why = "to open a page presses nothing"
        raise table.refuse(PressKind.BROWSER, "`browser` without `click`", why, 'Add click = "a CSS selector"')
    if kinds[0] is PressKind.BOOT and action is not Action.RESTORES:
        why = "a boot is for every role at once"
        raise table.refuse(PressKind.BOOT, f"`{action}` by boot", why, "Write restores = { boot = true }")
    return kinds[0]


def _words(kind: PressKind, table: Table, allowed: tuple[str, ...]) -> tuple[str, ...]:
    if kind is PressKind.KEYS:
        return _keys(table, allowed)
    if kind in _COMMANDS:
        return table.command(kind, allowed)
    if kind is PressKind.HTTP:
        return request(table, kind, allowed)
    if kind is PressKind.BROWSER:
        return local_url(table, kind, allowed), table.filled(_CLICK, allowed)
    if kind is PressKind.UNIT:
        return (_unit(table, allowed),)
    if not table.flag(kind):
        why = "a launch path that isn't there needs no line"
        raise table.refuse(kind, "`boot = false`", why, "Write boot = true, or take the action out")
    return ()


def _keys(table: Table, allowed: tuple[str, ...]) -> tuple[str, ...]:
    """Names of keys, and texts; a word with a placeholder is a text, whatever it is filled with."""
    words = table.command(PressKind.KEYS, allowed)
    for index, word in enumerate(words):
        if not named(word) and (why := mistake(word)) is not None:
            then = (
                'Keys have the names of `tmux send-keys`; text that looks like one is written in two words, "C", "-x"'
            )
            raise table.refuse_element(PressKind.KEYS, index, f"{word!r} can't be typed", why, then)
    return words


def _screen(table: Table) -> Device:
    name = table.text(_SCREEN)
    if name not in tuple(Device):
        why = f"a page is shown on a {' or a '.join(Device)}"
        raise table.refuse(_SCREEN, f"unknown screen {name!r}", why, f"Write one of {', '.join(Device)}")
    return Device(name)


def _unit(table: Table, allowed: tuple[str, ...]) -> str:
    name = table.filled(PressKind.UNIT, allowed)
    if not _UNIT.fullmatch(name):
        why = "systemd starts units by their whole name"
        raise table.refuse(PressKind.UNIT, f"{name!r} is no unit's name", why, 'Write it as in "fleet@{role}.service"')
    return name
