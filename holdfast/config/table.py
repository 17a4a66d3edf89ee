"""A table of a holdfast.toml while it is read: each key has a type, and any other key is a mistake."""

import difflib
from collections.abc import Callable, Mapping
from datetime import date, datetime, time
from typing import Self, TypeVar

from holdfast.config.document import Document
from holdfast.config.error import ConfigError
from holdfast.config.locate import Where
from holdfast.config.placeholders import named

T = TypeVar("T")

_KINDS: tuple[tuple[type | tuple[type, ...], str], ...] = (
    (bool, "a boolean"),
    (str, "a string"),
    (int, "an integer"),
    (float, "a float"),
    (list, "an array"),
    (dict, "a table"),
    ((datetime, date, time), "a date or time"),
)


class Table:
    """`where` is the table's own place, `name` how messages call it ("launcher.service")."""

    def __init__(self, document: Document, where: Where, values: Mapping[str, object], name: str) -> None:
        self._document = document
        self._where = where
        self._values = values
        self._name = name

    @classmethod
    def root(cls, document: Document) -> Self:
        return cls(document, (), document.values, "")

    def __contains__(self, key: str) -> bool:
        return key in self._values

    @property
    def written(self) -> tuple[str, ...]:
        """The keys that it has."""
        return tuple(self._values)

    def only(self, *known: str) -> None:
        """Refuse any key but `known`."""
        for key in self._values:
            if key not in known:
                near = difflib.get_close_matches(key, known, n=1)
                then = f"Did you mean `{near[0]}`?" if near else "Take it out"
                place = f"[{self._name}]" if self._name else "a holdfast.toml"
                why = f"{place} knows {', '.join(known)}, and what isn't known would go unheeded"
                raise self.refuse(key, f"unknown key {_quoted(key)}", why, then)

    def optional(self, key: str, read: Callable[[str], T], default: T) -> T:
        return read(key) if key in self else default

    def text(self, key: str) -> str:
        """A string with something in it."""
        return self._checked_text(self._value(key), (key,))

    def filled(self, key: str, allowed: tuple[str, ...] = ()) -> str:
        """A string that has of placeholders only those `allowed`."""
        text = self.text(key)
        self._check_placeholders((key,), text, allowed)
        return text

    def texts(self, key: str) -> tuple[str, ...]:
        """An array of such strings, without placeholders; it may be empty."""
        value = self._value(key)
        if not isinstance(value, list):
            raise self._mistyped((key,), value, "an array of strings")
        texts = tuple(self._checked_text(word, (key, index)) for index, word in enumerate(value))
        for index, text in enumerate(texts):
            self._check_placeholders((key, index), text, ())
        return texts

    def command(self, key: str, allowed: tuple[str, ...] = ()) -> tuple[str, ...]:
        """An argv: at least one word; of placeholders only those `allowed`."""
        value = self._value(key)
        if not isinstance(value, list):
            raise self._mistyped((key,), value, "an array of strings, the command and its arguments")
        if not value:
            what, why = f"`{self._dotted(key)}` is an empty command", "its first word is the program that is started"
            raise self.refuse(key, what, why, "Write the command, or take it out")
        words = [self._checked_text(value[0], (key, 0))]
        words += [self._checked_text(word, (key, index), empty=True) for index, word in enumerate(value[1:], start=1)]
        for index, word in enumerate(words):
            self._check_placeholders((key, index), word, allowed)
        return tuple(words)

    def flag(self, key: str) -> bool:
        value = self._value(key)
        if not isinstance(value, bool):
            raise self._mistyped((key,), value, "true or false")
        return value

    def table(self, key: str) -> "Table":
        value = self._value(key)
        if not isinstance(value, dict):
            raise self._mistyped((key,), value, f"a table, [{self._dotted(key)}] or {{ … }}")
        return Table(self._document, (*self._where, key), value, self._dotted(key))

    def tables(self, key: str) -> tuple["Table", ...]:
        value = self._value(key)
        if not isinstance(value, list) or not all(isinstance(element, dict) for element in value):
            raise self._mistyped((key,), value, f"an array of tables, each begun by [[{self._dotted(key)}]]")
        return tuple(
            Table(self._document, (*self._where, key, index), element, self._dotted(key))
            for index, element in enumerate(value)
        )

    def refuse(self, key: str | None, what: str, why: str, then: str) -> ConfigError:
        """The error for `key`; for None, or a key that isn't there, the table's own line is given."""
        return self._refuse_at(() if key is None else (key,), what, why, then)

    def refuse_element(self, key: str, index: int, what: str, why: str, then: str) -> ConfigError:
        return self._refuse_at((key, index), what, why, then)

    def _check_placeholders(self, within: Where, word: str, allowed: tuple[str, ...]) -> None:
        for name in named(word):
            if name not in allowed:
                known = f"only {{{allowed[0]}}} is filled in here" if allowed else "nothing is filled in here"
                then = f"Write {{{{{name}}}}} if the braces themselves are meant"
                raise self._refuse_at(within, f"unknown placeholder {{{name}}} in {_quoted(word)}", known, then)

    def _refuse_at(self, within: Where, what: str, why: str, then: str) -> ConfigError:
        return self._document.refuse((*self._where, *within), what, why, then)

    def _value(self, key: str) -> object:
        if key not in self._values:
            why = f"[{self._name}] can't do without it" if self._name else "a holdfast.toml can't do without it"
            raise self.refuse(key, f"`{self._dotted(key)}` is missing", why, "Add it; holdfast init writes an example")
        return self._values[key]

    def _checked_text(self, value: object, within: Where, *, empty: bool = False) -> str:
        if not isinstance(value, str):
            raise self._mistyped(within, value, "a string")
        if not value and not empty:
            what = f"`{self._dotted(*within)}` is an empty string"
            raise self._refuse_at(within, what, "there is nothing to go by", "Fill it in, or take it out")
        if "\0" in value:
            what = f"`{self._dotted(*within)}` has a NUL character in it"
            raise self._refuse_at(within, what, "no path and no argument of Linux can have one", "Take it out")
        return value

    def _mistyped(self, within: Where, value: object, expected: str) -> ConfigError:
        found = next(kind for types, kind in _KINDS if isinstance(value, types))
        what = f"`{self._dotted(*within)}` has the wrong type"
        return self._refuse_at(within, what, f"this is {found}, and {expected} is needed", "Write it so")

    def _dotted(self, *within: str | int) -> str:
        parts = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in within)
        return (self._name + parts).removeprefix(".")


def _quoted(text: str) -> str:
    """`text` on one line, and not without end."""
    return repr(text if len(text) <= 80 else text[:79] + "…")
