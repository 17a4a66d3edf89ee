"""Where the command `holdfast` starts. What Ctrl-C does, and a defect of its own, is settled before the engine."""

import os
import signal
import sys
from types import TracebackType

INTERRUPTED = "holdfast: interrupted: nothing was shown; its machines are switching off"
DEFECT = "holdfast: this is a defect of holdfast, and shows nothing of the launcher: please report it"
UNPROVEN = 3


def main() -> int:
    """The command line's exit code. Ctrl-C ends it at once, in one line."""
    signal.signal(signal.SIGINT, _end)
    sys.excepthook = _fail
    from holdfast.cli import main as command

    code = command()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the verdict is out: it is too late to take it back
    return code


def _end(signum: int, frame: object) -> None:
    """End without unwinding: a KeyboardInterrupt could come up anywhere, in a finalizer too, and nothing is cleared
    away by the run itself. Its workers end with it, and their holders switch the machines off."""
    del signum, frame
    os.write(2, f"{os.linesep if os.isatty(2) else ''}{INTERRUPTED}\n".encode())
    os._exit(UNPROVEN)


def _fail(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """Python's own exit code for what nobody caught is 1, which is `broken`."""
    sys.__excepthook__(kind, error, trace)
    print(DEFECT, file=sys.stderr, flush=True)
    os._exit(UNPROVEN)


if __name__ == "__main__":
    raise SystemExit(main())
