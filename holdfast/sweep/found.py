"""What an expression of Python amounts to, and where it stands."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from ast_grep_py import SgNode

from holdfast.model.template import ANY_WORDS
from holdfast.sweep.names import Names

Words = tuple[str, ...]
Value = str | Words


@dataclass(frozen=True)
class Found:
    """One value that an expression may have; `line` is where its argv is written, 1-based, None where it is the place
    that asked; `open` says that a parameter of the function took part in it without being known."""

    value: Value
    line: int | None = None
    open: bool = False


@dataclass(frozen=True)
class Scope:
    """Where an expression stands. `bound` gives the function's parameters the values of one caller."""

    function: SgNode | None
    module: Names
    bound: Mapping[str, Found] = field(default_factory=dict)
    depth: int = 0

    def deeper(self) -> "Scope":
        return Scope(self.function, self.module, self.bound, self.depth + 1)


def words(found: Found) -> Words:
    """The value as an argv; a text is what a shell would be given."""
    return found.value if isinstance(found.value, tuple) else ("sh", "-c", found.value)


def parameters(function: SgNode) -> tuple[str, ...]:
    """The names of a function's parameters as written, `*` and `**` included, without self and cls."""
    listed = function.field("parameters")
    names = [_parameter(child) for child in (listed.children() if listed else []) if child.is_named()]
    return tuple(name for name in names if name and name not in ("self", "cls"))


def _parameter(node: SgNode) -> str:
    if node.kind() in ("typed_parameter", "list_splat_pattern", "dictionary_splat_pattern", "identifier"):
        return node.text().partition(":")[0].strip()
    name = node.field("name")
    return name.text() if name else ""


def joined(one: Found, more: Found) -> Found:
    """`one + more`."""
    opened = one.open or more.open
    if isinstance(one.value, str) and isinstance(more.value, str):
        return Found(one.value + more.value, one.line, opened)
    left = one.value if isinstance(one.value, tuple) else (ANY_WORDS,)
    right = more.value if isinstance(more.value, tuple) else (ANY_WORDS,)
    return Found((*left, *right), one.line or more.line, opened)
