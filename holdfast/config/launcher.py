"""What is known of a launcher once its holdfast.toml is read."""

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from holdfast.model.path import Press

MACHINES = ("namespace", "systemd")
NEEDS = ("trusts", "carries")
"""What a scenario can need a launcher to declare: what recovery trusts (and its max_age), and what sessions carry."""


@dataclass(frozen=True)
class Service:
    """The launcher's long-running part: the argv that starts it, and the URL that answers once it is ready."""

    run: tuple[str, ...]
    ready: str


class AlarmKind(StrEnum):
    RUN = "run"
    HTTP = "http"
    FILE = "file"


@dataclass(frozen=True)
class Alarm:
    """How the launcher tells that what it trusts isn't fresh.

    `words`: the argv of a `run`, method and URL of an `http`, the path of a `file`.
    """

    kind: AlarmKind
    words: tuple[str, ...]


@dataclass(frozen=True)
class Carries:
    """What a session has again when it is back.

    Its folder, variables of its environment (by name), its watchers, and the file that holds its state (relative to the
    session's folder).
    """

    folder: bool = False
    environment: tuple[str, ...] = ()
    watchers: bool = False
    state: str | None = None

    @property
    def parts(self) -> tuple[str, ...]:
        """The names of those that are declared."""
        declared = {
            "folder": self.folder,
            "environment": self.environment,
            "watchers": self.watchers,
            "state": self.state,
        }
        return tuple(name for name, value in declared.items() if value)


@dataclass(frozen=True)
class Borrowed:
    """A file or folder of the host's that the launcher is used with, such as a plug-in: `outside` is where it lies,
    `inside` where a machine has it, read-only, relative to the home."""

    inside: str
    outside: Path


@dataclass(frozen=True)
class Launcher:
    """A launcher as declared. Commands still have their placeholders: see `fill`.

    `file` is the holdfast.toml, `root` its folder, `source` the folder that is swept and copied into the machine as
    ~/<name>. `prepare` are commands run once a revision, `units` globs relative to `source`, `history` the command
    that builds the repository of a gate. `trusts` are paths as the machine has them (`~/…`, absolute, or relative to
    the copy of the source); `max_age` is in seconds. Without what it `borrows` nothing of it can be shown. `agent` is
    the command that the launcher starts. `presses` stand in the order of the file. What the owner did not declare is
    None or empty; `attach` may be so where only an SDK starts and resumes sessions: there is no screen to get in front
    of.
    """

    name: str
    file: Path
    root: Path
    source: Path
    attach: tuple[str, ...]
    agent: str
    presses: tuple[Press, ...]
    prepare: tuple[tuple[str, ...], ...] = ()
    service: Service | None = None
    units: tuple[str, ...] = ()
    machines: tuple[str, ...] = MACHINES
    history: tuple[str, ...] | None = None
    trusts: tuple[str, ...] = ()
    max_age: float | None = None
    alarm: Alarm | None = None
    carries: Carries | None = None
    borrows: tuple[Borrowed, ...] = ()

    def lacks(self, need: str) -> str | None:
        """What this launcher doesn't declare of what `need`, one of NEEDS, asks for; None where it declares it all."""
        if need == "carries":
            return None if self.carries is not None and self.carries.parts else "`carries`"
        missing = [key for key, value in (("trusts", self.trusts), ("max_age", self.max_age)) if not value]
        return " and no ".join(f"`{key}`" for key in missing) or None
