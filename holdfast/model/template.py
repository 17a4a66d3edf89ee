"""Command lines of which only a part is known: what source code says of an argv before it runs.

In a word `…` stands for text that isn't decided in place; the word `*…` stands for any number of words, none included.
"""

import re
from collections.abc import Sequence

UNKNOWN = "…"
ANY_WORDS = "*…"


def matches(template: Sequence[str], argv: Sequence[str]) -> bool:
    """Whether `argv` could have come from `template`, word by word."""
    pattern = "".join(_pattern(word) for word in template)
    return re.fullmatch(pattern, "".join(word + "\0" for word in argv), re.DOTALL) is not None


def _pattern(word: str) -> str:
    if word == ANY_WORDS:
        return r"(?:[^\x00]*\x00)*"
    return r"[^\x00]*".join(re.escape(part) for part in word.split(UNKNOWN)) + r"\x00"
