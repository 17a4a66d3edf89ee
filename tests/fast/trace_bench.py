"""A place where shims and hooks work without a machine: PATH leads to the shims, the "real" programs note how they
ran."""

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from holdfast.witnesses import trace

_NOTE = '#!/bin/dash\nprintf "%s\\0" "$@" >>"@OUT@"\nprintf "\\n--\\n" >>"@OUT@"\nexit 7\n'
_BECOME = '#!/bin/dash\nwhile [ "${1#-}" != "$1" ]; do shift; done\nexec "$@"\n'


@dataclass(frozen=True)
class Bench:
    """`run` is where the trace goes, `source` a folder for the launcher's files, `ran` what the real programs note."""

    run: Path
    source: Path
    ran: Path
    environment: Mapping[str, str]

    def start(self, argv: Sequence[str | bytes], **environment: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            argv,
            cwd=self.source,
            env={**self.environment, **environment},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    def python(self, text: str, name: str = "fleet.py") -> subprocess.CompletedProcess[str]:
        (self.source / name).write_text(text)
        return self.start([sys.executable, str(self.source / name)])

    def bash(self, text: str, *arguments: str, name: str = "fleet.sh") -> subprocess.CompletedProcess[str]:
        (self.source / name).write_text(text)
        return self.start(["bash", str(self.source / name), *arguments])

    def launches(self) -> tuple[trace.Traced, ...]:
        return trace.Reader(self.run).new()

    def places(self) -> list[tuple[str, ...]]:
        """Of each launch: its program, and file:line:symbol of its innermost frame ("" without one)."""
        return [
            (one.launch.tool, f"{Path(top.file).name}:{top.line}:{top.symbol}" if (top := _first(one)) else "")
            for one in self.launches()
        ]


def _first(traced: trace.Traced) -> trace.Frame | None:
    return traced.frames[0] if traced.frames else None


def make(folder: Path) -> Bench:
    real, run, source, ran = (folder / name for name in ("real", "run", "source", "ran"))
    for made in (real, run, source):
        made.mkdir()
    for tool in ("tmux", "systemctl", "claude", "killall", "kill"):
        program = real / tool
        program.write_text(_NOTE.replace("@OUT@", str(ran)))
        program.chmod(0o755)
    (real / "systemd-run").write_text(_BECOME)
    (real / "systemd-run").chmod(0o755)
    (real / "pgrep").symlink_to("/usr/bin/pgrep")
    inside = folder / "inside"
    layout = trace.lay(
        inside, inside=str(inside), run=str(run), real=str(real), agents={"claude": str(real / "claude")}
    )
    # No test may run the real pkill, which would search the whole host: behind its shim stands a program that notes.
    (inside / "aliases" / "pkill").unlink()
    (inside / "aliases" / "pkill").symlink_to(real / "killall")
    (inside / "shims" / "pkill").symlink_to("pgrep")
    trace.prepare(run)
    path = f"{inside}/shims:{inside}/agents:{os.environ['PATH']}"
    return Bench(run, source, ran, {"PATH": path, "HOME": str(folder), "LANG": "C.UTF-8", **layout.environment})
