"""A holdfast.toml as text: its values, and the line of each."""

import re
import stat
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from holdfast.config.error import ConfigError
from holdfast.config.locate import Lines, Where

_AT_LINE = re.compile(r"\(at line (\d+), column \d+\)")


@dataclass(frozen=True)
class Document:
    """`values` are what tomllib gives: str, int, float, bool, dates, list and dict."""

    file: Path
    values: Mapping[str, object]
    lines: Lines

    def refuse(self, where: Where, what: str, why: str, then: str) -> ConfigError:
        return ConfigError(self.file, self.lines.of(where), what, why, then)


def read(file: Path) -> Document:
    """The document in `file`; ConfigError where it can't be read or is no TOML."""
    text = _text(file)
    try:
        return Document(file, _values(file, text), Lines(text))
    except RecursionError as error:
        why, then = "Python's TOML reader gives up", "Nothing here needs that: flatten it"
        raise ConfigError(file, 1, "the file is nested too deeply", why, then) from error


def place(file: Path, *where: str) -> str:
    """Where a key of a file that was read before stands, as file:line."""
    return f"{file}:{read(file).lines.of(where)}"


def _values(file: Path, text: str) -> Mapping[str, object]:
    try:
        return tomllib.loads(text)
    except ValueError as error:  # TOMLDecodeError, or an integer of thousands of digits
        said = str(error)
        at = _AT_LINE.search(said)
        line = int(at[1]) if at is not None else text.rstrip("\n").count("\n") + 1
        why = _AT_LINE.sub("", said).replace("(at end of document)", "").strip()
        raise ConfigError(file, line, "this is no TOML", why, "See https://toml.io/en/v1.0.0") from error


def _text(file: Path) -> str:
    """The file's text with `\\n` at its line ends, as tomllib counts them."""
    content = _content(file)
    try:
        return content.decode("utf-8").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        what = f"byte 0x{content[error.start]:02x} is no UTF-8"
        raise ConfigError(file, line, what, "TOML is always UTF-8", "Save the file as UTF-8") from error


def _content(file: Path) -> bytes:
    then = "Name a readable holdfast.toml, or the folder in which one stands"
    try:
        if not stat.S_ISREG(file.stat().st_mode):  # a named pipe, for one, would be waited for without end
            raise ConfigError(file, 1, "the file can't be read", "it is no regular file", then)
        return file.read_bytes()
    except OSError as error:
        raise ConfigError(file, 1, "the file can't be read", error.strerror or str(error), then) from error
