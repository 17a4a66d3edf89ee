"""Joins what the trace saw with what the sweep found: the call site of a launch."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePosixPath

from holdfast.model.launch import Confidence, Launch, LaunchVerb
from holdfast.model.site import Site, SiteKind
from holdfast.model.template import matches
from holdfast.model.tmux_commands import parse
from holdfast.model.wrapper import layers, program
from holdfast.witnesses.trace import Frame, Traced
from holdfast.witnesses.trace.verbs import carried

_LAUNCHES = frozenset((SiteKind.START, SiteKind.RESUME, SiteKind.RESTORE))
_KINDS = {
    LaunchVerb.START: _LAUNCHES,
    LaunchVerb.SERVE: _LAUNCHES,
    LaunchVerb.ATTACH: frozenset((SiteKind.ATTACH,)) | _LAUNCHES,
    LaunchVerb.KILL: frozenset((SiteKind.KILL,)),
    LaunchVerb.SIGNAL: frozenset((SiteKind.KILL,)),
    LaunchVerb.OTHER: frozenset((SiteKind.SAVE,)),
}


@dataclass(frozen=True)
class Attributor:
    """`sites` of the sweep; `source` is the folder, inside the machine, that the sites' files are relative to."""

    sites: Sequence[Site]
    source: str

    def attribute(self, traced: Traced) -> Launch:
        """The launch with its site and how sure that is: the hook's stack, else the unit, else the argv. Between two
        sites that could be meant equally well there is none."""
        launch = traced.launch
        possible = [site for site in self.sites if site.kind in _KINDS.get(launch.verb, frozenset())]
        if not possible:
            return launch
        if traced.frames:
            found = self._by_frames(traced.frames, launch, possible)
            if found is not None:
                return replace(launch, site=found.id, confidence=Confidence.HOOK)
        found = _by_unit(launch, possible)
        if found is not None:
            return replace(launch, site=found.id, confidence=Confidence.UNIT)
        found = _only(_agreeing(launch, [site for site in possible if site.argv]))
        if found is not None:
            return replace(launch, site=found.id, confidence=Confidence.ARGV)
        return launch

    def _by_frames(self, frames: Iterable[Frame], launch: Launch, possible: Sequence[Site]) -> Site | None:
        """The innermost frame that stands in a site answers. A helper that only passes words on is no site."""
        for frame in frames:
            here = [
                site for site in possible if site.line <= frame.line <= site.last_line and self._in(frame.file, site)
            ]
            if here:
                return (
                    _only(here)
                    or _only(_agreeing(launch, here))
                    or _only(_doing_the_same(launch, here))
                    or _only(_tightest(here))
                )
        return None

    def _in(self, file: str, site: Site) -> bool:
        """Whether `file` is the site's: in the source, or installed from it under the same last two names."""
        if file == f"{self.source}/{site.file}":
            return True
        if PurePosixPath(file).is_relative_to(self.source):
            return False
        ending = PurePosixPath(site.file).parts[-2:]
        return len(ending) == 2 and PurePosixPath(file).parts[-2:] == ending


def _by_unit(launch: Launch, possible: Sequence[Site]) -> Site | None:
    """The cgroup names the unit that the launch came from: the unit's own command, or the one site in what it runs."""
    units = [part for part in launch.cgroup.split("/") if part.endswith(".service")]
    if not units:
        return None
    stem, at, _ = units[-1].partition("@")
    file = f"{stem}@.service" if at else units[-1]
    own = [site for site in possible if file in {PurePosixPath(name).name for name in _units(site)}]
    return _only(_agreeing(launch, own))


def _units(site: Site) -> set[str]:
    return {cause.file for cause in site.causes} | ({site.file} if site.language == "systemd" else set())


def _agreeing(launch: Launch, sites: Iterable[Site]) -> list[Site]:
    argv = (program(launch.argv), *launch.argv[1:])
    return [
        site
        for site in sites
        if any(words and matches((program(words), *words[1:]), argv) for words in _leads_to(site))
    ]


def _leads_to(site: Site) -> Iterator[tuple[str, ...]]:
    """The commands whose launch the site may answer for. What tmux starts by itself, for a key, a hook or a menu,
    nobody has asked it for by a command that was seen."""
    for words in layers(site.argv):
        yield words
        if site.language == "tmux":
            yield from carried(words)


def _doing_the_same(launch: Launch, sites: Iterable[Site]) -> list[Site]:
    """Those whose first command to tmux is the launch's: of one call that opens or respawns, with words behind it that
    the source doesn't decide in place."""
    deed = _deed(launch.argv)
    return [site for site in sites if deed and deed in {_deed(words) for words in layers(site.argv)}]


def _deed(argv: Sequence[str]) -> str | None:
    if not argv or program(argv) != "tmux":
        return None
    return next((command.name for command in parse(argv[1:]).commands), None)


def _tightest(sites: Sequence[Site]) -> list[Site]:
    least = min(site.last_line - site.line for site in sites)
    return [site for site in sites if site.last_line - site.line == least]


def _only(sites: Sequence[Site]) -> Site | None:
    return sites[0] if len(sites) == 1 else None
