"""The reports: one module a format. A new file here, or in `reports/` beside holdfast.toml, is found by itself.

A report is a module with

    def render(result: RunResult, run: Path) -> None

which writes its file or folder into the run's folder `run`. The histories are already there, at `run / cell.history`
for each cell that has one. It must give the same again for a kept run: `holdfast report RUN` calls it with the result
that result.json kept. Whatever a launcher could decide (screens, output, names) is hostile: escape it.

A report for the terminal may also have either of

    def summary(result: RunResult, run: Path, colour: bool) -> str
    class Progress:
        def __init__(self, planned: int, write: Callable[[str], None], tty: bool) -> None
        def cell(self, cell: CellResult) -> None
        def close(self) -> None

The command line prints the `summary` of every report that has one, after the last cell, and feeds `Progress` with each
cell as it ends. Reports import the engine's model and history and third parties, never one another.
"""
