"""The run that a person makes first: every planned cell of the reference launcher, in an empty folder."""

import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.figure import Figure, of

BOUND = 60.0
_ENDS_WITHIN = 600.0


def figures(times: int) -> list[Figure]:
    """Seconds from the start of `holdfast verify` to its end, which must be `held`."""
    taken: list[float] = []
    cells: list[float] = []
    for _ in range(times):
        with tempfile.TemporaryDirectory() as folder:
            began = time.perf_counter()
            command = [sys.executable, "-m", "holdfast", "verify"]
            done = subprocess.run(
                command, cwd=folder, check=False, capture_output=True, text=True, timeout=_ENDS_WITHIN
            )
            taken.append(time.perf_counter() - began)
            if done.returncode != 0:
                raise SystemExit(
                    f"the default run ended with exit {done.returncode}, so its time shows nothing:\n{done}"
                )
            result = json.loads(Path(folder, ".holdfast", "latest", "result.json").read_text())
            cells += [cell["seconds"] for cell in result["cells"]]
    return [of("the default run", taken, "s", BOUND), of("  a cell of it", cells, "s")]
