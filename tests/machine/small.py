"""A launcher of a dozen lines, for tests that change one of them; and cells of it, run by the real runner."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from holdfast.config.load import load
from holdfast.history.events import Asked
from holdfast.history.record import History, read
from holdfast.machines import Holder
from holdfast.model.cell import CellResult, Obligation
from holdfast.operations.bounds import Bounds
from holdfast.run.cell import Revision, run_cell
from holdfast.run.plan import Choice, PlannedCell, plan
from holdfast.run.scenarios import scenarios
from holdfast.sweep import sweep
from holdfast.world.scenario import Scenario
from tests.standins import USUAL, standin

ROOT = Path(__file__).resolve().parents[2]
SOON = Bounds(ready=10.0, answer=15.0, back=4.0, press=20.0, save=3.0)
"""An agent answers within a tenth of a second; a test need not wait as long as a person for one that doesn't."""

TOML = """
[launcher]
name = "small"
source = "."
machines = ["namespace"]
attach = ["sh", "launcher", "attach", "{role}"]

[agent]
kind = "claude"

[[launch_path]]
name = "cli"
starts = { run = ["sh", "launcher", "start", "{role}"] }
resumes = { run = ["sh", "launcher", "resume", "{role}"] }
"""

VERBS: dict[str, str] = {
    "start": """
        mkdir -p "$folder" && new >"$HOME/$role.id"
        window --session-id "$(cat "$HOME/$role.id")" """,
    "resume": """
        tmux has-session -t "=$role" || window --resume "$(cat "$HOME/$role.id")" """,
    "attach": """
        exec tmux attach-session -t "=$role" """,
}
"""What the launcher's commands do. A test gives others in their place."""

_PRELUDE = """
role=$2 folder=$HOME/work/$2
transcripts=$HOME/.claude/projects/-home-dev-work-$2
new() { cat /proc/sys/kernel/random/uuid; }
window() { tmux new-session -d -s "$role" -c "$folder" claude "$@"; }
"""


def write(folder: Path, toml: str = TOML, **verbs: str) -> Path:
    """The launcher in `folder`, with other `verbs` where they are given. Its holdfast.toml."""
    folder.mkdir(parents=True, exist_ok=True)
    cases = "".join(f"{verb}) {text.rstrip()}\n;;\n" for verb, text in {**VERBS, **verbs}.items())
    (folder / "launcher").write_text(f"{_PRELUDE}case $1 in\n{cases}esac\n")
    file = folder / "holdfast.toml"
    file.write_text(toml)
    return file


@dataclass(frozen=True)
class Ran:
    """A cell that ran, with its history."""

    result: CellResult
    history: History

    def obligation(self, role: str, promise: str) -> Obligation:
        return next(o for o in self.result.obligations if (o.role, o.promise) == (role, promise))

    def final(self, role: str) -> Asked:
        """The asking of the role that is judged."""
        return next(asked for asked in self.history.all(Asked) if asked.final and asked.role == role)

    @property
    def broken(self) -> Mapping[tuple[str, str], str]:
        """What is broken and not masked, (role, promise) to symptom."""
        return {
            (o.role, o.promise): str(o.symptom)
            for o in self.result.obligations
            if o.verdict == "broken" and not o.masked
        }


def run(holder: Holder, file: Path, of: Scenario | str, bounds: Bounds = SOON, version: str = USUAL) -> Ran:
    """Run the cell of that scenario which is born by the first press and pressed by the first that fits."""
    launcher = load(file)
    known = {known.name: known for known in scenarios(None)}
    wanted = known[of] if isinstance(of, str) else of
    agent = standin(version)
    cell = first(plan(launcher, [wanted], agent.kind, Choice()))
    units = sorted({unit for pattern in launcher.units for unit in launcher.source.glob(pattern)})
    revision = Revision(launcher, launcher.source, sweep(launcher.source, units).sites)
    into = file.parent.parent / "histories"
    into.mkdir(exist_ok=True)
    result = run_cell(cell, revision, agent, holder, into, bounds)
    return Ran(result, read(into / f"{cell.key.id}.jsonl"))


def first(cells: tuple[PlannedCell, ...]) -> PlannedCell:
    assert cells, "the launcher has no cell of this scenario"
    return cells[0]
