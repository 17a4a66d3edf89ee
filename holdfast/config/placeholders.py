"""Placeholders in declared commands: `{role}` for the role's name, `{prompt}` for what is said to its session, `{into}`
for the folder that a history is built in.

`{{name}}` stands for `{name}` itself, which a shell's `${{HOME}}` needs; braces around anything else than one name mean
nothing here, so that JSON and awk can be written as they are.
"""

import re
from collections.abc import Iterable, Mapping
from urllib.parse import quote

ROLE = "role"
PROMPT = "prompt"
INTO = "into"

_BRACES = re.compile(r"\{\{(?P<literal>[A-Za-z0-9_]+)\}\}|\{(?P<name>[A-Za-z0-9_]+)\}")


def fill(words: Iterable[str], role: str | None) -> tuple[str, ...]:
    """`words` with the role's name in place of `{role}`. For None, `words` have none: a restore is for every role."""
    return tuple(_replace(word, {ROLE: role}) for word in words)


def fill_prompt(words: Iterable[str], role: str, prompt: str) -> tuple[str, ...]:
    """`words` with the role's name in place of `{role}`, and the prompt in place of `{prompt}`."""
    return tuple(_replace(word, {ROLE: role, PROMPT: prompt}) for word in words)


def fill_into(words: Iterable[str], into: str) -> tuple[str, ...]:
    """`words` with the folder `into` in place of `{into}`."""
    return tuple(_replace(word, {INTO: into}) for word in words)


def fill_url(url: str, role: str | None) -> str:
    """`url` with the role's name in place of `{role}`, quoted for a URL."""
    return _replace(url, {ROLE: None if role is None else quote(role, safe="")})


def named(word: str) -> tuple[str, ...]:
    """The names of the placeholders in `word`, in order."""
    return tuple(found["name"] for found in _BRACES.finditer(word) if found["name"] is not None)


def _replace(word: str, values: Mapping[str, str | None]) -> str:
    def text(found: re.Match[str]) -> str:
        literal = found["literal"]
        if literal is not None:
            return "{" + literal + "}"
        if (value := values.get(found["name"])) is None:
            raise ValueError(f"{word!r}: {found[0]} has no value here, and `load` refuses a file that needs one")
        return value

    return _BRACES.sub(text, word)
