"""systemd units: the commands that they start are call sites, their settings are causes for the sites that they run."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from holdfast.model.shell import simple_commands
from holdfast.model.site import Cause
from holdfast.sweep.draft import Draft
from holdfast.sweep.files import Source
from holdfast.sweep.judging import judge

_COMMANDS = frozenset(
    ("ExecStart", "ExecStartPre", "ExecStartPost", "ExecStop", "ExecStopPost", "ExecReload", "ExecCondition")
)
_RULES = frozenset(
    ("KillMode", "Type", "Slice", "OOMPolicy", "RemainAfterExit", "Restart", "SendSIGHUP", "SendSIGKILL", "KillSignal",
     "Delegate", "TimeoutStopSec", "MemoryMax", "PartOf", "BindsTo", "Conflicts", "StopWhenUnneeded", "PrivateTmp")
)  # fmt: skip
_PREFIXES = "@-:+!|"
_SPECIFIER = re.compile(r"%[a-zA-Z]")


@dataclass(frozen=True)
class Unit:
    """A unit's own call sites, the causes that it sets, and the words of what it runs."""

    sites: tuple[Draft, ...]
    causes: tuple[Cause, ...]
    runs: frozenset[str]

    def rules(self, file: str) -> bool:
        """Whether the unit runs the file named `file` (relative to the source): by its path, or as a Python module."""
        module = file.removesuffix("/__main__.py").removesuffix(".py").replace("/", ".")
        return any(word in (file, module) or word.endswith("/" + file) or _same_name(word, file) for word in self.runs)


def read(source: Source) -> Unit:
    """The unit in `source`. Without a KillMode systemd stops the whole control group: that is a cause too, at
    [Service]."""
    drafts: list[Draft] = []
    causes: list[Cause] = []
    runs: set[str] = set()
    service = None
    for first, last, name, value in _settings(source.text):
        if name == "[Service]":
            service = first
        elif name in _RULES:
            causes.append(Cause(source.name, first, name, value))
        elif name in _COMMANDS:
            for argv in simple_commands(_SPECIFIER.sub("…", value.lstrip(_PREFIXES)).replace(" ; ", "\n")):
                runs.update(argv)
                verdict = judge(argv, value, f"{name} {source.name}")
                if verdict is not None:
                    drafts.append(
                        Draft(
                            kind=verdict.kind,
                            file=source.name,
                            line=first,
                            last_line=last,
                            symbol=name,
                            language="systemd",
                            tool=verdict.tool,
                            action=verdict.action,
                            argv=argv,
                            settings=verdict.settings,
                            text=f"{name}={value}",
                        )
                    )
    if service is not None and not any(cause.name == "KillMode" for cause in causes):
        causes.append(Cause(source.name, service, "KillMode", "control-group (systemd's default)"))
    return Unit(tuple(drafts), tuple(sorted(causes)), frozenset(runs))


def _settings(text: str) -> Iterator[tuple[int, int, str, str]]:
    """First line, last line, name and value of each setting; a section is its own name, with an empty value."""
    lines = text.split("\n")
    number = 0
    while number < len(lines):
        first = number + 1
        line = lines[number].strip()
        while line.endswith("\\") and number + 1 < len(lines):
            number += 1
            line = f"{line[:-1].rstrip()} {lines[number].strip()}"
        number += 1
        if line.startswith("["):
            yield first, number, line, ""
        elif line and line[0] not in "#;":
            name, equals, value = line.partition("=")
            if equals:
                yield first, number, name.strip(), value.strip()


def _same_name(word: str, file: str) -> bool:
    """An absolute path whose file has the same name: units name where a program is installed, not where its source
    is."""
    return word.startswith(("/", "…", "~")) and word.rpartition("/")[2] == file.rpartition("/")[2]
