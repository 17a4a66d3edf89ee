"""Waiting for a launcher to save: what happened to a session a moment ago may be lost with it until then."""

import time

from holdfast.operations.stage import Stage
from holdfast.operations.trusted import bears, folders, inside
from holdfast.witnesses import places, saves
from holdfast.witnesses.changes import Changes


def await_saved(stage: Stage, role: str, since: int) -> tuple[bool, str]:
    """Whether the launcher had its chance to save what `role` had at `since` (nanoseconds of the clock), and what was
    waited for: until everything that recovery trusts was written, or for as long as the launcher allows itself; never
    longer than the bound for saving."""
    launcher = stage.setting.launcher
    if not launcher.trusts:
        return True, "no `trusts` are declared whose saving could be waited for; the agent was spoken to once more"
    bound = stage.setting.bounds.save
    own = launcher.max_age
    began = time.monotonic()
    longest = bound if own is None else min(bound, own)
    while True:
        with Changes(folders(stage)) as changes:
            waited = time.monotonic() - began
            old = [path for path in launcher.trusts if not _written(stage, path, role, since)]
            if not old:
                return True, f"{', '.join(launcher.trusts)} was written {waited:.1f} s later"
            if own is not None and waited >= own:
                return True, f"{', '.join(old)} was not written within {own:.0f} s, all that the launcher allows itself"
            if waited >= longest:
                return False, f"{', '.join(old)} was not written within {longest:.0f} s, the longest that is waited"
            changes.wait(began + longest)


def _written(stage: Stage, path: str, role: str, since: int) -> bool:
    """Whether any of the files that `path` names was written after that: of those that bear the role's name, if any."""
    found = list(places.matches(stage.machine.root, inside(stage, path)))
    own = [(place, file) for place, file in found if bears(stage, role, path, place)]
    for _, file in own or found:
        try:
            if saves.written_at(file) >= since:
                return True
        except FileNotFoundError:  # replaced or taken away meanwhile
            continue
    return False
