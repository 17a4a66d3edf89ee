"""Where the reference launcher looks for a conversation, and what it makes of an agent's answer."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.fast.standin import make_home

REFERENCE = Path(__file__).resolve().parents[2] / "fixtures" / "launchers" / "reference"
LOOK = "import sys\nfrom fleet import agent\nprint(agent.transcript(*sys.argv[1:]))"
ANSWER = """import sys
from subprocess import CompletedProcess
from fleet import agent
print(agent.answer("api", CompletedProcess([], int(sys.argv[1]), sys.argv[2], "no such model")))
"""


def fleet(code: str, *argv: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-c", code, *argv], cwd=REFERENCE, capture_output=True, text=True)


@pytest.mark.parametrize(
    "name", ["plain", "a.b_c d-e", "ärger-𝄞", "x" * 120 + "/" + "y" * 120, "é" * 100 + "/" + "z" * 90, "link"]
)
def test_it_looks_where_the_agent_keeps(name: str, tmp_path: Path) -> None:
    home = make_home(tmp_path / "home")
    folder = home.work / name
    (home.work / "plain").mkdir(exist_ok=True)
    if name == "link":
        folder.symlink_to("plain")
    folder.mkdir(parents=True, exist_ok=True)
    home.ask("-p", "remember alpha", cwd=folder)
    (kept,) = home.config.glob("projects/*/*.jsonl")
    assert fleet(LOOK, str(home.config), str(folder), kept.stem).stdout.strip() == str(kept)


@pytest.mark.parametrize(
    ("code", "printed", "said"),
    [
        ("0", json.dumps({"type": "result", "is_error": False, "result": "done"}), "done"),
        ("1", json.dumps({"is_error": False, "result": "half"}), "did not answer (exit 1); it said: half"),
        ("0", json.dumps({"is_error": True, "session_id": "x"}), "did not answer (exit 0); it said: no such model"),
        ("0", "", "did not answer (exit 0); it said: no such model"),
        ("0", "[]", "did not answer (exit 0); it said: no such model"),
    ],
)
def test_an_answer_is_one_only_if_the_turn_came_to_its_end(code: str, printed: str, said: str) -> None:
    done = fleet(ANSWER, code, printed)
    assert (done.stdout + done.stderr).strip().endswith(said)
    assert (done.returncode == 0) == (said == "done")
