"""The command line's exit codes are verdicts: what is none must not look like one."""

import subprocess
import sys

from holdfast.__main__ import DEFECT, UNPROVEN

FAILS = """
import sys
from holdfast import cli
from holdfast.__main__ import main

def fails(options):
    raise RuntimeError("never meant to be")

cli._COMMANDS["sites"] = fails
sys.argv = ["holdfast", "sites"]
raise SystemExit(main())
"""


def test_a_defect_of_holdfasts_own_is_no_verdict() -> None:
    """Python ends with 1, which is `broken`."""
    done = subprocess.run([sys.executable, "-c", FAILS], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (UNPROVEN, "")
    assert "RuntimeError: never meant to be" in done.stderr
    assert done.stderr.endswith(f"{DEFECT}\n")
