"""Programs of real agents that run by themselves: what is found on a host, and how to get what isn't."""

import os
from pathlib import Path

from holdfast.agents.protocol import AgentError

_ELF = b"\x7fELF"


def installed(name: str, variable: str, places: str, install: str) -> Path:
    """The native program of the agent `name`: the file that the environment's `variable` names, else the first match of
    the pattern `places` under the working folder. AgentError, which says the command `install`, where there is none, or
    where it is a script: a machine can't run one without what it was installed with."""
    named = os.environ.get(variable)
    programs = [Path(named)] if named else sorted(Path().glob(places))
    if not programs or not programs[0].is_file():
        where = f"at {named}, which {variable} names" if named else f"at {places}, and {variable} names no other"
        raise AgentError(f"the real {name} is not {where}. Install it with: {install}")
    program = programs[0].resolve()
    with program.open("rb") as file:
        if file.read(len(_ELF)) != _ELF:
            raise AgentError(
                f"{program} is not the native {name} but a script, which a machine can't run without what it was "
                f"installed with. Name the native program in {variable}, or install it with: {install}"
            )
    return program
