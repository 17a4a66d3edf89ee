"""How long a cell waits for what others do."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Bounds:
    """Seconds. `ready`: for a service to answer at its `ready` address. `answer`: for an agent that stands there to
    answer; the real one starts in about one. `back`: until a session must be back, the bound of the promise `prompt`.
    `press`: after which a press hangs; longer than `back`, so that slow is told from hung. `save`: for a launcher to
    save what recovery trusts, or to raise its alarm over it."""

    ready: float = 20.0
    answer: float = 15.0
    back: float = 30.0
    press: float = 40.0
    save: float = 30.0


USUAL = Bounds()
