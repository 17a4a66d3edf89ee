"""The events of a cell's history. Each is a fact with its time; nothing is ever changed or taken back.

`at` is seconds since the cell began, monotonic.
"""

from dataclasses import dataclass
from enum import StrEnum

from holdfast.model.cell import CellKey
from holdfast.model.launch import Launch
from holdfast.model.path import Action, PressKind
from holdfast.model.save import Alarm, Save
from holdfast.model.seen import Observation, ProcessId
from holdfast.model.working_set import Program, WorkingSet


@dataclass(frozen=True)
class Planned:
    """The first event: what the cell is and what it has to show. `roles` in the order of asking."""

    at: float
    cell: CellKey
    roles: tuple[str, ...]
    promises: tuple[str, ...]


@dataclass(frozen=True)
class Booted:
    at: float
    boot_id: str


class Outcome(StrEnum):
    """DONE: it came to its end, whatever it answered. HUNG: it did not within its bound. IMPOSSIBLE: it could not be
    made."""

    DONE = "done"
    HUNG = "hung"
    IMPOSSIBLE = "impossible"


@dataclass(frozen=True)
class Pressed:
    """A launch path was used, for `role` (None: for all of them, as a boot does). `code` is the exit code of a command,
    or the status of an HTTP answer; `refused` says that it told of failure (exit ≠ 0, status ≥ 400). `at` is its
    end; `began` leaves out what it takes to get there, such as the start of a browser. `output` is what it said: of a
    browser or of keys, what came onto the person's screen. `picture` is a file beside the history's own, the page after
    a click; None for none."""

    at: float
    began: float
    path: str
    action: Action
    kind: PressKind
    role: str | None
    outcome: Outcome
    code: int | None
    refused: bool
    output: str
    picture: str | None = None


@dataclass(frozen=True)
class Faulted:
    """One thing was made to go wrong. `lost` are the roles whose process it takes away by itself (a promise of survival
    does not bind there); `victims` the processes that it ended. `bit` is False when the proof that it bit is
    missing."""

    at: float
    fault: str
    lost: tuple[str, ...]
    victims: tuple[ProcessId, ...]
    bit: bool
    proof: str


@dataclass(frozen=True)
class Observed:
    """The passive witnesses looked. `moment` says when, in words ("before press cli")."""

    at: float
    moment: str
    seen: Observation


@dataclass(frozen=True)
class Planted:
    """A word was said to `role`'s conversation through a person's attach, and acknowledged by session `session`."""

    at: float
    role: str
    word: str
    session: str


@dataclass(frozen=True)
class Asked:
    """A person attached to `role` and asked for proof. `expects` is the asker's own: nothing of it is judged here.

    `session` and `proof` are what was answered, None for no answer (`why` says what was seen instead: `screen` is the
    text last on the person's screen). `began` is when the attach was first tried. `final` marks the asking that the
    promises judge; others prove the steady state.
    """

    at: float
    began: float
    role: str
    challenge: str
    session: str | None
    proof: str | None
    screen: str
    why: str
    final: bool
    code: int | None = None


@dataclass(frozen=True)
class Held:
    """`role` is mid-task: `child` is the process of its task."""

    at: float
    role: str
    child: ProcessId


@dataclass(frozen=True)
class Equipped:
    """A person built up `role`'s working set: variables, a window, a pane, and in each of both a watcher; `seen` is
    what the witness saw of it. `carries` are the parts that the launcher declares to bring back: folder, environment,
    watchers, state. `chance` says whether the launcher had its chance to save that: it did, or had all the time that
    it allows itself, or declares nothing that could be waited for; `waited` says what was."""

    at: float
    role: str
    carries: tuple[str, ...]
    seen: WorkingSet
    watchers: tuple[Program, ...]
    chance: bool
    waited: str


@dataclass(frozen=True)
class Inspected:
    """The witness looked at `role`'s working set at the end. `seen` is None where that failed: `why` says why; and
    where the role has no session to look at, which `gone` says."""

    at: float
    role: str
    seen: WorkingSet | None
    why: str = ""
    gone: bool = False


@dataclass(frozen=True)
class Trusted:
    """What recovery trusts, and the alarm (None: none is declared), when they had to be right. `spoiled`: a fault had
    made them wrong, and the launcher was given its time; else the launcher had `since` seconds, from its first session
    on, and allows itself `max_age` seconds. `moment` says when, in words."""

    at: float
    moment: str
    spoiled: bool
    since: float
    max_age: float
    saves: tuple[Save, ...]
    alarm: Alarm | None


@dataclass(frozen=True)
class Launched:
    at: float
    launch: Launch


@dataclass(frozen=True)
class Stepped:
    """A step of the scenario, in words: for reports."""

    at: float
    text: str


@dataclass(frozen=True)
class Failed:
    """The cell could not go on: what follows from here is unproven. `why` says what, where, why and what to do next."""

    at: float
    why: str


@dataclass(frozen=True)
class Closed:
    """The last event: the scenario came to its end."""

    at: float


Event = (
    Planned
    | Booted
    | Pressed
    | Faulted
    | Observed
    | Planted
    | Asked
    | Held
    | Equipped
    | Inspected
    | Trusted
    | Launched
    | Stepped
    | Failed
    | Closed
)
