"""Who answers for an obligation."""

from dataclasses import dataclass
from enum import StrEnum


class ChargeKind(StrEnum):
    SITE = "site"
    PATH = "path"
    LAUNCHER = "launcher"


@dataclass(frozen=True, order=True)
class Charge:
    """A call site by its id; where none is known, a launch path by its label; else the launcher as a whole."""

    kind: ChargeKind
    id: str

    def __str__(self) -> str:
        return self.id if self.kind is ChargeKind.SITE else f"{self.kind}:{self.id}"


LAUNCHER = Charge(ChargeKind.LAUNCHER, "launcher")


def site(id: str) -> Charge:
    return Charge(ChargeKind.SITE, id)


def launch_path(label: str) -> Charge:
    return Charge(ChargeKind.PATH, label)
