"""Where the command `holdfast` starts. What Ctrl-C does is settled before the engine is imported."""

import os
import signal

INTERRUPTED = "holdfast: interrupted: nothing was shown; its machines are switching off"
UNPROVEN = 3


def main() -> int:
    """The command line's exit code. Ctrl-C ends it at once, in one line."""
    signal.signal(signal.SIGINT, _end)
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


if __name__ == "__main__":
    raise SystemExit(main())
