"""holdfast verifies launchers of coding agents: does every session survive, and does every pane lead to its own?"""

from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

__version__ = "0.1.0"

_ROOT = Path(__file__).resolve().parent.parent
if (_ROOT / "pyproject.toml").is_file() and (_ROOT / "scenarios").is_dir():
    # A checkout: verify/, scenarios/, contracts/, fixtures/ and reports/ have the same import names here as in a wheel.
    __path__.append(str(_ROOT))

# The public names. What they need is imported at their first use: the plug-in is loaded in every pytest run of a user.
if TYPE_CHECKING:
    from holdfast.conform.contract import DISK, ROOT, Unlike, contract
    from holdfast.conform.subject import Subject
    from holdfast.promises import Promise
    from holdfast.world.scenario import RESTORES, RESUMES, STOPS, scenario
    from holdfast.world.world import World

    clean: Promise
    continues: Promise
    equipped: Promise
    fresh: Promise
    loud: Promise
    mapped: Promise
    prompt: Promise
    single: Promise
    survives: Promise

_HOMES = {
    "DISK": "holdfast.conform.contract",
    "RESTORES": "holdfast.world.scenario",
    "RESUMES": "holdfast.world.scenario",
    "ROOT": "holdfast.conform.contract",
    "STOPS": "holdfast.world.scenario",
    "Subject": "holdfast.conform.subject",
    "Unlike": "holdfast.conform.contract",
    "World": "holdfast.world.world",
    "contract": "holdfast.conform.contract",
    "scenario": "holdfast.world.scenario",
}
__all__ = [
    "DISK",
    "RESTORES",
    "RESUMES",
    "ROOT",
    "STOPS",
    "Subject",
    "Unlike",
    "World",
    "clean",
    "continues",
    "contract",
    "equipped",
    "fresh",
    "loud",
    "mapped",
    "prompt",
    "scenario",
    "single",
    "survives",
]


def __getattr__(name: str) -> object:
    """A public name, imported when it is first wanted (PEP 562): a word of the world, or a promise."""
    if name in _HOMES:
        return getattr(import_module(_HOMES[name]), name)
    if name in __all__:
        return import_module("holdfast.promises").promise(name)
    raise AttributeError(f"holdfast has no public name {name!r}; there are: {', '.join(__all__)}")
