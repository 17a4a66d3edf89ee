"""Manners that no linter knows: no sleep waits for anything, nothing is caught and forgotten, nothing is skipped."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.fast.imports import imports, modules, parse

ROOT = Path(__file__).resolve().parents[2]
CODE = ("holdfast", "scenarios", "reports", "verify")
ALL = (*CODE, "fixtures", "tests", "benchmarks", "tools")
LONGEST = 400

# Where code of others is called, which may raise anything, and the design says what becomes of it.
MAY_CATCH_ALL = {
    "holdfast/promises/judge.py": "a checker that raises makes its obligation unproven",
}

_SKIPS = frozenset({"skip", "skipif", "xfail", "importorskip", "skipTest", "skipIf", "skipUnless", "expectedFailure"})
_CATCH_ALL = frozenset({"Exception", "BaseException"})


def sleeps(root: Path) -> Iterator[str]:
    for folder in CODE:
        for file in modules(root / folder):
            for node in ast.walk(parse(file)):
                if isinstance(node, ast.Attribute) and node.attr == "sleep":
                    yield f"{file}:{node.lineno}: waits for nothing but time"
            for found in imports(file, root):
                if "sleep" in found.taken:
                    yield f"{found.place}: waits for nothing but time"


def blankets(root: Path) -> Iterator[str]:
    """Handlers that catch everything. One that ends by raising hides nothing: it says whose error it is."""
    for folder in CODE:
        for file in modules(root / folder):
            if str(file.relative_to(root)) in MAY_CATCH_ALL:
                continue
            for node in ast.walk(parse(file)):
                if (
                    isinstance(node, ast.ExceptHandler)
                    and catches_all(node)
                    and not isinstance(node.body[-1], ast.Raise)
                ):
                    yield f"{file}:{node.lineno}: catches everything and goes on"
                if isinstance(node, ast.Call) and called(node.func) == "suppress" and names(node.args) & _CATCH_ALL:
                    yield f"{file}:{node.lineno}: suppresses everything"


def catches_all(handler: ast.ExceptHandler) -> bool:
    if handler.type is None:
        return True
    types = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    return bool(names(types) & _CATCH_ALL)


def names(nodes: list[ast.expr]) -> set[str]:
    return {called(node) for node in nodes}


def called(node: ast.expr) -> str:
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def skips(root: Path) -> Iterator[str]:
    for file in modules(root / "tests"):
        for node in ast.walk(parse(file)):
            if isinstance(node, ast.Attribute) and node.attr in _SKIPS:
                yield f"{file}:{node.lineno}: {node.attr}"
        for found in imports(file, root):
            for name in _SKIPS.intersection(found.taken):
                yield f"{found.place}: {name}"


def giants(root: Path) -> Iterator[str]:
    for folder in ALL:
        for file in modules(root / folder):
            length = len(file.read_text(encoding="utf-8").splitlines())
            if length > LONGEST:
                yield f"{file}: {length} lines"


def test_no_sleep_waits_for_anything() -> None:
    assert list(sleeps(ROOT)) == []


def test_nothing_catches_everything() -> None:
    assert list(blankets(ROOT)) == []


def test_no_test_is_skipped_or_expected_to_fail() -> None:
    assert list(skips(ROOT)) == []


def test_no_file_is_too_long_to_be_read() -> None:
    assert list(giants(ROOT)) == []


def test_what_may_catch_everything_is_there() -> None:
    assert [name for name in MAY_CATCH_ALL if not (ROOT / name).is_file()] == []


@pytest.mark.parametrize(
    "check, name, text",
    [
        (sleeps, "holdfast/x.py", "import time\ntime.sleep(1)"),
        (sleeps, "reports/x.py", "from asyncio import sleep"),
        (sleeps, "scenarios/x.py", "import time\nwait = time.sleep"),
        (blankets, "holdfast/x.py", "try:\n    pass\nexcept:\n    pass"),
        (blankets, "holdfast/x.py", "try:\n    pass\nexcept Exception:\n    pass"),
        (blankets, "holdfast/x.py", "try:\n    pass\nexcept (ValueError, BaseException) as e:\n    print(e)"),
        (blankets, "holdfast/x.py", "import contextlib\nwith contextlib.suppress(Exception):\n    pass"),
        (skips, "tests/x.py", "import pytest\n@pytest.mark.skipif(True, reason='x')\ndef test_x(): ..."),
        (skips, "tests/x.py", "from pytest import skip"),
        (giants, "tests/x.py", "x = 1\n" * (LONGEST + 1)),
    ],
)
def test_bad_manners_are_found(tmp_path: Path, check: object, name: str, text: str) -> None:
    (tmp_path / name).parent.mkdir()
    (tmp_path / name).write_text(text)
    assert callable(check)
    assert len(list(check(tmp_path))) == 1


@pytest.mark.parametrize(
    "text",
    [
        "try:\n    pass\nexcept Exception as error:\n    raise ValueError('which file') from error",
        "try:\n    pass\nexcept ValueError:\n    pass",
    ],
)
def test_good_manners_are_left_alone(tmp_path: Path, text: str) -> None:
    (tmp_path / "holdfast").mkdir()
    (tmp_path / "holdfast" / "x.py").write_text(text)
    assert [*sleeps(tmp_path), *blankets(tmp_path)] == []
