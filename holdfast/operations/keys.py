"""Keys that a person types who sits in tmux: one key after the other, each when tmux has read the one before."""

import contextlib
import time
from collections.abc import Iterator, Sequence

from holdfast.config.placeholders import fill, named
from holdfast.history.events import Outcome
from holdfast.machines.protocol import REAL_TOOLS, Machine, MachineError
from holdfast.model.keys import ESCAPE, key
from holdfast.model.path import Press
from holdfast.model.seen import ProcessId
from holdfast.operations import seat
from holdfast.operations.command import Answer
from holdfast.operations.person import Gone, Person, TooLate
from holdfast.operations.seat import Seat
from holdfast.witnesses.tmux import TmuxSilent

_DRAWS_WITHIN = 2.0  # seconds that a person looks at a screen on which nothing comes, before they type on
_SETTLES = 0.3  # seconds without a change, after which what a job draws (a menu, a popup) stands there
_LEAVES_WITHIN = 5.0  # seconds for what the terminal was opened for to end when that is closed
_BESIDE = 0.1  # seconds beside tmux's own escape-time, for its timer


def strokes(words: Sequence[str], role: str | None) -> Iterator[tuple[bytes, ...]]:
    """Each word's key, or the letters of its text. A word with a placeholder is a text, whatever it is filled with."""
    for word in words:
        known = None if named(word) else key(word)
        yield (known,) if known is not None else tuple(letter.encode() for letter in fill((word,), role)[0])


def type_keys(machine: Machine, press: Press, role: str | None, cwd: str, within: float) -> Answer:
    """Sit down in front of tmux, type, and wait at most `within` seconds until all that the keys set off has ended.

    tmux handles keys in order, so that a client which asks it afterwards finds them handled; what goes on then are the
    jobs that it has started. Nobody outside is told of a job's exit: that, as all else, is read on the screen, and the
    output is what came onto it. The terminal is then closed, and what the person opened is taken away.
    """
    until = time.monotonic() + within
    try:
        before = seat.opened(machine)
        person = Person(machine, _behind_the_shim(machine, fill(press.at, role)), cwd)
    except (MachineError, TmuxSilent) as error:
        return Answer(Outcome.IMPOSSIBLE, None, False, str(error))
    try:
        with _seated(machine, person, before, until) as place:
            return _Typist(machine, person, place, until).type(tuple(strokes(press.words, role)))
    except Gone as gone:
        return Answer(Outcome.DONE, gone.code, True, str(gone))
    except (TooLate, TmuxSilent, OSError) as late:
        return Answer(Outcome.HUNG, None, False, str(late))


@contextlib.contextmanager
def _seated(machine: Machine, person: Person, before: seat.Opened, until: float) -> Iterator[Seat]:
    """The person in front of tmux. In the end their window is closed, and what they had opened is taken away."""
    place: Seat | None = None
    try:
        place = person.wait("tmux's screen", lambda _: seat.taken(machine, person, before), until)
        yield place
    finally:
        person.leave()
        person.ends(_LEAVES_WITHIN)
        if place is not None:
            seat.clear(machine, place)


def _behind_the_shim(machine: Machine, at: tuple[str, ...]) -> tuple[str, ...]:
    """A tmux that is started by nobody but the person is no launch of the launcher's."""
    real = f"{REAL_TOOLS}/tmux"
    traced = at[0] == "tmux" and (machine.root / real.lstrip("/")).exists()
    return (real, *at[1:]) if traced else at


class _Typist:
    """A person at work; whatever waits does so until the monotonic time `until`."""

    def __init__(self, machine: Machine, person: Person, place: Seat, until: float) -> None:
        self._machine = machine
        self._person = person
        self._seat = place
        self._until = until

    def type(self, words: Sequence[tuple[bytes, ...]]) -> Answer:
        self._read()
        before = set(self._person.text.splitlines())
        told = len(seat.messages(self._seat))
        for number, word in enumerate(words, start=1):
            if not self._word(word) and number < len(words):
                why = f"tmux was left after {number} of {len(words)} words: {self._news(before, told)}"
                return Answer(Outcome.DONE, None, True, why)
            if number < len(words):
                self._drawn()
        left = self._jobs_left()
        news = self._news(before, told)
        if left:
            why = f"the keys were typed, and what they started still ran when it was given up ({left}); seen: {news}"
            return Answer(Outcome.HUNG, None, False, why)
        return Answer(Outcome.DONE, None, False, news)

    def _word(self, word: tuple[bytes, ...]) -> bool:
        """Whether tmux still shows itself to the person when it has read all keys of the word."""
        for stroke in word:
            self._person.type(stroke)
            if not self._read():
                return False
            if stroke == ESCAPE:
                self._person.attend((), time.monotonic() + seat.escape_time(self._seat) + _BESIDE)
        return self._read()

    def _read(self) -> bool:
        """Return when tmux has read what was typed, and the terminal has got what tmux drew; whether it still is in
        front of the person."""
        count = seat.written(self._seat)
        if count is not None:
            self._person.receive(count, self._until)
        return count is not None

    def _drawn(self) -> None:
        """Return when nothing goes on any more that the keys have set off, or when that stands on the screen: a menu,
        which a job may have been started to draw, waits for the next key."""
        until = min(time.monotonic() + _DRAWS_WITHIN, self._until)
        seen, soon = self._person.text, until
        while (left := seat.jobs(self._machine, self._seat)) and time.monotonic() < soon:
            if not self._something(left, soon):
                return
            if self._person.text != seen:
                seen, soon = self._person.text, min(time.monotonic() + _SETTLES, until)
        self._read()

    def _jobs_left(self) -> str:
        """Wait until every job has ended: "", or the ones that have not. Asked twice, because what ends a job may
        start the next."""
        quiet = 0
        while quiet < 2:
            self._read()
            left = seat.jobs(self._machine, self._seat)
            quiet = 0 if left else quiet + 1
            if left and time.monotonic() >= self._until:
                return seat.names(self._machine, left)
            if left:
                self._something(left, self._until)
        return ""

    def _something(self, jobs: Sequence[ProcessId], until: float) -> bool:
        """Whether one of the jobs ends, or something comes onto the terminal, before the monotonic time `until`."""
        with contextlib.ExitStack() as stack:
            ends: list[int] = []
            for job in jobs:
                try:
                    ends.append(stack.enter_context(contextlib.closing(self._machine.watch(job))).fileno())
                except MachineError:  # it has ended since it was seen
                    return True
            return self._person.attend(ends, until)

    def _news(self, before: set[str], told: int) -> str:
        """What came onto the screen since: its lines that were not there, and tmux's own messages, some of which have
        gone again."""
        self._read()
        lines = [line for line in self._person.text.splitlines() if line.strip() and line not in before]
        shown = [" ".join(line.split()) for line in lines]
        passed = [message for message in seat.messages(self._seat)[told:] if not any(message in line for line in shown)]
        return "\n".join([*passed, *shown]) or "nothing new came onto the screen"
