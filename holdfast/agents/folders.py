"""The name that Claude Code gives to a working folder's project folder, and what others have taken it for."""

import os
import re
import unicodedata

LONGEST = 200
"""Characters of a name that is not cut."""
_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"


def encoded(folder: str) -> str:
    """The project folder of `folder`, which must be a real path: symbolic links are resolved by the agent first.

    Every UTF-16 unit outside of [A-Za-z0-9] is a `-`; above LONGEST characters the first of them, `-`, and in base 36
    the magnitude of the signed 32-bit hash h = 31 h + unit over the whole path. Observed on 2.1.197, which does not
    compose accents (NFC) first. Different folders can share a name: a.b, a_b and a-b do."""
    units = memoryview(_as_read(folder).encode("utf-16-le", "surrogatepass")).cast("H")
    name = "".join(chr(unit) if unit < 128 and chr(unit).isalnum() else "-" for unit in units)
    if len(name) <= LONGEST:
        return name
    hashed = 0
    for unit in units:
        hashed = (31 * hashed + unit) & 0xFFFFFFFF
    return f"{name[:LONGEST]}-{_base36(abs(hashed - (1 << 32) if hashed >> 31 else hashed))}"


def misreading(name: str, folder: str, given: str) -> str | None:
    """How a program that encodes by itself gets from the real path `folder`, or from `given` before its links were
    resolved, to `name`; None if by no way that is known, or by the right one."""
    right = encoded(folder)
    ways = {
        "its symbolic links are not resolved": encoded(given),
        "only / is replaced": folder.replace("/", "-"),
        "only / and . are replaced": re.sub(r"[/.]", "-", folder),
        "characters are replaced instead of UTF-16 units": re.sub(r"[^A-Za-z0-9]", "-", folder),
        "the underscore is kept": re.sub(r"[^A-Za-z0-9_]", "-", folder),
        "the dot is kept": re.sub(r"[^A-Za-z0-9.]", "-", folder),
        "letters beyond ASCII are kept": re.sub(r"[\W_]", "-", folder),
        "accents are composed first": encoded(unicodedata.normalize("NFC", folder)),
        "the first - is left out": right.lstrip("-"),
        "its hash is missing or another one": right[:LONGEST] if len(right) > LONGEST else "",
    }
    for how, wrong in ways.items():
        if name != right and wrong == name:
            return how
    if len(right) > LONGEST and name.startswith(right[:LONGEST]) and name != right:
        return "its hash is missing or another one"
    return None


def _as_read(folder: str) -> str:
    """As JavaScript reads a path off the disk: bytes that are no UTF-8 become U+FFFD. A path that stood in a record may
    have half a character that no disk has."""
    try:
        return os.fsencode(folder).decode(errors="replace")
    except UnicodeEncodeError:
        return folder


def _base36(number: int) -> str:
    digits = ""
    while number:
        number, digit = divmod(number, 36)
        digits = _DIGITS[digit] + digits
    return digits or "0"
