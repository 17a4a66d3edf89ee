"""A worker's life hangs on the run's: however that ends, the worker ends, and its holder clears away after it."""

import ctypes
import os
import select
import shlex
import shutil
import signal
import sys

_PR_SET_PDEATHSIG = 1


def python() -> str:
    """The command of a worker's Python, as pytest-xdist's `--tx popen//python=…` splits it. In a session of its own:
    Ctrl-C at the terminal is the run's to answer, in one line."""
    words = (shutil.which("setsid") or "setsid", sys.executable)
    return shlex.join(words)


def end_with(run: int) -> None:
    """From now on this process is killed as soon as the thread that started it ends (prctl(2)): the main thread of the
    process `run`. If that has ended already, this process ends now."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    try:
        pidfd = os.pidfd_open(run)
    except ProcessLookupError:
        os._exit(1)
    if select.select([pidfd], [], [], 0)[0]:
        os._exit(1)
    os.close(pidfd)
