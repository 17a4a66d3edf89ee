"""Names sites so that a name outlives moved lines, renamed files and changed settings.

A name is made of what the site does, with which tool and command, in which function. Where several sites share that,
all of them take their file's stem too, and where even that is shared, their place among their like: no site is ever
given the name that another had.
"""

import hashlib
from collections import Counter
from collections.abc import Iterable

from holdfast.model.site import Cause, Site, SiteKind
from holdfast.sweep.draft import Draft

_FAMILIES = {SiteKind.START: "launch", SiteKind.RESUME: "launch", SiteKind.RESTORE: "launch"}
_LENGTH = 10


def name(drafts: Iterable[tuple[Draft, tuple[Cause, ...]]]) -> tuple[Site, ...]:
    """The sites of `drafts` with their names, by file and line."""
    ordered = sorted(drafts, key=lambda pair: (pair[0].file, pair[0].line, pair[0].last_line, pair[0].argv))
    plain = [_key(draft) for draft, _ in ordered]
    shared = Counter(plain)
    staged = [key if shared[key] == 1 else (*key, _stem(draft)) for key, (draft, _) in zip(plain, ordered, strict=True)]
    again = Counter(staged)
    seen: Counter[tuple[str, ...]] = Counter()
    sites = []
    for key, (draft, causes) in zip(staged, ordered, strict=True):
        seen[key] += 1
        full = key if again[key] == 1 else (*key, f"#{seen[key]}")
        sites.append(_site(draft, causes, hashlib.sha256("\0".join(full).encode()).hexdigest()[:_LENGTH]))
    return tuple(sites)


def _key(draft: Draft) -> tuple[str, ...]:
    return (_FAMILIES.get(draft.kind, draft.kind.value), draft.symbol, draft.tool, draft.action)


def _stem(draft: Draft) -> str:
    return draft.file.rpartition("/")[2].partition(".")[0]


def _site(draft: Draft, causes: tuple[Cause, ...], id: str) -> Site:
    return Site(
        id=id,
        kind=draft.kind,
        file=draft.file,
        line=draft.line,
        last_line=draft.last_line,
        symbol=draft.symbol,
        language=draft.language,
        tool=draft.tool,
        argv=draft.argv,
        settings=draft.settings,
        causes=causes,
        text=draft.text,
    )
