"""summary.md: the verdict, the fix, the call sites and what is unproven, short enough for a pull request."""

import re
from collections.abc import Iterable, Iterator
from html import escape
from pathlib import Path

from holdfast.history.words import command, plain
from holdfast.model import digest
from holdfast.model.result import RunResult
from holdfast.model.verdict import Verdict

_MARK = {Verdict.HELD: "✅", Verdict.UNPROVEN: "❔", Verdict.BROKEN: "❌"}
_PUNCTUATION = re.compile(r"([\\`*_{}\[\]()#+!|~@])")


def render(result: RunResult, run: Path) -> None:
    """Writes summary.md (GitHub's Markdown)."""
    (run / "summary.md").write_text("\n".join(_lines(result)) + "\n", encoding="utf-8")


def _lines(result: RunResult) -> Iterator[str]:
    scope = f" {_text(result.scope)}" if result.scope else ""
    yield f"# {_MARK[result.verdict]} {_text(result.launcher)}: {result.verdict}{scope}"
    if result.fix is not None:
        yield f"\n**{digest.fix_line(result.fix)}** ({_text(result.base or '')} to {_text(result.head or '')})."
    yield f"\n{digest.tally(result)}, in {result.seconds:.1f} s, agent {_text(result.agent)}."
    for note in (*digest.not_applicable(result), *result.notes):
        yield f"\n{_text(note)}"
    if result.fix is not None:
        rows = ((s.state, _code(digest.fix_place(s)), s.base, s.head, _text(s.why)) for s in result.fix.sites)
        yield from _table("What the fix covers", ("state", "where", "base", "head", "why"), rows)
    broken = (
        (g.promise, _text(g.symptom or ""), _code(digest.place(result, g.charge)), str(len(g.cells)), _text(g.why))
        for g in digest.groups(result)
    )
    yield from _table("What broke", ("promise", "symptom", "answers for it", "cells", "for example"), broken)
    sites = ((f"{_MARK[s.verdict]} {s.verdict}", s.site.kind, _code(s.site.place), _text(s.why)) for s in result.sites)
    yield from _table("Call sites", ("verdict", "kind", "where", "why"), sites)
    unproven = ((str(number), _text(why)) for why, number in digest.unproven(result))
    yield from _table("Unproven", ("times", "why"), unproven)
    unknown = dict.fromkeys((_text(u.path), _code(command(u.argv))) for u in result.unknown)
    yield from _table("Launches without a call site, charged to the launch path", ("pressed", "launch"), unknown)


def _table(title: str, head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> Iterator[str]:
    """A table below `title`; nothing without rows."""
    body = [f"| {' | '.join(row)} |" for row in rows]
    if body:
        yield from ("", f"## {title}", "", f"| {' | '.join(head)} |", "|" + " --- |" * len(head), *body)


def _text(text: str) -> str:
    """`text` as text: neither Markdown nor HTML is read in it, and nobody is mentioned by it."""
    return _PUNCTUATION.sub(r"\\\1", escape(plain(" ".join(text.split())), quote=False))


def _code(text: str) -> str:
    return f"<code>{_text(text)}</code>"
