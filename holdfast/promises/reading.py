"""A history, read: what the checkers ask of it."""

from functools import cached_property
from typing import TypeVar

from holdfast.history.events import (
    Asked,
    Booted,
    Closed,
    Equipped,
    Event,
    Faulted,
    Held,
    Launched,
    Observed,
    Planned,
    Planted,
    Pressed,
    Stepped,
)
from holdfast.history.record import History
from holdfast.model.path import Action, PressKind
from holdfast.model.proof import digest
from holdfast.model.seen import ProcessId
from holdfast.promises.finding import Unproven
from holdfast.promises.placed import Placed, Span

E = TypeVar("E", bound=Event)


class Reading:
    """One history. Whatever it can't answer is raised as Unproven, never guessed."""

    def __init__(self, history: History) -> None:
        self.history = history
        self.planned: Planned = history.planned

    def placed(self, kind: type[E]) -> tuple[Placed[E], ...]:
        return tuple(Placed(i, e) for i, e in enumerate(self.history.events) if isinstance(e, kind))

    @cached_property
    def _steady(self) -> dict[str, tuple[int, str]]:
        """For each role where its steady state was proven, and the session that proved it: its first right answer after
        the presses of its birth."""
        found: dict[str, tuple[int, str]] = {}
        for asked in self.placed(Asked):
            event = asked.event
            born = max((p.index for p in self.births if p.event.role in (event.role, None)), default=-1)
            if event.final or event.session is None or event.role in found or asked.index < born:
                continue
            if event.proof == digest(self.words(event.role, until=asked.index), event.challenge):
                found[event.role] = (asked.index, event.session)
        return found

    @cached_property
    def births(self) -> tuple[Placed[Pressed], ...]:
        """The presses that nobody looked at beforehand: looking before each press begins with the steady state."""
        return tuple(p for p in self.placed(Pressed) if not self._looked_before(p.index))

    def _looked_before(self, index: int) -> bool:
        before = self.history.events[index - 1]
        return isinstance(before, Observed) and before.moment.startswith("before")

    @cached_property
    def began(self) -> int:
        """Where the steady state of the last role was proven; -1 if none ever was."""
        return max((index for index, _ in self._steady.values()), default=-1)

    def own(self, role: str) -> str:
        """The session id of the role's own conversation."""
        if role not in self._steady:
            raise Unproven(
                f"the steady state of {role} was never proven: no asking before the first press was answered rightly"
            )
        return self._steady[role][1]

    def conversation(self, role: str) -> str | None:
        """The same, None where the steady state was never proven."""
        return self._steady[role][1] if role in self._steady else None

    @property
    def owners(self) -> dict[str, str]:
        """Session id -> role, for each role whose steady state was proven."""
        return {session: role for role, (_, session) in self._steady.items()}

    def words(self, role: str, *, since: int = -1, until: int | None = None) -> tuple[str, ...]:
        """The words planted for `role` between two places of the history, in order."""
        end = len(self.history.events) if until is None else until
        return tuple(p.event.word for p in self.placed(Planted) if p.event.role == role and since < p.index < end)

    @cached_property
    def looks(self) -> tuple[Placed[Observed], ...]:
        """The observations since the steady state, in order."""
        return tuple(o for o in self.placed(Observed) if o.index > self.began >= 0)

    @property
    def baseline(self) -> Placed[Observed]:
        """The first look at the steady state."""
        if not self.looks:
            raise Unproven("nothing was observed after the steady state")
        return self.looks[0]

    @property
    def end(self) -> Placed[Observed]:
        """The look at the end of a history that came to its end."""
        if not self.looks or not isinstance(self.history.events[-1], Closed):
            raise Unproven("the end was not observed: the history stops before it")
        return self.looks[-1]

    def look_after(self, index: int) -> Placed[Observed]:
        for look in self.looks:
            if look.index > index:
                return look
        raise Unproven(f"nothing was observed after event {index} ({type(self.history.events[index]).__name__})")

    @cached_property
    def presses(self) -> tuple[Placed[Pressed], ...]:
        """The presses on the steady state; births come before it."""
        return tuple(p for p in self.placed(Pressed) if p.index > self.began >= 0)

    def presses_of(self, role: str) -> tuple[Placed[Pressed], ...]:
        """The presses that concern `role`: for it, or for all."""
        return tuple(p for p in self.presses if p.event.role in (role, None))

    def lost_at(self, role: str) -> int | None:
        """Where the last fault took the role's process away, None if none did. One that is dispatched ends by itself
        with each answer: it is lost with the proof of its steady state."""
        lost = [f.index for f in self.placed(Faulted) if f.index > self.began >= 0 and role in f.event.lost]
        if not lost and role in self._steady and self._dispatched(role):
            return self.began
        return lost[-1] if lost else None

    def _dispatched(self, role: str) -> bool:
        return any(p.event.kind is PressKind.SDK for p in self.births if p.event.role == role)

    def stopped(self, role: str) -> bool:
        """Whether the last press that concerns `role` was made to stop it."""
        presses = self.presses_of(role)
        return bool(presses) and presses[-1].event.action is Action.STOPS

    def brought_back(self, role: str) -> bool:
        """Whether the role's process was never lost, or something was pressed afterwards that should bring it back."""
        lost = self.lost_at(role)
        return lost is None or any(p.index > lost and p.event.action is not Action.STOPS for p in self.presses_of(role))

    def final(self, role: str) -> Placed[Asked]:
        """The asking that the promises judge."""
        asked = [a for a in self.placed(Asked) if a.event.final and a.event.role == role]
        if not asked:
            raise Unproven(f"{role} was not asked at the end")
        return asked[-1]

    def child(self, role: str, at: int) -> ProcessId | None:
        """The process of the role's task at place `at`: it counts until the role is asked, which releases it, or lost,
        for an agent may leave its children behind."""
        held = [h for h in self.placed(Held) if h.event.role == role and h.index < at]
        ended = [a.index for a in self.placed(Asked) if a.event.role == role]
        ended += [f.index for f in self.placed(Faulted) if role in f.event.lost]
        if not held or any(held[-1].index < index < at for index in ended):
            return None
        return held[-1].event.child

    def watchers(self, role: str, at: int) -> tuple[ProcessId, ...]:
        """The watchers that a person left running beside `role` at place `at`, until a fault takes the role away."""
        equipped = [e for e in self.placed(Equipped) if e.event.role == role and e.index < at]
        lost = any(role in f.event.lost for f in self.placed(Faulted) if equipped and equipped[-1].index < f.index < at)
        return tuple(watcher.id for watcher in equipped[-1].event.watchers) if equipped and not lost else ()

    @cached_property
    def launches(self) -> tuple[Placed[Launched], ...]:
        """All traced launches, in the order of the record."""
        return self.placed(Launched)

    def after_record(self, index: int) -> int:
        """The place after the launches that were recorded right behind `index`."""
        end = index + 1
        while end < len(self.history.events) and isinstance(self.history.events[end], Launched | Stepped):
            end += 1
        return end

    def boot_of(self, index: int) -> int:
        """Where the boot began in which the event at `index` fell; -1 if no boot was recorded before."""
        return max((b.index for b in self.placed(Booted) if b.index < index), default=-1)

    @cached_property
    def spans(self) -> tuple[Span, ...]:
        """The pairs of observations that follow each other since the steady state, with what happened in between."""
        return tuple(self._span(a, b) for a, b in zip(self.looks, self.looks[1:], strict=False))

    def _span(self, a: Placed[Observed], b: Placed[Observed]) -> Span:
        between = self.history.events[a.index + 1 : b.index]
        recorded = self.after_record(b.index)
        return Span(
            a,
            b,
            tuple(e for e in between if isinstance(e, Pressed)),
            tuple(e for e in between if isinstance(e, Faulted)),
            tuple(launched for launched in self.launches if a.index < launched.index < recorded),
        )
