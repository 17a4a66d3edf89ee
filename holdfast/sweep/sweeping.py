"""The sweep over a source tree."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from holdfast.model.site import Cause, Site
from holdfast.sweep import files, identity, python, shell, tmux_conf, units
from holdfast.sweep.draft import Draft
from holdfast.sweep.files import Source, Unread

_READERS = {"bash": shell.sites, "tmux": tmux_conf.sites}


@dataclass(frozen=True)
class Swept:
    """`sites` by file and line, each with the causes that rule it; `causes` are all that units set; `unread` are the
    holes: files that may hold call sites and were not read, or not to their end."""

    sites: tuple[Site, ...]
    causes: tuple[Cause, ...]
    unread: tuple[Unread, ...]


def sweep(source: Path, unit_files: Iterable[Path] = ()) -> Swept:
    """Every call site under `source`. `unit_files` are units that lie outside of it; those inside are found by
    suffix."""
    found = list(files.sources(source))
    for path in unit_files:
        if not path.resolve().is_relative_to(source.resolve()):
            unit = files.source(path, path.name)
            found.extend(() if unit is None else (unit,))
    unread = [entry for entry in found if isinstance(entry, Unread)]
    texts = [entry for entry in found if isinstance(entry, Source)]
    drafts: list[Draft] = []
    modules = [python.parse(text) for text in texts if text.language == "python"]
    drafts.extend(python.sites(modules))
    unread.extend(_in_part(module.source.name, module.broken) for module in modules if module.broken is not None)
    for text in texts:
        if text.language in _READERS:
            sites, broken = _READERS[text.language](text)
            drafts.extend(sites)
            if broken is not None:
                unread.append(_in_part(text.name, broken))
    ruling = [units.read(text) for text in texts if text.language == "systemd"]
    drafts.extend(draft for unit in ruling for draft in unit.sites)
    named = identity.name((draft, _causes(draft, ruling)) for draft in drafts)
    return Swept(
        sites=named,
        causes=tuple(sorted({cause for unit in ruling for cause in unit.causes})),
        unread=tuple(sorted(unread, key=lambda entry: entry.file)),
    )


def _causes(draft: Draft, ruling: Iterable[units.Unit]) -> tuple[Cause, ...]:
    found = {cause for unit in ruling if draft in unit.sites or unit.rules(draft.file) for cause in unit.causes}
    return tuple(sorted(found))


def _in_part(file: str, line: int) -> Unread:
    return Unread(file, f"does not parse from line {line} on: call sites in it may be missing")
