"""Keys as a person types them in tmux, by the names that tmux's send-keys gives them, and the bytes of an xterm.

A word is a key's name (`C-b`, `M-x`, `Enter`, `S-Up`), in any case as in tmux, or text that is typed as it stands.
"""

import re
from difflib import get_close_matches

_PLAIN = {
    "Enter": "\r",
    "Escape": "\x1b",
    "Tab": "\t",
    "BTab": "\x1b[Z",
    "Space": " ",
    "BSpace": "\x7f",
}
_LETTERED = {"Up": "A", "Down": "B", "Right": "C", "Left": "D", "Home": "H", "End": "F"}
_NUMBERED = {"IC": 2, "DC": 3, "PPage": 5, "NPage": 6}
_FIRST_KEYS = dict(zip(("F1", "F2", "F3", "F4"), "PQRS", strict=True))
_NEXT_KEYS = dict(zip((f"F{n}" for n in range(5, 13)), (15, 17, 18, 19, 20, 21, 23, 24), strict=True))
_ALSO = {"Insert": "IC", "Delete": "DC", "PageUp": "PPage", "PgUp": "PPage", "PageDown": "NPage", "PgDn": "NPage"}
_NAMES = (*_PLAIN, *_LETTERED, *_NUMBERED, *_FIRST_KEYS, *_NEXT_KEYS, *_ALSO)
_BY_LOWER = {name.lower(): name for name in _NAMES}

_MODIFIED = re.compile(r"((?:[CMScms]-)+|\^(?=.))(.+)", re.DOTALL)
_LOOKS_MODIFIED = re.compile(r"[CMS]-.*|(?i:ctrl|control|alt|meta|shift)[-+].+|F\d+", re.DOTALL)
_CONTROL = {" ": 0, "@": 0, "[": 27, "\\": 28, "]": 29, "^": 30, "_": 31, "/": 31, "?": 127}
# What other programs call a key, and tmux would type letter by letter.
_ELSEWHERE = {"return": "Enter", "esc": "Escape", "backspace": "BSpace", "del": "DC", "ins": "IC", "pgdown": "NPage"}
ESCAPE = b"\x1b"
"""The key that may be the beginning of another: tmux waits for what follows it, for its option escape-time."""


def key(word: str) -> bytes | None:
    """The bytes of the key that `word` names, or None if it names none."""
    if len(word) < 2:
        return None
    found = _MODIFIED.fullmatch(word)
    if found is None:
        return _special(word, 0)
    modifiers = {"C" if letter == "^" else letter.upper() for letter in found[1] if letter != "-"}
    return _modified(found[2], modifiers)


def mistake(word: str) -> str | None:
    """Why `word` can't be meant, though it can be typed; None for a key's name and for text. What is refused is text
    that looks like a key's name: it would be typed letter by letter, and press nothing."""
    if not word:
        return "nothing is typed by it"
    if key(word) is not None:
        return None
    if not word.isprintable():
        return "no key types a control character by itself: Enter, Tab, Escape and C-x are keys of their own"
    name = _meant(word)
    if name is not None:
        return f"tmux knows no such key, and would type it letter by letter; did you mean {name}?"
    if _LOOKS_MODIFIED.fullmatch(word):
        return "no terminal sends such a key: C-, M- or S- stands before one character or a key's name, F goes to 12"
    return None


def _meant(word: str) -> str | None:
    """The key whose name `word` nearly is."""
    if (name := _ELSEWHERE.get(word.lower())) is not None:
        return name
    near = get_close_matches(word, _NAMES, n=1, cutoff=0.8) if word[:1].isupper() and word.isalpha() else []
    return near[0] if near else None


def _modified(rest: str, modifiers: set[str]) -> bytes | None:
    """The character or key `rest` with C (control), M (meta) and S (shift)."""
    if len(rest) == 1 or rest.lower() == "space":
        character = " " if len(rest) > 1 else rest
        return _character(character, modifiers)
    if modifiers == {"S"} and rest.lower() == "tab":
        return _PLAIN["BTab"].encode()
    if modifiers == {"M"} and (plain := _PLAIN.get(_BY_LOWER.get(rest.lower(), ""))) is not None:
        return ESCAPE + plain.encode()
    return _special(rest, ("S" in modifiers) + 2 * ("M" in modifiers) + 4 * ("C" in modifiers))


def _character(character: str, modifiers: set[str]) -> bytes | None:
    if "S" in modifiers:
        return None  # a terminal sends the upper letter, which is a key of its own
    sent = character.encode()
    if "C" in modifiers:
        lower = character.lower()
        code = ord(lower) - 96 if "a" <= lower <= "z" else _CONTROL.get(character)
        if code is None:
            return None
        sent = bytes([code])
    return ESCAPE + sent if "M" in modifiers else sent


def _special(name: str, modifiers: int) -> bytes | None:
    """A key beside the letters, with xterm's number for its modifiers (0 for none)."""
    known = _BY_LOWER.get(name.lower(), "")
    known = _ALSO.get(known, known)
    if known in _PLAIN:
        return None if modifiers else _PLAIN[known].encode()
    if (letter := _LETTERED.get(known) or _FIRST_KEYS.get(known)) is not None:
        return f"\x1b[1;{1 + modifiers}{letter}".encode() if modifiers else f"\x1bO{letter}".encode()
    number = _NUMBERED.get(known) or _NEXT_KEYS.get(known)
    if number is None:
        return None
    return f"\x1b[{number};{1 + modifiers}~".encode() if modifiers else f"\x1b[{number}~".encode()
