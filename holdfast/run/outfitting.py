"""What of an agent is bound into a machine."""

import py_compile
from functools import cache
from pathlib import Path

from holdfast.agents.protocol import Outfit
from holdfast.machines.protocol import Bind
from holdfast.machines.root import interpreter
from holdfast.run import tree

_FRONT = """\
#!{interpreter} -IS
import marshal
with open(__file__ + "c", "rb") as compiled:
    compiled.seek(16)  # what importlib has written before the code
    code = marshal.load(compiled)
exec(code)
"""


def binds(outfit: Outfit, inside: str, folder: Path) -> tuple[Bind, ...]:
    """The agent's program at `inside`, and what else it needs. `folder` is for what is made of it, once for a
    process."""
    more = tuple(Bind(outside, place) for outside, place in outfit.binds)
    if not outfit.compiled:
        return Bind(outfit.program, inside), *more
    front = _compiled(outfit.program, folder)
    return Bind(front, inside), Bind(front.with_name(f"{front.name}c"), f"{inside}c"), *more


@cache
def _compiled(program: Path, folder: Path) -> Path:
    """A front that runs the program's code, which lies beside it. Python compiles its main file anew at each start:
    that is half of a stand-in's, of which a default run has some five hundred."""
    front = tree.fresh(folder, "agent") / program.name
    front.write_text(_FRONT.format(interpreter=interpreter()))
    front.chmod(0o755)
    py_compile.compile(str(program), cfile=f"{front}c", doraise=True)
    return front
