"""The plug-in costs a user's own pytest run nothing: no engine is imported, and no folder is made."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

WITHIN = 60.0  # seconds
LIGHT = ["holdfast.model", "holdfast.model.run_name", "holdfast.plugin"]
CONFTEST = """import sys

def imported():
    return sorted(name for name in sys.modules if name.startswith("holdfast."))

def pytest_sessionfinish():
    print("\\nIMPORTED", imported())
"""
TEST = f"""from conftest import imported

def test_mine():
    assert imported() == {LIGHT}
"""


@pytest.mark.parametrize("workers", [(), ("-n2",)], ids=["alone", "with two workers"])
def test_a_users_own_tests_import_no_engine_and_leave_no_folder(tmp_path: Path, workers: tuple[str, ...]) -> None:
    (tmp_path / "conftest.py").write_text(CONFTEST)
    (tmp_path / "test_mine.py").write_text(TEST)
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST", "HOLDFAST"))}
    argv = (sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-s", *workers)
    done = subprocess.run(argv, cwd=tmp_path, env=kept, capture_output=True, text=True, timeout=WITHIN, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"IMPORTED {LIGHT}" in done.stdout
    assert not (tmp_path / ".holdfast").exists()
