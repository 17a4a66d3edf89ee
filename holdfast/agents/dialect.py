"""What a person types to an agent, and what the agent prints: the conversation by which it proves who it is.

The answers are looked for in a screen's text without escape sequences (holdfast.agents.screen.strip). A new answer is
always the last of its kind on the screen: a resumed agent shows its old conversation again.
"""

import re
from collections.abc import Sequence

RELEASE = b"\x03"
LEAVE = b"\x03"

_UUID = r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
_NOTED = re.compile(rf"\bnoted\s+({_UUID})\s+\d+")
_PROOF = re.compile(rf"\bproof\s+({_UUID})\s+([0-9a-f]{{32}})\b")
_REMEMBER = re.compile(r"remember (\S+)")
_TASK = "tail -f /dev/null"
# Under the task stands `Running…`, or its command where that is known to be quiet. Some blanks are no-break spaces.
_RUNNING = re.compile(rf"^\s*⎿\s+(?:Running…|\$\s+{_TASK})", re.MULTILINE)
_DONE = re.compile(rf"\breleased\b|\bInterrupted\b|{_NOTED.pattern}|{_PROOF.pattern}")
_PROMPT = re.compile(r"^[>❯]", re.MULTILINE)


def remember(word: str) -> str:
    """Plant `word` (letters and digits only) in the conversation."""
    return f"remember {word}"


def planted(prompt: str) -> str | None:
    """The word that this prompt plants, None for any other prompt."""
    found = _REMEMBER.fullmatch(prompt)
    return found[1] if found else None


def prove(challenge: str) -> str:
    """Ask for the proof of holdfast.model.proof."""
    return f"prove {challenge}"


def hold() -> str:
    """Have the agent run a child process until it gets RELEASE."""
    return "hold"


def noted(text: str) -> str | None:
    """The session id of the last `noted <session> <count>`."""
    found = _NOTED.findall(text)
    return found[-1] if found else None


def proof(text: str) -> tuple[str, str] | None:
    """Session id and digest of the last `proof <session> <digest>`."""
    found = _PROOF.findall(text)
    return found[-1] if found else None


def holding(text: str) -> bool:
    """Whether a task runs: it is shown as long as it does, and no longer once it was released or has ended."""
    running = [found.end() for found in _RUNNING.finditer(text)]
    return bool(running) and _DONE.search(text, running[-1]) is None


def leaving(text: str) -> bool:
    """Whether the agent asks for LEAVE once more. `/exit` is no way out that leaves a conversation as it is: now and
    then the real one keeps the command in it (2.1.197)."""
    return "again to exit" in text


def task(argv: Sequence[str]) -> bool:
    """Whether a child of the agent's with that `argv` is the held task: the command itself, or the real agent's shell
    around it. The real one has other children for a moment, one of which looks at the user's shell."""
    return _TASK in " ".join(argv)


def ready(text: str) -> bool:
    """Whether the line stands there on which the agent lets a person type."""
    return _PROMPT.search(text) is not None
