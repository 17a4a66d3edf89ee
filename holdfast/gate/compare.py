"""The gate: a pure function over two sets of judged cells."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from holdfast.gate.classes import classes, touched
from holdfast.gate.covering import fix
from holdfast.gate.followed import Followed, follow
from holdfast.gate.side import Diff, Side, seen_of
from holdfast.model.result import Change, Fix, State, is_allowed
from holdfast.model.verdict import Verdict

_BLOCKS = frozenset({State.MISSED, State.REGRESSED})
_EXIT = {Verdict.HELD: 0, Verdict.BROKEN: 1, Verdict.UNPROVEN: 3}


@dataclass(frozen=True)
class GateResult:
    """`changes` are all obligations but those that are the same. `fix` is None where the change touches no class of
    faults. `unshown` says why nothing could be compared: then there are neither."""

    verdict: Verdict
    fix: Fix | None = None
    changes: tuple[Change, ...] = ()
    unshown: str | None = None

    @property
    def exit_code(self) -> int:
        """0 held, 1 broken (something is missed or regressed), 3 unproven."""
        return _EXIT[self.verdict]


def compare(base: Side, head: Side, diff: Diff, allowed: Collection[str] = ()) -> GateResult:
    """What the change from `base` to `head` does. `allowed` are reasons for being unproven that may stand: each allows
    whatever has it in its own reason."""
    for name, side in (("base", base), ("head", head)):
        if side.reason is not None:
            return GateResult(Verdict.UNPROVEN, unshown=f"the {name} can't run: {side.reason}")
    before, after = seen_of(base), seen_of(head)
    broken = classes(before)
    touches = touched(broken, after, diff)
    followed = follow(base, head, before, after, broken, touches)
    changes = (*(_change(f) for f in followed if f.state is not State.SAME), *_empty(base, head, followed))
    if not followed and not changes:
        return GateResult(Verdict.UNPROVEN, unshown="no obligation was judged on either side: nothing ran")
    return GateResult(_verdict(changes, allowed), fix(broken, touches, followed, base, head), changes)


def _change(followed: Followed) -> Change:
    key = followed.key
    return Change(key.cell.id, key.role, key.promise, followed.state, followed.why)


def _empty(base: Side, head: Side, followed: Sequence[Followed]) -> Iterator[Change]:
    """The cells in which nothing was judged on either side."""
    known = {f.key.cell for f in followed}
    reasons = {cell.key: cell.reason for cell in (*base.cells, *head.cells) if cell.key not in known}
    for key, reason in reasons.items():
        yield Change(key.id, "", "", State.UNPROVEN, reason or "nothing was judged in this cell")


def _verdict(changes: Collection[Change], allowed: Collection[str]) -> Verdict:
    if any(change.state in _BLOCKS for change in changes):
        return Verdict.BROKEN
    unproven = [change.why for change in changes if change.state is State.UNPROVEN]
    if all(is_allowed(why, allowed) for why in unproven):
        return Verdict.HELD
    return Verdict.UNPROVEN
