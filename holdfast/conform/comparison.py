"""What contracts came to, on a real program and on its stand-in: a pure comparison."""

from collections.abc import Iterable
from dataclasses import dataclass

from holdfast.conform.contract import Contract
from holdfast.model.verdict import Verdict, worst


@dataclass(frozen=True)
class Look:
    """What was `seen` of one program, None if it could not be looked at, and `why` not."""

    seen: str | None
    why: str = ""
    seconds: float = 0.0


@dataclass(frozen=True)
class Row:
    """One contract, looked at on both. `version` is the real program's, `as_version` the stand-in's."""

    contract: Contract
    version: str
    as_version: str
    real: Look
    standin: Look

    @property
    def expected(self) -> str:
        return self.contract.expected(self.version)

    @property
    def expected_of_standin(self) -> str:
        unlike = self.contract.unlike
        return self.contract.expected(self.as_version) if unlike is None else unlike.seen

    @property
    def real_verdict(self) -> Verdict:
        return _verdict(self.real, self.expected)

    @property
    def standin_verdict(self) -> Verdict:
        return _verdict(self.standin, self.expected_of_standin)

    @property
    def verdict(self) -> Verdict:
        """Held if both do what the contract says of them. A stand-in that does it proves nothing of the real one."""
        return worst((self.real_verdict, self.standin_verdict))


def _verdict(look: Look, expected: str) -> Verdict:
    if look.seen is None:
        return Verdict.UNPROVEN
    return Verdict.HELD if look.seen == expected else Verdict.BROKEN


def verdict(rows: Iterable[Row]) -> Verdict:
    return worst(row.verdict for row in rows)
