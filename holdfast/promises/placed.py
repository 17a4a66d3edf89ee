"""Events with their places in a history, and what lies between two looks."""

from dataclasses import dataclass
from typing import Generic, TypeVar

from holdfast.history.events import Event, Faulted, Launched, Observed, Pressed
from holdfast.model.seen import Observation
from holdfast.promises.finding import Unproven

E = TypeVar("E", bound=Event)


@dataclass(frozen=True)
class Placed(Generic[E]):
    """An event and its place in the history: the index among its events, from 0."""

    index: int
    event: E


@dataclass(frozen=True)
class Span:
    """What lies between two observations that follow each other. `launches` also has those recorded right after `next`:
    the trace may be read only after the look at what was done."""

    before: Placed[Observed]
    next: Placed[Observed]
    pressed: tuple[Pressed, ...]
    faulted: tuple[Faulted, ...]
    launches: tuple[Placed[Launched], ...]

    def joined(self, later: "Span") -> "Span":
        """From this span's first look to the second one of the span that follows it."""
        known = {launched.index for launched in self.launches}
        return Span(
            self.before,
            later.next,
            (*self.pressed, *later.pressed),
            (*self.faulted, *later.faulted),
            (*self.launches, *(launched for launched in later.launches if launched.index not in known)),
        )


def missing(field: str, look: Placed[Observed]) -> Unproven:
    """Why a look can't be judged: its witness of `field` failed."""
    seen: Observation = look.event.seen
    reasons = "; ".join(seen.failures) or "its witness gave no reason"
    return Unproven(f"{field} could not be observed {look.event.moment!r}: {reasons}")
