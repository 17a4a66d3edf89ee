"""Lays out what a machine needs to be traced: shims in place of programs, and hooks for languages."""

import py_compile
import shlex
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_INSIDE = Path(__file__).parent / "inside"
_FOLDERS = ("/usr/local/bin", "/usr/bin", "/usr/sbin", "/bin", "/sbin")
TOOLS = ("tmux", "systemd-run", "systemctl", "pkill", "killall", "kill")


@dataclass(frozen=True)
class Layout:
    """`folder` of the host must stand at `inside` in the machine, read-only. `shims`: what to bind over which program
    (inside path -> host file). `agents`: the shim of each agent, by its name. `environment` is the login's."""

    folder: Path
    inside: str
    shims: Mapping[str, Path]
    agents: Mapping[str, Path]
    environment: Mapping[str, str]


def lay(
    folder: Path,
    *,
    inside: str,
    run: str,
    real: str,
    agents: Mapping[str, str],
    tools: Iterable[str] = TOOLS,
) -> Layout:
    """Write shims and hooks into `folder` (made if need be), for a machine that has it at `inside`.

    `run` is the machine's own path of the folder that the trace goes under; `real` that of the folder where the
    programs behind the shims stand under their names; `agents` gives each agent's name and the path of its program
    inside. Programs that the host doesn't have get no shim.
    """
    trace = f"{run}/trace"
    for name in ("shims", "aliases", "agents", "python"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    programs = _programs(tuple(tools))
    pgrep = f"{real}/pgrep" if "/usr/bin/pgrep" in programs else "/usr/bin/pgrep"
    shims = {}
    for path, aliases in programs.items():
        name = Path(path).name
        words = {"TRACE": trace, "REAL": real, "ALIASES": f"{inside}/aliases", "PROGRAM": name, "PGREP": pgrep}
        shims[path] = _write(folder / "shims" / name, "shim.dash", words, shell=True)
        for alias in aliases:
            link = folder / "aliases" / alias
            link.unlink(missing_ok=True)
            link.symlink_to(f"{real}/{name}")
    fronts = {}
    for name, program in agents.items():
        words = {"TRACE": trace, "REAL": str(Path(program).parent), "ALIASES": f"{inside}/aliases", "PROGRAM": name}
        fronts[name] = _write(folder / "agents" / name, "shim.dash", {**words, "PGREP": pgrep}, shell=True)
        if Path(program).name != name:
            raise ValueError(
                f"the agent {name!r} stands at {program}: a shim becomes a program of its own name; rename it"
            )
    _write(folder / "hook.bash", "hook.bash", {"TRACE": trace, "AGENTS": "* | *".join(agents)}, shell=True)
    _write(folder / "hook.cjs", "hook.cjs", {"TRACE": trace}, shell=False)
    hook = _write(folder / "python" / "sitecustomize.py", "sitecustomize.py", {"TRACE": trace}, shell=False)
    py_compile.compile(str(hook))  # else each Python of this version would: the folder is read-only inside
    return Layout(folder, inside, shims, fronts, environment(inside))


def environment(inside: str) -> dict[str, str]:
    """What a login must have for the hooks to be loaded. A launcher that sets one of these itself, instead of adding
    to it, loses that language's hook: its launches are then attributed by unit or argv."""
    return {
        "PYTHONPATH": f"{inside}/python",
        "BASH_ENV": f"{inside}/hook.bash",
        "NODE_OPTIONS": f"--require={inside}/hook.cjs",
    }


def prepare(run: Path) -> None:
    """Make the trace's folder under `run` (of the host) for users of any kind; what it holds already is kept."""
    trace = run / "trace"
    trace.mkdir(exist_ok=True)
    trace.chmod(0o1777)
    order = trace / "order"
    order.touch()
    order.chmod(0o666)


@cache
def _programs(tools: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
    """The host's files for `tools`, links resolved, each with the other names that lead to it: a mount over `pkill`, a
    link to `pgrep`, would come to lie over `pgrep`."""
    found = {str(path.resolve()) for tool in tools for folder in _FOLDERS if (path := Path(folder, tool)).exists()}
    names: dict[str, set[str]] = {path: set() for path in found}
    for folder in _FOLDERS:
        for entry in Path(folder).iterdir() if Path(folder).is_dir() else ():
            target = str(entry.resolve()) if entry.is_symlink() else ""
            if target in names and entry.name != Path(target).name:
                names[target].add(entry.name)
    return {path: tuple(sorted(aliases)) for path, aliases in sorted(names.items())}


def _write(path: Path, template: str, words: Mapping[str, str], *, shell: bool) -> Path:
    text = (_INSIDE / template).read_text()
    for word, value in words.items():
        text = text.replace(f"@{word}@", shlex.quote(value) if shell and word not in ("AGENTS", "PROGRAM") else value)
    path.write_text(text)
    path.chmod(0o755)
    return path
