"""The model of the real agents: a server of the suite's own, which needs no network."""

from collections.abc import Mapping
from pathlib import Path

from holdfast.agents.profile import Given
from holdfast.agents.protocol import Outfit

INSIDE = "/opt/holdfast/model"
PORT = 8399
URL = f"http://127.0.0.1:{PORT}"


def outfit(
    given: Given, environment: Mapping[str, str], program: Path | None = None, binds: tuple[tuple[Path, str], ...] = ()
) -> Outfit:
    """What a machine needs for an agent that asks the model: `program` instead of its own, where that can't be run as
    it is, and `binds` beside the model's."""
    return Outfit(
        program=program or given.program,
        binds=((given.suite / "model", INSIDE), *binds),
        environment=environment,
        service=("/usr/bin/python3", "-IS", INSIDE, str(PORT)),
        port=PORT,
    )
