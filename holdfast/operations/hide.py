"""A conversation out of sight for a while: its volume isn't mounted, its folder can't be reached. What is pressed then
fails; what is pressed afterwards must go on."""

from dataclasses import dataclass
from pathlib import Path

from holdfast.operations.stage import CannotGoOn, Stage

_AWAY = ".away"
"""Added to the file's name: agents take names that end in .jsonl only for conversations."""


@dataclass(frozen=True)
class Hide:
    """The file of `role`'s conversation gets a name that no agent reads; its bytes and times stay."""

    role: str

    def do(self, stage: Stage) -> None:
        role, name = stage.role(self.role), f"{self.role}'s conversation is out of sight"
        stage.observe(f"before {name}")
        file = Path(stage.transcript(role.session).path)
        role.hidden = file.rename(file.with_name(file.name + _AWAY))
        stage.note_fault(name, not file.exists(), f"{file} is called {role.hidden.name}")


@dataclass(frozen=True)
class Unhide:
    """The file has its name again. CannotGoOn if another stands there: to put that away would undo what was done."""

    role: str

    def do(self, stage: Stage) -> None:
        role, name = stage.role(self.role), f"{self.role}'s conversation is in sight again"
        if role.hidden is None:
            raise CannotGoOn(f"the conversation of role {self.role!r} is not hidden. Call world.hide first")
        file = role.hidden.with_name(role.hidden.name.removesuffix(_AWAY))
        if file.exists():
            raise CannotGoOn(f"{file} was made anew while it was out of sight: whose turns are to stay can't be said")
        role.hidden.rename(file)
        role.hidden = None
        stage.note_fault(name, file.exists(), f"{file} is back")
