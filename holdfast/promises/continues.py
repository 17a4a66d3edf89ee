"""continues: after its process was lost, a session comes back with its id and every turn that was on the disk."""

from collections import Counter
from collections.abc import Iterator

from holdfast.history.record import History
from holdfast.model.proof import digest
from holdfast.promises.answers import Answer, Whose, answer, kept_words, path_of
from holdfast.promises.finding import Finding, broken, held
from holdfast.promises.kinship import transcript
from holdfast.promises.reading import Reading

MEANING = "after its process is lost, the resumed session has the same id and every turn that was on the disk"


def check(history: History, role: str) -> Finding | None:
    """None for a role that no fault took away, or that nothing should have brought back."""
    reading = Reading(history)
    reading.own(role)
    lost = reading.lost_at(role)
    if lost is None or not reading.brought_back(role) or reading.stopped(role):
        return None
    found = answer(reading, role)
    if found.whose is Whose.CHANGED:
        return _changed(reading, role, found)
    if found.whose is not Whose.OWN:
        return broken(found.whose, found.why)
    gone = _missing(reading, role, lost)
    if gone:
        return broken(
            "turns lost",
            f"{len(gone)} turns of {role} that were on the disk after the fault are gone: {', '.join(gone)}",
        )
    return held(f"{role} came back as {reading.own(role)} with every turn that was on the disk")


def _missing(reading: Reading, role: str, lost: int) -> tuple[str, ...]:
    """The turns that the disk had after the fault and has no more at the end."""
    own, path = reading.own(role), path_of(reading, role)
    then, now = transcript(reading.look_after(lost), own, path), transcript(reading.end, own, path)
    left = {turn.uuid for turn in now.turns} if now else set()
    return tuple(turn.uuid for turn in then.turns if turn.uuid not in left) if then else ()


def _changed(reading: Reading, role: str, found: Answer) -> Finding:
    """Its own id, but from a copy of its file; or a wrong proof: words came twice, or some are missing."""
    challenge = found.asked.event.challenge
    kept = kept_words(reading, role)
    if digest(kept, challenge) == found.asked.event.proof:
        return broken(found.whose, found.why)
    for words in _repeats(kept):
        if digest(words, challenge) == found.asked.event.proof:
            twice = ", ".join(sorted((Counter(words) - Counter(kept)).keys()))
            return broken("turns added", f"{role} answered as itself, but a prompt was said to it again: {twice}")
    return broken(
        "turns lost", f"{role} answered as itself, but not with the words that were on the disk after the fault"
    )


def _repeats(words: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """The words with one of them said once more at any place, and with all of them said again."""
    for place in range(len(words) + 1):
        for word in words:
            yield (*words[:place], word, *words[place:])
    yield words + words
