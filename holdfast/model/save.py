"""What recovery trusts, and the alarm over it, as they were seen."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Save:
    """One path that a launcher declares to trust. `file` is what stood there, the newest where the path is a pattern,
    and None where nothing did; `age` is in seconds since it was last written. `flaw` says why nothing can be recovered
    from it, None for a sound one."""

    path: str
    file: str | None
    age: float | None
    flaw: str | None

    def stale(self, max_age: float) -> str | None:
        """Why it is not to be trusted, or None if it is."""
        if self.flaw is not None:
            return f"{self.file or self.path} {self.flaw}"
        if self.age is not None and self.age > max_age:
            return f"{self.file} is {self.age:.0f} s old, at most {max_age:.0f} s are allowed"
        return None


@dataclass(frozen=True)
class Alarm:
    """The launcher's alarm: what was asked, and whether it is raised; None where that could not be told. `said` is the
    answer, or why there was none."""

    asked: str
    raised: bool | None
    said: str
