"""How much a fix covers, k of n call sites: the charges of the touched classes, followed from base to head."""

from collections.abc import Mapping, Sequence

from holdfast.gate.classes import Charges, Class
from holdfast.gate.followed import Followed
from holdfast.gate.side import Key, Side
from holdfast.model.charge import Charge
from holdfast.model.result import Fix, FixSite, State
from holdfast.model.verdict import Verdict

_WORST_FIRST = (State.MISSED, State.UNPROVEN, State.COVERED, State.REMOVED)
_HEAD = {State.MISSED: Verdict.BROKEN, State.COVERED: Verdict.HELD}


def fix(broken: Charges, touches: frozenset[Class], followed: Sequence[Followed], base: Side, head: Side) -> Fix | None:
    """None where no class is touched. A charge whose obligations are all gone with its site is listed as removed and
    not counted: there is nothing left to cover."""
    by_key = {f.key: f for f in followed}
    keys: dict[Charge, list[Key]] = {}
    for kind in sorted(touches):
        for charge, its in broken[kind].items():
            keys.setdefault(charge, []).extend(its)
    sites = [_site(charge, its, by_key, base, head) for charge, its in keys.items()]
    counted = [site for site in sites if site.state is not State.REMOVED]
    if not counted:
        return None
    covers = sum(site.state is State.COVERED for site in counted)
    return Fix(covers, len(counted), tuple(sorted(sites, key=lambda s: (s.file or "", s.line or 0, s.charge))))


def _site(charge: Charge, keys: Sequence[Key], followed: Mapping[Key, Followed], base: Side, head: Side) -> FixSite:
    """A charge with the worst that became of its obligations. It stands where the head's sweep finds it, else the
    base's."""
    worst = min((followed[key] for key in keys), key=lambda f: _WORST_FIRST.index(f.state))
    place = head.site(charge.id) or base.site(charge.id)
    return FixSite(
        charge,
        place.file if place else None,
        place.line if place else None,
        Verdict.BROKEN,
        _HEAD.get(worst.state, Verdict.UNPROVEN),
        worst.state,
        worst.why,
    )
