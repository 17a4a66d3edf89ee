"""Reads the imports and strings of modules without importing them."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Import:
    """`name` is what is imported, absolute: "holdfast.model.cell" for `from holdfast.model import cell` and for `from
    holdfast.model.cell import CellKey` alike, as far as the name goes; `taken` are the names behind `from … import`."""

    file: Path
    line: int
    name: str
    taken: tuple[str, ...] = ()

    @property
    def place(self) -> str:
        return f"{self.file}:{self.line}"


def modules(folder: Path) -> list[Path]:
    """The Python files under `folder`, those of caches left out."""
    return sorted(file for file in folder.rglob("*.py") if "__pycache__" not in file.parts)


def parse(file: Path) -> ast.Module:
    return ast.parse(file.read_text(encoding="utf-8"), str(file))


def imports(file: Path, root: Path) -> Iterator[Import]:
    """Every import in `file`, wherever it stands in it; relative ones are resolved from `root`."""
    package = file.relative_to(root).parent.parts
    for node in ast.walk(parse(file)):
        if isinstance(node, ast.Import):
            yield from (Import(file, node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            outer = package[: len(package) - node.level + 1] if node.level else ()
            name = ".".join((*outer, *([node.module] if node.module else [])))
            yield Import(file, node.lineno, name, tuple(alias.name for alias in node.names))


def strings(file: Path) -> Iterator[tuple[int, str]]:
    """Every string in `file` with its line; docstrings are left out."""
    tree = parse(file)
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    docstrings = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, documented) and node.body and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docstrings:
            yield node.lineno, node.value
