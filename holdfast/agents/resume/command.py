"""Commands that a person can paste into bash, whatever stands in a path."""

import shlex
from pathlib import Path

from holdfast.agents.folders import encoded
from holdfast.agents.resume.facts import Facts, Found
from holdfast.agents.resume.question import VARIABLE


def resume(facts: Facts, found: Found) -> str:
    """The command that continues the conversation of `found`: where it lies if an agent finds it there, else after a
    copy to where this one is looked for."""
    place = found.place
    if place is None or place.foreign is not None:
        return copy(facts, found)
    called = f"{prefix(facts, place.config)}claude --resume {found.session}"
    if found.folder == encoded(facts.cwd):
        return called
    if found.cwd is None or encoded(found.leads or found.cwd) != found.folder:
        return copy(facts, found)
    folder = word(found.cwd)
    return f"cd {folder} && {called}" if found.leads else f"mkdir -p {folder} && cd {folder} && {called}"


def copy(facts: Facts, found: Found) -> str:
    """Without its times: what is old by its time is deleted at an agent's next start."""
    expected = Path(facts.expected)
    called = f"{prefix(facts, str(facts.question.config))}claude --resume {facts.question.session}"
    return f"mkdir -p {word(str(expected.parent))} && cp {word(found.path)} {word(str(expected))} && {called}"


def prefix(facts: Facts, config: str) -> str:
    """What has the agent use `config`, given what this question's agent uses. The usual one is had by not naming it:
    named, it would keep its state in another file."""
    if config == str(facts.question.home / ".claude"):
        return "" if facts.question.config == Path(config) else f"env -u {VARIABLE} "
    return f"{VARIABLE}={word(config)} "


def word(text: str) -> str:
    """One word of bash; what can't be printed is escaped."""
    if text.isprintable():
        return shlex.quote(text)
    parts = []
    for char in text:
        if char in "'\\":
            parts.append(f"\\{char}")
        elif char.isprintable():
            parts.append(char)
        else:
            parts += [f"\\x{byte:02x}" for byte in _bytes(char)]
    return f"$'{''.join(parts)}'"


def _bytes(char: str) -> bytes:
    """Of a name on the disk, the byte that it stands for; of half a character in a record, some."""
    errors = "surrogateescape" if "\udc80" <= char <= "\udcff" else "surrogatepass"
    return char.encode(errors=errors)
