"""Which agents there are: a module of this folder, or of `agents/` beside a holdfast.toml, adds those that it has a
Profile of."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from holdfast.agents.protocol import Agent

_ELF = b"\x7fELF"


@dataclass(frozen=True)
class Package:
    """Where a program comes from: its `name` in the npm registry, and the pattern of its file `program` below the
    folder that it is installed into."""

    name: str
    program: str

    def found(self, folder: Path) -> Path | None:
        """Its program, if it is installed in `folder`."""
        return next(iter(sorted(folder.glob(self.program))), None)

    def command(self, version: str, folder: Path) -> tuple[str, ...]:
        """What installs exactly this version into `folder`."""
        return ("npm", "install", "--prefix", str(folder), f"{self.name}@{version}")


@dataclass(frozen=True)
class Given:
    """What an agent is made from: the host's file of its `program`, the `version` whose behaviour is wanted, and
    `suite`, the folder of the stand-ins and the model."""

    program: Path
    version: str
    suite: Path


@dataclass(frozen=True)
class Profile:
    """An agent that --agent can name, as KIND or KIND@VERSION.

    `versions` are those that its facts were observed on, the usual one first. `package` says how to get its program;
    None for one that the suite brings along, under the name `program` in the folder of stand-ins. `variable` is the
    environment's name for a program of the user's own; failing that, the first `program` on PATH is taken, if it is
    not None. `native` is the version from which on a machine can't run it as a script, without what it was installed
    with; None if it always can. `errors` are its own words where a session can't be opened, `limits` what it is known
    not to do or not to keep: who meets one of them in a cell need not look for the launcher's fault.
    """

    kind: str
    program: str | None
    versions: tuple[str, ...]
    make: Callable[[Given], Agent]
    package: Package | None = None
    variable: str | None = None
    native: str | None = None
    errors: tuple[str, ...] = ()
    limits: tuple[str, ...] = ()

    @property
    def facts(self) -> tuple[str, ...]:
        """Its errors and limits, a line each."""
        return (*(f"says: {error}" for error in self.errors), *(f"limit: {limit}" for limit in self.limits))

    def bars(self, program: Path, version: str) -> bool:
        """Whether a machine can't run this file as that version."""
        return self.native is not None and _number(version) >= _number(self.native) and not is_native(program)


def is_native(program: Path) -> bool:
    with program.open("rb") as file:
        return file.read(len(_ELF)) == _ELF


def newest(versions: Iterable[str]) -> str:
    """Versions are numbers with dots between them."""
    return max(versions, key=_number)


def nearest(version: str, known: tuple[str, ...]) -> str:
    """The newest of `known` that is not newer than `version`; the oldest where all are."""
    older = [one for one in known if _number(one) <= _number(version)]
    return newest(older) if older else min(known, key=_number)


def _number(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split("."))
