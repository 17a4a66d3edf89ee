"""Launch paths: the ways to get at a session, as the launcher's owner declares them."""

from dataclasses import dataclass
from enum import StrEnum


class Action(StrEnum):
    """What a launch path does to a role's session."""

    STARTS = "starts"
    RESUMES = "resumes"
    RESTORES = "restores"
    STOPS = "stops"


class PressKind(StrEnum):
    """How a launch path is used."""

    RUN = "run"
    HTTP = "http"
    BROWSER = "browser"
    KEYS = "keys"
    UNIT = "unit"
    BOOT = "boot"
    SDK = "sdk"


class Device(StrEnum):
    """In front of what a page is pressed: its viewport, its touch, its user agent."""

    DESKTOP = "desktop"
    PHONE = "phone"


SYSTEMD_ONLY = frozenset({PressKind.UNIT, PressKind.BOOT})


@dataclass(frozen=True)
class Press:
    """One declared use of a launch path.

    `words` is the declaration's text with its placeholders: the argv of a `run`, method and URL of an `http`, URL and
    selector of a `browser`, names and texts of `keys`, the unit's name of a `unit`, nothing of a `boot`; the argv of an
    `sdk` says one prompt to the role's session and prints the answer.

    `screen` is what a `browser` press is made on; `at` the argv by which a person gets in front of the tmux that `keys`
    are typed into.
    """

    path: str
    action: Action
    kind: PressKind
    words: tuple[str, ...] = ()
    screen: Device = Device.DESKTOP
    at: tuple[str, ...] = ()

    @property
    def dispatches(self) -> bool:
        """Whether it is one prompt and its answer, and the session runs no longer than that."""
        return self.kind is PressKind.SDK

    def label(self, usual: Action) -> str:
        """The press's name where `usual` is the action one expects: "cli", else "cli.restores"."""
        return self.path if self.action is usual else f"{self.path}.{self.action}"

    @property
    def birth_label(self) -> str:
        return self.label(Action.STARTS)

    @property
    def press_label(self) -> str:
        return self.label(Action.RESUMES)
