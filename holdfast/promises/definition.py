"""A promise: a name, what it means, its checker and who answers for it."""

from collections.abc import Callable
from dataclasses import dataclass

from holdfast.history.record import History
from holdfast.model.charge import Charge
from holdfast.promises.charges import of_press
from holdfast.promises.finding import Finding
from holdfast.promises.reading import Reading

Checker = Callable[[History, str], Finding | None]
Charger = Callable[[Reading, str, Finding | None], Charge]


@dataclass(frozen=True)
class Promise:
    """`check` judges one role of a history: None where the promise does not apply to it, Unproven raised where it
    can't be told. `charge` says who answers."""

    name: str
    meaning: str
    check: Checker
    charge: Charger = of_press
