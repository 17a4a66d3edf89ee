"""A command of a press, run to its end, and what an answer to a press is."""

import os
import select
import time
from collections.abc import Mapping
from dataclasses import dataclass

from holdfast.history.events import Outcome
from holdfast.machines.protocol import Machine, MachineError, Spawned

_PIPE = 65536  # bytes that a pipe holds at most (pipe(7))
_MOST = 1_000_000  # bytes


@dataclass(frozen=True)
class Answer:
    """What came of a press. `code`: exit code or HTTP status; `picture`: the page after a click, a PNG; `lead`:
    the seconds before the press itself began, in which a browser was started."""

    outcome: Outcome
    code: int | None
    refused: bool
    output: str
    picture: bytes | None = None
    lead: float = 0.0


def run(
    machine: Machine, argv: tuple[str, ...], cwd: str, within: float, env: Mapping[str, str] | None = None
) -> Answer:
    """Run a command to its end, for at most `within` seconds, in the login's environment changed by `env`."""
    try:
        process = machine.spawn(argv, cwd=cwd, env=env)
    except MachineError as error:
        return Answer(Outcome.IMPOSSIBLE, None, False, str(error))
    output = _read_until_it_ends(process, within)
    code = process.wait(0)
    text = output.decode(errors="replace")
    process.close()
    if code is None:
        why = f"`{' '.join(argv)}` still ran after {within:.0f} s; it said: {text[-500:]}"
        return Answer(Outcome.HUNG, None, False, why)
    return Answer(Outcome.DONE, code, code != 0, text)


def _read_until_it_ends(process: Spawned, within: float) -> bytes:
    """What it writes until it ends: what is in the pipe then is all of it, though a child that it leaves behind may go
    on writing there for ever. Of more than _MOST bytes the last ones."""
    output = bytearray()
    until = time.monotonic() + within
    open_ends = [process.fd, process.ended]
    while ready := select.select(open_ends, [], [], max(0.0, until - time.monotonic()))[0]:
        if process.fd in ready:
            chunk = os.read(process.fd, _PIPE)
            output = (output + chunk)[-_MOST:]
            if not chunk:
                open_ends.remove(process.fd)
        if process.ended in ready:
            break
    return bytes(output)
