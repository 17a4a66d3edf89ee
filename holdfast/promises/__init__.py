"""Promises: pure checkers over a history. What they find is what is known of a launcher."""

from holdfast.promises.definition import Checker, Promise
from holdfast.promises.finding import Finding, Subject, Unproven, broken, held
from holdfast.promises.judge import judge
from holdfast.promises.registry import ORDER, PromiseError, names, promise, register

__all__ = [
    "ORDER",
    "Checker",
    "Finding",
    "Promise",
    "PromiseError",
    "Subject",
    "Unproven",
    "broken",
    "held",
    "judge",
    "names",
    "promise",
    "register",
]
