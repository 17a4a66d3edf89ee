"""Shims bound over programs, as a machine has them: an absolute path is seen too, and a link's target stays itself."""

import shutil
import subprocess
from pathlib import Path

from holdfast.witnesses import trace

RUN = "/run/holdfast"


def test_absolute_paths_and_links_to_a_shimmed_program(tmp_path: Path) -> None:
    bwrap = shutil.which("bwrap")
    assert bwrap is not None
    folder, run = tmp_path / "inside", tmp_path / "run"
    run.mkdir()
    layout = trace.lay(folder, inside="/opt/holdfast/trace", run=RUN, real="/opt/holdfast/real", agents={})
    trace.prepare(run)
    binds = [word for path in layout.shims for word in ("--ro-bind", path, f"/opt/holdfast/real/{Path(path).name}")]
    binds += [word for path, shim in layout.shims.items() for word in ("--ro-bind", str(shim), path)]
    script = (
        "/usr/bin/tmux -V; /bin/tmux -L x new-session -d -s api 'exec cat'; tmux -L x ls -F '#{session_name}'; "
        "mkfifo /tmp/up; yes >/tmp/up & exec 3</tmp/up; read first <&3; "
        "/usr/bin/pkill -x yes; wait $!; echo $?; tmux -L x kill-server"
    )
    command = [bwrap, "--unshare-all", "--die-with-parent", "--ro-bind", "/usr", "/usr", "--symlink", "usr/bin", "/bin"]
    command += ["--symlink", "usr/lib", "/lib", "--symlink", "usr/lib64", "/lib64", "--proc", "/proc", "--dev", "/dev"]
    command += [
        "--tmpfs",
        "/tmp",
        "--bind",
        str(run),
        RUN,
        "--ro-bind",
        str(folder),
        layout.inside,
        *binds,
        "--clearenv",
    ]
    command += ["--setenv", "PATH", "/usr/bin:/bin", "--setenv", "LANG", "C.UTF-8", "/bin/dash", "-c", script]
    done = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)
    assert done.stdout.split("\n")[1:] == ["api", "143", ""]
    assert done.stderr in ("", "Terminated\n")  # dash says so only if it notices before it waits
    launches = [traced.launch for traced in trace.Reader(run).new()]
    assert [launch.tool for launch in launches] == ["tmux", "tmux", "tmux", "pkill", "tmux"]
    assert [launch.verb for launch in launches] == ["other", "start", "other", "signal", "kill"]
    assert len(launches[3].targets) == 1
