"""Commands that may change nothing but one folder: each runs in a machine that is made for it and thrown away."""

from pathlib import Path

from holdfast.machines import Holder
from holdfast.machines.protocol import Blueprint

_LOG = "output"


def in_throw_away_machine(
    argv: tuple[str, ...], holder: Holder, home: Path, cwd: str, *, network: bool, within: float
) -> str | None:
    """Run the command with `home` as its home, in the folder `cwd` inside; with the network that the host has, or none.
    None if it ended with exit 0, else in words how it ended and what it said."""
    machine = holder.machine(Blueprint(kind="namespace", home=home, network=network))
    try:
        machine.boot()
        said_to = f"/run/holdfast/{_LOG}"
        process = machine.spawn(("/bin/sh", "-c", f'exec "$@" >{said_to} 2>&1 </dev/null', "run", *argv), cwd=cwd)
        code = process.wait(within)
        process.close()
        said = (machine.run / _LOG).read_text(errors="replace")[-1500:].strip()
    finally:
        machine.close()
    if code == 0:
        return None
    ended = f"did not end within {within:.0f} s" if code is None else f"ended with exit {code}"
    return f"{ended}: {said or 'it said nothing'}"
