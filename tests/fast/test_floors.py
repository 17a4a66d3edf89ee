"""Imports only go down the engine's floors, and what is found by itself knows nothing but holdfast's public names."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.fast.imports import Import, imports, modules, strings

ROOT = Path(__file__).resolve().parents[2]

# From the ground up. Rooms of one floor don't know each other.
FLOORS = (
    {"model"},
    {"history", "config", "extensions"},
    {"machines", "agents", "witnesses", "sweep"},
    {"operations"},
    {"promises"},
    {"world", "conform"},
    {"gate"},
    {"run"},
    {"cli", "plugin"},
    {"__main__"},
)
FLOOR_OF = {room: number for number, floor in enumerate(FLOORS) for room in floor}

# What the modules of an extension point may import besides holdfast's public names.
MAY_IMPORT: dict[str, tuple[str, ...]] = {
    "scenarios": (),
    "contracts": (),
    "fixtures": (),
    "reports": ("holdfast.model", "holdfast.history"),
}
PUBLIC = "from holdfast import …"
OURS = frozenset({"holdfast", "verify", "tests", *MAY_IMPORT})


def rooms(root: Path) -> set[str]:
    return {entry.stem for entry in (root / "holdfast").iterdir() if not entry.stem.startswith(("_", "py"))}


def breaches(root: Path) -> Iterator[str]:
    """Every import in holdfast/ that goes up or sideways, in words."""
    for file in modules(root / "holdfast"):
        inside = file.relative_to(root / "holdfast")
        room = inside.parts[0].removesuffix(".py")
        if room == "__init__":  # the public names: a door for others, under no floor and above them all
            continue
        if room not in FLOOR_OF:
            yield f"{file}: {room} is on no floor"
            continue
        for found in imports(file, root):
            for other in rooms_of(found):
                if other != room and FLOOR_OF.get(other, len(FLOORS)) >= FLOOR_OF[room]:
                    yield f"{found.place}: {room} imports {other}, which isn't below it"


def rooms_of(found: Import) -> list[str]:
    """The engine's rooms that an import enters; where it enters none, the public name or the other folder."""
    parts = found.name.split(".")
    if parts[0] != "holdfast":
        return [parts[0]] if parts[0] in OURS else []
    if len(parts) > 1:
        return [parts[1]]
    return [name for name in found.taken if name != "__version__"] or (["holdfast"] if not found.taken else [])


def intrusions(root: Path) -> Iterator[str]:
    """Every import in scenarios/, fixtures/ and reports/ of what isn't public, or of one another, in words."""
    engine = rooms(root)
    for point, allowed in MAY_IMPORT.items():
        for file in modules(root / point):
            own = ".".join(file.relative_to(root).with_suffix("").parts[:2])
            for found in imports(file, root):
                for name in entered(found, engine):
                    if name.split(".")[0] in OURS and not any(is_part_of(name, part) for part in (own, *allowed)):
                        yield f"{found.place}: {point} may import {', '.join((PUBLIC, *allowed))}, not {name}"


def entered(found: Import, engine: set[str]) -> list[str]:
    """The modules that an import enters; none for public names. `from holdfast import run` enters holdfast.run."""
    if found.name != "holdfast" or not found.taken:
        return [found.name]
    return [f"holdfast.{name}" for name in found.taken if name in engine]


def is_part_of(name: str, package: str) -> bool:
    """reports.page.parts is a part of reports.page, under either of its import names."""
    return f"{name}.".startswith(f"{package}.") or f"{name}.".startswith(f"holdfast.{package}.")


def known_by_name(root: Path) -> Iterator[str]:
    """Every string in holdfast/ that is a launcher's or a defect's name, or leads to an extension, in words.

    Scenarios and formats have everyday names (stop, console), so that only what leads to one counts.
    """
    named: set[str] = set()
    leading: set[str] = set()
    for folder in ("fixtures/launchers", "fixtures/defects", "reports", "scenarios"):
        found = entries(root / folder)
        leading |= {f"{Path(folder).name}{mark}{name}" for name in found for mark in "/."}
        if folder.startswith("fixtures/"):
            named |= found
    for file in modules(root / "holdfast"):
        for line, text in strings(file):
            if text in named or any(lead in text for lead in leading):
                yield f"{file}:{line}: the engine knows {text!r} by name"


def entries(folder: Path) -> set[str]:
    """The names of what is found by itself in the folder of an extension point."""
    found = folder.iterdir() if folder.is_dir() else ()
    return {entry.stem for entry in found if not entry.name.startswith(("_", ".")) and entry.name != "templates"}


def test_imports_only_go_down() -> None:
    assert list(breaches(ROOT)) == []


def test_extensions_know_only_public_names_and_never_one_another() -> None:
    assert list(intrusions(ROOT)) == []


def test_the_engine_knows_no_extension_by_name() -> None:
    assert list(known_by_name(ROOT)) == []


def test_every_room_is_on_a_floor() -> None:
    assert rooms(ROOT) <= set(FLOOR_OF)


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A sound little checkout, in which each test breaks one thing."""
    files = {
        "holdfast/__init__.py": "from holdfast.world import scenario",
        "holdfast/model/cell.py": "import re",
        "holdfast/promises/judge.py": "from holdfast.model.cell import CellKey\nfrom holdfast.promises import other",
        "holdfast/world/world.py": "from holdfast.promises import judge\nimport holdfast.model.cell",
        "holdfast/cli.py": "from holdfast import __version__, run",
        "holdfast/machines/root.py": "def f():\n    from ..model import cell",
        "scenarios/click.py": "from holdfast import scenario",
        "reports/page.py": "import json\nfrom holdfast import report, model\nfrom holdfast.model.cell import CellKey",
        "reports/table/__init__.py": "from holdfast.reports.table.parts import x\nfrom .parts import x",
        "fixtures/launchers/small/app.py": "import bottle",
    }
    for name, text in files.items():
        put(tmp_path, name, text)
    return tmp_path


def put(tree: Path, name: str, text: str) -> None:
    file = tree / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)


def test_a_sound_tree_has_nothing_to_be_found(tree: Path) -> None:
    assert [*breaches(tree), *intrusions(tree), *known_by_name(tree)] == []


@pytest.mark.parametrize(
    "name, text, said",
    [
        ("model/x.py", "import holdfast.history.record", "model imports history"),
        ("model/x.py", "from holdfast import history", "model imports history"),
        ("model/x.py", "def f():\n    from ..history import x", "model imports history"),
        ("machines/x.py", "from holdfast.witnesses import x", "machines imports witnesses"),
        ("history/x.py", "from holdfast.config import load", "history imports config"),
        ("operations/x.py", "from holdfast.promises import x", "operations imports promises"),
        ("gate/x.py", "from holdfast.run import x", "gate imports run"),
        (
            "promises/x.py",
            "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import holdfast.cli",
            "imports cli",
        ),
        ("run/x.py", "from holdfast import scenario", "run imports scenario"),
        ("run/x.py", "import holdfast", "run imports holdfast"),
        ("run/x.py", "from holdfast.scenarios import click", "run imports scenarios"),
        ("run/x.py", "import fixtures.launchers.small", "run imports fixtures"),
        ("attic/x.py", "", "attic is on no floor"),
    ],
)
def test_an_import_that_goes_up_or_sideways_is_found(tree: Path, name: str, text: str, said: str) -> None:
    put(tree, f"holdfast/{name}", text)
    found = list(breaches(tree))
    assert len(found) == 1
    assert said in found[0]


@pytest.mark.parametrize(
    "name, text",
    [
        ("scenarios/x.py", "from holdfast.world import scenario"),
        ("scenarios/x.py", "from holdfast.model.path import Action"),
        ("scenarios/x.py", "from holdfast import world"),
        ("scenarios/x.py", "import holdfast"),
        ("scenarios/x.py", "from holdfast.scenarios.click import click"),
        ("scenarios/x.py", "from . import click"),
        ("reports/x.py", "from holdfast.run import run"),
        ("reports/x.py", "from holdfast import report, world"),
        ("reports/x.py", "from holdfast.reports.page import write"),
        ("reports/x.py", "import reports.page"),
        ("fixtures/launchers/x.py", "from holdfast.machines import namespace"),
    ],
)
def test_an_extension_that_knows_too_much_is_found(tree: Path, name: str, text: str) -> None:
    put(tree, name, text)
    assert len(list(intrusions(tree))) == 1


@pytest.mark.parametrize(
    "text", ['"small"', '"fixtures/launchers/small"', '"reports.page"', '"holdfast.scenarios.click"']
)
def test_an_extension_known_by_name_is_found(tree: Path, text: str) -> None:
    put(tree, "holdfast/run/x.py", f'"""Not here: small, page."""\nNAME = {text}')
    assert len(list(known_by_name(tree))) == 1
