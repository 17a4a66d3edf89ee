"""Extension points find every module, refuse two of one name, and say which file is at fault."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import holdfast
from holdfast.extensions import ExtensionError, discover

POINT = "zz_point"


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """holdfast has one more extension point, with two modules; what a test imports isn't there for the next one."""
    before = set(sys.modules)
    monkeypatch.setattr(holdfast, "__path__", [*holdfast.__path__, str(tmp_path / "installed")])
    own = tmp_path / "installed" / POINT
    for name in ("__init__.py", "own_b.py", "own_a.py"):
        put(own, name)
    yield own
    for name in set(sys.modules) - before:
        del sys.modules[name]


@pytest.fixture
def beside(own: Path) -> Path:
    """A user's folder, with a place for modules of the same extension point."""
    return own.parent.parent / "user"


def put(folder: Path, name: str, text: str = "") -> Path:
    file = folder / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)
    return file


def write(beside: Path, name: str, text: str = "") -> Path:
    return put(beside / POINT, name, text)


def names(beside: Path | None) -> list[str]:
    return [module.__name__.removeprefix(f"holdfast.{POINT}.") for module in discover(POINT, beside)]


def test_a_file_beside_the_configuration_is_found_under_the_one_import_name(beside: Path) -> None:
    write(beside, "zz_of_a_user.py", "ANSWER = 42")
    module = discover(POINT, beside)[-1]
    assert module.__name__ == "holdfast.zz_point.zz_of_a_user"
    assert module.ANSWER == 42
    assert sys.modules["holdfast.zz_point.zz_of_a_user"] is module


@pytest.mark.usefixtures("own")
def test_the_own_modules_are_found_without_any_configuration() -> None:
    assert names(None) == ["own_a", "own_b"]


def test_modules_come_sorted_by_name(beside: Path) -> None:
    for name in ("zz.py", "aa.py", "own_aa/__init__.py"):
        write(beside, name)
    assert names(beside) == ["aa", "own_a", "own_aa", "own_b", "zz"]


def test_a_module_is_imported_once(beside: Path) -> None:
    write(beside, "zz_counted.py", "import sys\nsys.zz_counted = getattr(sys, 'zz_counted', 0) + 1\n")
    first = discover(POINT, beside)[-1]
    assert discover(POINT, beside)[-1] is first
    assert sys.zz_counted == 1  # type: ignore[attr-defined]


def test_another_users_module_of_the_same_name_is_not_mistaken_for_the_first(beside: Path, tmp_path: Path) -> None:
    write(beside, "zz_mine.py", "WHOSE = 'first'")
    write(tmp_path / "other", "zz_mine.py", "WHOSE = 'second'")
    assert discover(POINT, beside)[-1].WHOSE == "first"
    assert discover(POINT, tmp_path / "other")[-1].WHOSE == "second"


def test_a_package_counts_as_one_module_and_can_import_its_own_parts(beside: Path) -> None:
    write(beside, "zz_pack/__init__.py", "from holdfast.zz_point.zz_pack.part import PART")
    write(beside, "zz_pack/part.py", "PART = 1")
    assert discover(POINT, beside)[-1].PART == 1


def test_private_names_and_other_files_are_left_out(beside: Path) -> None:
    for name in ("_private.py", ".hidden.py", "notes.md", "folder/without_init.py"):
        write(beside, name, "raise AssertionError")
    assert names(beside) == ["own_a", "own_b"]


@pytest.mark.usefixtures("own")
def test_no_folder_beside_the_configuration_is_no_mistake(tmp_path: Path) -> None:
    assert names(tmp_path) == ["own_a", "own_b"]


def test_the_same_folder_reached_twice_is_searched_once(own: Path) -> None:
    assert names(own.parent) == ["own_a", "own_b"]


def test_two_modules_of_one_name_are_refused_with_both_paths(beside: Path) -> None:
    file, package = write(beside, "zz_twice.py"), write(beside, "zz_twice/__init__.py")
    with pytest.raises(ExtensionError, match="two modules called 'zz_twice'") as refused:
        discover(POINT, beside)
    assert str(file) in str(refused.value)
    assert str(package) in str(refused.value)


def test_a_users_module_never_hides_one_of_holdfast(own: Path, beside: Path) -> None:
    user = write(beside, "own_a.py")
    with pytest.raises(ExtensionError, match="two modules called 'own_a'") as refused:
        discover(POINT, beside)
    assert str(own / "own_a.py") in str(refused.value)
    assert str(user) in str(refused.value)


@pytest.mark.parametrize(
    "text, line, reason",
    [
        ("x = 1\nx = 1 / 0\n", 2, "ZeroDivisionError: division by zero"),
        ("\n\ndef x(:\n", 3, "SyntaxError"),
        ("def f():\n    raise SystemExit(3)\nf()\n", 2, "SystemExit: 3"),
        ("import holdfast_has_no_such_thing\n", 1, "No module named 'holdfast_has_no_such_thing'"),
    ],
)
def test_a_module_that_fails_is_named_with_line_and_reason(beside: Path, text: str, line: int, reason: str) -> None:
    file = write(beside, "zz_fails.py", text)
    with pytest.raises(ExtensionError) as refused:
        discover(POINT, beside)
    assert str(refused.value).startswith(f"{file}:{line}: the module fails while it is imported: ")
    assert reason in str(refused.value)
    assert "holdfast.zz_point.zz_fails" not in sys.modules


def test_a_name_that_cannot_be_imported_is_refused(beside: Path) -> None:
    write(beside, "resume-click.py")
    with pytest.raises(ExtensionError, match="'resume-click' can't be a module's name"):
        discover(POINT, beside)


def test_no_folder_of_the_checkout_hides_a_module_of_the_engine() -> None:
    root = Path(__file__).resolve().parents[2]
    engine = {entry.stem for entry in (root / "holdfast").iterdir()}
    assert engine.isdisjoint({"verify", "scenarios", "contracts", "fixtures", "reports"})
