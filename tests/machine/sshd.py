"""OpenSSH's server for tests: the host's own; where it has none, out of Debian's packages, unpacked and not installed:
an installed one would listen on the machine of whoever runs the tests."""

import contextlib
import os
import shutil
import subprocess
from pathlib import Path

from holdfast.machines.protocol import Bind

OWN = Path("/usr/sbin/sshd")
UNPACKED = Path(__file__).resolve().parents[2] / ".holdfast" / "sshd"
INSIDE = "/opt/sshd"
DOWNLOAD_BOUND = 120.0


def obtainable() -> bool:
    """Whether ssh is here, and sshd either is or can be had."""
    has = shutil.which
    return bool(has("ssh")) and (OWN.exists() or UNPACKED.exists() or all(map(has, ("apt-get", "dpkg-deb"))))


def sshd() -> tuple[str, tuple[Bind, ...]]:
    """The command that serves one connection on its standard input, and what it needs in a machine."""
    if OWN.exists():
        return str(OWN), ()
    if not UNPACKED.exists():
        _unpack(UNPACKED)
    libraries = ":".join(
        f"{INSIDE}/{path.relative_to(UNPACKED)}" for path in UNPACKED.glob("usr/lib/*") if path.is_dir()
    )
    return f"env LD_LIBRARY_PATH={libraries} {INSIDE}/usr/sbin/sshd", (Bind(UNPACKED, INSIDE),)


def _unpack(into: Path) -> None:
    partial = into.with_name(f"{into.name}.{os.getpid()}")
    partial.mkdir(parents=True)
    for package in ("openssh-server", "libwrap0"):
        done = subprocess.run(
            ["apt-get", "-o", "APT::Sandbox::User=root", "download", package],
            cwd=partial,
            capture_output=True,
            text=True,
            timeout=DOWNLOAD_BOUND,
        )
        said = done.stderr.strip()
        assert done.returncode == 0, (
            f"no /usr/sbin/sshd here, and `apt-get download {package}` failed: {said}. Install one"
        )
    for file in partial.glob("*.deb"):
        subprocess.run(["dpkg-deb", "-x", file, partial], check=True)
    with contextlib.suppress(OSError):  # another worker was first
        partial.rename(into)
