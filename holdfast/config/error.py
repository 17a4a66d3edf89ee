"""The one error of the configuration."""

from pathlib import Path


class ConfigError(Exception):
    """A mistake in a holdfast.toml: in `line` (from 1), `what` is wrong, `why` it isn't allowed, `then` what to do."""

    def __init__(self, file: Path, line: int, what: str, why: str, then: str) -> None:
        super().__init__(f"{file}:{line}: {what}: {why}. {then}")
        self.file = file
        self.line = line
        self.what = what
        self.why = why
        self.then = then
