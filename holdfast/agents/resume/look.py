"""One look at the disk and at /proc, read-only: the facts about one session id, so that they can be judged apart."""

import os
import time
from pathlib import Path

from holdfast.agents.folders import encoded
from holdfast.agents.resume import transcript
from holdfast.agents.resume.facts import Facts, Found, Gap, Holder, Mention, Trace
from holdfast.agents.resume.holders import by_argv, holders, registered
from holdfast.agents.resume.obstacles import obstacles
from holdfast.agents.resume.places import places
from holdfast.agents.resume.question import Question, is_session
from holdfast.agents.resume.running import running
from holdfast.agents.resume.traces import traces
from holdfast.agents.resume.worktrees import worktrees

PROC = Path("/proc")


def look(asked: Question, proc: Path | None = None) -> Facts:
    """All that speaks for or against a resume. Nothing is written, and what can't be read is one of its gaps. `proc` is
    the tree in which to look for processes."""
    missed: list[Gap] = []
    processes = running(proc or PROC)
    cwd = os.path.realpath(asked.cwd)
    expected = asked.config / "projects" / encoded(cwd) / (asked.session + transcript.SUFFIX)
    folders = dict.fromkeys(encoded(path) for path in worktrees(cwd, missed))
    beside = [expected.parents[1] / name / expected.name for name in folders if name != expected.parent.name]
    known = all(_known(path, missed) for path in (expected, *beside))
    searched, loose = places(asked, processes, missed)
    found: list[Found] = [one for path in loose for one in transcript.read(path, None, missed)]
    others: list[transcript.Other] = []
    held: list[Holder] = []
    seen: list[Trace] = []
    if known:  # also from folders that may be entered and not listed
        found += [one for path in (expected, *beside) for one in transcript.read(path, searched[0], missed)]
    for place in searched:
        named, unnamed = transcript.listed(place, asked.session, missed)
        found += [one for one in named if Path(one.path) not in (expected, *beside)]
        others += unnamed
        holding, left = holders(place, asked.session, processes, missed)
        held += holding
        seen += left + traces(place, asked.session, asked.home, missed)
    held += by_argv(asked.session, processes, registered(searched, processes))
    mentioned: tuple[Mention, ...] = ()
    if not any(one.linked and one.session == asked.session for one in found):
        leaves = frozenset(one.leaf for one in found if one.leaf is not None and is_session(one.leaf))
        mentioned, more = transcript.mentions(asked.session, leaves, others, missed)
        seen += more
    return Facts(
        question=asked,
        cwd=cwd,
        expected=str(expected),
        beside=tuple(str(path) for path in beside),
        known=known,
        places=searched,
        found=tuple(found),
        traces=tuple(seen),
        mentions=mentioned,
        holders=tuple(dict.fromkeys(held)),
        obstacles=obstacles(expected, missed),
        gaps=tuple(dict.fromkeys(missed)),
        now=time.time(),
    )


def _known(expected: Path, missed: list[Gap]) -> bool:
    """Whether its presence or its absence can be seen."""
    try:
        expected.stat()
    except (FileNotFoundError, NotADirectoryError):
        return True
    except OSError as error:
        missed.append(Gap(str(expected), error.strerror or str(error)))
        return False
    return True
