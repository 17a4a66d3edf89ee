"""The proof of identity: what only the agent that holds a conversation can answer."""

import hashlib
import hmac
from collections.abc import Iterable

DIGITS = 32


def digest(words: Iterable[str], challenge: str) -> str:
    """HMAC-SHA256 of `challenge`, keyed with all words of the conversation in order, as its first 32 hexadecimal
    digits.

    An agent that missed a word, has one twice or has them in another order answers otherwise; so does a screen, a
    file or a transcript that was copied before `challenge` was thought of."""
    return hmac.new("\n".join(words).encode(), challenge.encode(), hashlib.sha256).hexdigest()[:DIGITS]
