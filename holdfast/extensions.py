"""Extension points: folders whose modules are found without being named anywhere (scenarios, reports …)."""

import importlib
import sys
from collections.abc import Iterator
from importlib.machinery import PathFinder
from importlib.util import module_from_spec
from pathlib import Path
from types import ModuleType


class ExtensionError(Exception):
    """An extension's module can't be used: which file, why, and what to do next, for a person to read."""


def discover(point: str, beside: Path | None) -> tuple[ModuleType, ...]:
    """The modules of extension point `point` ("scenarios"), sorted by name, each imported once.

    They are the modules and packages in holdfast's own folder of that name and in the one that stands in `beside`, the
    folder of a holdfast.toml; their import names are holdfast.<point>.<name>. Names that begin with `_` are private to
    an extension and left out. Raises ExtensionError for two modules of one name, for a name that can't be imported, and
    for a module that fails while it is imported.
    """
    found: dict[str, Path] = {}
    for folder in _folders(point, beside):
        for name, file in _modules(folder):
            if name in found:
                raise ExtensionError(
                    f"{file}: {point} has two modules called {name!r}, the other is {found[name]}: each is known by "
                    "its name, so that one would hide the other. Rename one of them"
                )
            found[name] = file
    return tuple(_load(point, name, found[name]) for name in sorted(found))


def _folders(point: str, beside: Path | None) -> tuple[Path, ...]:
    """Where to look, each folder once: in a checkout holdfast's own may also be the one beside a holdfast.toml."""
    own = [Path(entry) for entry in importlib.import_module(f"holdfast.{point}").__path__]
    given = [] if beside is None else [beside / point]
    return tuple(dict.fromkeys(folder.resolve() for folder in [*own, *given] if folder.is_dir()))


def _modules(folder: Path) -> Iterator[tuple[str, Path]]:
    for entry in sorted(folder.iterdir()):
        if entry.name.startswith(("_", ".")):
            continue
        if entry.suffix == ".py" and entry.is_file():
            file = entry
        elif (entry / "__init__.py").is_file():
            file = entry / "__init__.py"
        else:
            continue
        if not entry.stem.isidentifier():
            raise ExtensionError(
                f"{entry}: {entry.stem!r} can't be a module's name: it is imported as Python's modules are. Rename it "
                "to letters, digits and `_`"
            )
        yield entry.stem, file


def _load(point: str, name: str, file: Path) -> ModuleType:
    full = f"holdfast.{point}.{name}"
    known = sys.modules.get(full)
    if known is not None and known.__file__ is not None and Path(known.__file__).resolve() == file:
        return known
    folder = file.parent.parent if file.name == "__init__.py" else file.parent
    spec = PathFinder.find_spec(full, [str(folder)])
    if spec is None or spec.loader is None:
        raise ExtensionError(f"{file}: Python finds no module here: was the file taken away meanwhile? Run again")
    module = module_from_spec(spec)
    sys.modules[full] = module
    try:
        spec.loader.exec_module(module)
    except (Exception, SystemExit) as error:
        # An extension is anybody's code and may raise anything; it is passed on with the file that it came from.
        del sys.modules[full]
        raise ExtensionError(
            f"{file}:{line_of(error, file)}: the module fails while it is imported: {type(error).__name__}: {error}. "
            f"Correct it, or take it out of {folder}"
        ) from error
    return module


def line_of(error: BaseException, file: Path) -> int:
    """The last line of `file` that was at work when `error` was raised."""
    if isinstance(error, SyntaxError) and error.filename == str(file) and error.lineno is not None:
        return error.lineno
    line, step = 1, error.__traceback__
    while step is not None:
        if step.tb_frame.f_code.co_filename == str(file):
            line = step.tb_lineno
        step = step.tb_next
    return line
