"""Command lines of which only a part is known: what source code says of an argv before it runs.

In a word `…` stands for text that isn't decided in place; the word `*…` stands for any number of words, none included.
"""

import re
from collections.abc import Sequence
from functools import cache

UNKNOWN = "…"
ANY_WORDS = "*…"


def matches(template: Sequence[str], argv: Sequence[str]) -> bool:
    """Whether `argv` could have come from `template`, word by word."""
    if not any(UNKNOWN in word for word in template):
        return tuple(template) == tuple(argv)  # as most are, and they are many
    return _pattern(tuple(template)).fullmatch("".join(word + "\0" for word in argv)) is not None


@cache
def _pattern(template: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("".join(map(_word, template)), re.DOTALL)


def _word(word: str) -> str:
    if word == ANY_WORDS:
        return r"(?:[^\x00]*\x00)*"
    return r"[^\x00]*".join(re.escape(part) for part in word.split(UNKNOWN)) + r"\x00"
