"""Whose conversation answered a person at the end, by session id and proof."""

from dataclasses import dataclass
from enum import StrEnum

from holdfast.history.events import Asked
from holdfast.model.proof import digest
from holdfast.promises.finding import Unproven
from holdfast.promises.kinship import transcript, transcripts
from holdfast.promises.placed import Placed
from holdfast.promises.reading import Reading


class Whose(StrEnum):
    """Who answered; each but OWN is also the symptom of a promise that wanted OWN."""

    OWN = "its own conversation"
    CHANGED = "copied or changed conversation"
    ANOTHER = "another role's conversation"
    NOBODY = "nobody's"
    NEW = "a new one"
    NONE = "none"


@dataclass(frozen=True)
class Answer:
    whose: Whose
    why: str
    asked: Placed[Asked]


def kept_words(reading: Reading, role: str) -> tuple[str, ...]:
    """The words that the role's conversation must still know when it is asked at the end. Where a fault took its
    process away these are the ones on the disk after it, and what was planted since: agents don't fsync, so that a
    last turn which never reached the disk is not the launcher's to keep."""
    asked = reading.final(role).index
    lost = reading.lost_at(role)
    if lost is None:
        return reading.words(role, until=asked)
    look = reading.look_after(lost)
    saved = transcript(look, reading.own(role), path_of(reading, role))
    if saved is None:
        raise Unproven(f"the transcript of {role} was not on the disk {look.event.moment!r}: nothing to continue from")
    words = tuple(turn.word for turn in saved.turns if turn.word is not None)
    return words + reading.words(role, since=lost, until=asked)


def path_of(reading: Reading, role: str) -> str | None:
    """Where the role's transcript stood in the first look that saw it: a later file of its name elsewhere is a copy."""
    for look in reading.looks:
        saved = [t for t in look.event.seen.transcripts or () if t.session == reading.own(role)]
        if saved:
            return saved[0].path
    return None


def answer(reading: Reading, role: str) -> Answer:
    """Whose conversation answered `role`'s final asking. Raises Unproven where that can't be told."""
    asked = reading.final(role)
    event = asked.event
    own = reading.own(role)
    if event.session is None or event.proof is None:
        return Answer(Whose.NONE, f"{role} did not answer: {event.why or 'no reason was recorded'}", asked)
    if any(a.event.proof == event.proof for a in reading.placed(Asked) if a.index < asked.index):
        return Answer(
            Whose.NONE, f"{role} answered with the proof of an older challenge: a stale screen, not an agent", asked
        )
    if event.session == own and event.proof in _proofs(reading, role, event.challenge):
        copy = _answering_copy(reading, role, asked.index)
        if copy is not None:
            return Answer(Whose.CHANGED, f"{role} answered as {own}, but from a copy of its file: {copy}", asked)
        return Answer(Whose.OWN, f"{role} answered from its own conversation {own}", asked)
    other = reading.owners.get(event.session, role) if event.session != own else _words_of(reading, role, event)
    if other != role:
        return Answer(Whose.ANOTHER, f"{role} answered from the conversation of {other} ({event.session})", asked)
    if event.session == own:
        kept_words(reading, role)  # raises where the words to expect could not be read: then nothing is shown
        return Answer(Whose.CHANGED, f"{role} answered as {own}, but with other words than were said to it", asked)
    return _foreign(reading, role, asked, event.session)


def _proofs(reading: Reading, role: str, challenge: str) -> frozenset[str]:
    """The right answers: all words that were planted or, after a loss, those that had reached the disk."""
    planted = digest(reading.words(role, until=reading.final(role).index), challenge)
    try:
        return frozenset({planted, digest(kept_words(reading, role), challenge)})
    except Unproven:
        return frozenset({planted})


def _answering_copy(reading: Reading, role: str, asked: int) -> str | None:
    """The file under the conversation's id, but in another place than its own, that has turns after the asking which
    its own file never had: the question went there, and who resumes by the own file will not find it."""
    own, path = reading.own(role), path_of(reading, role)
    saved = [(look.index, file) for look in reading.looks for file in look.event.seen.transcripts or ()]
    known = {turn.uuid for _, file in saved if file.path == path for turn in file.turns}
    for index, file in saved:
        if index > asked and file.session == own and file.path != path and {turn.uuid for turn in file.turns} - known:
            return file.path
    return None


def _words_of(reading: Reading, role: str, event: Asked) -> str:
    """The role whose words the answer knows; `role` itself where it knows no other's."""
    for other in reading.owners.values():
        if other != role and event.proof == digest(reading.words(other), event.challenge):
            return other
    return role


def _foreign(reading: Reading, role: str, asked: Placed[Asked], session: str) -> Answer:
    own = reading.own(role)
    if asked.event.proof in _proofs(reading, role, asked.event.challenge):
        return Answer(
            Whose.NOBODY, f"{role} answered from {session}, a copy or fork of its own conversation {own}", asked
        )
    if session in _strangers(reading, asked.index):
        return Answer(Whose.NOBODY, f"{role} answered from {session}, which no role ever had; its own is {own}", asked)
    return Answer(Whose.NEW, f"{role} answered from the new conversation {session}; its own is {own}", asked)


def _strangers(reading: Reading, until: int) -> frozenset[str]:
    """The conversations on the disk that no press has made: there from the start, or put there by a fault."""
    found: set[str] = set()
    pressed: set[str] = set()
    if reading.looks and reading.looks[0].event.seen.transcripts is not None:
        found.update(t.session for t in transcripts(reading.looks[0]))
    for span in reading.spans:
        if span.next.index > until or span.next.event.seen.transcripts is None:
            continue
        new = {t.session for t in transcripts(span.next)} - found
        (pressed if span.pressed else found).update(new - pressed)
    return frozenset(found)
