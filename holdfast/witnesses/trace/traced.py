"""What a trace gives: launches, each with the places in the source that a language hook saw it come from."""

from dataclasses import dataclass

from holdfast.model.launch import Launch


class TraceError(Exception):
    """The trace could not be read: the observation failed, which is not the same as that nothing was launched."""


@dataclass(frozen=True)
class Frame:
    """One place on the stack of a launch, as its language names it. `file` is absolute, inside the machine."""

    file: str
    line: int
    symbol: str


@dataclass(frozen=True)
class Traced:
    """A launch with its stack, innermost first, outside the language's own library; () where no hook vouches for it."""

    launch: Launch
    frames: tuple[Frame, ...] = ()
