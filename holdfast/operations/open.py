"""How the sessions of a cell come to be: its birth."""

from dataclasses import dataclass

from holdfast.config.launcher import Launcher
from holdfast.model.path import Action, Press
from holdfast.operations import bystander
from holdfast.operations.kill import Kill, Victim
from holdfast.operations.power import Reboot
from holdfast.operations.press import PressOn
from holdfast.operations.say import Greet
from holdfast.operations.stage import CannotGoOn, Role, Stage


@dataclass(frozen=True)
class Open:
    """Open `roles` by the cell's birth, the first one cold; each then proves itself to a person: the steady state.

    Born by `resumes`: started, spoken to, the server killed, resumed; what was dispatched has ended by itself. Born by
    `restores`: started, spoken to, rebooted, restored. A bystander is there then, too.
    """

    roles: tuple[str, ...]

    def do(self, stage: Stage) -> None:
        birth = stage.setting.birth
        for name in self.roles:
            stage.roles[name] = Role(name)
        start = first_start(stage.setting.launcher, birth)
        for name in self.roles:
            PressOn(start, name, looks=False).do(stage)
        if birth.action is not Action.STARTS:
            for name in self.roles:
                Greet(name).do(stage)
            _born_again(stage, birth, self.roles)
        bystander.begin(stage)  # after the births: the first of them is to be cold
        for name in self.roles:
            Greet(name).do(stage)
        bystander.settle(stage)


def first_start(launcher: Launcher, birth: Press) -> Press:
    """The press that starts the sessions of a birth: its own path's where it has one, else the first declared."""
    starts = [p for p in launcher.presses if p.action is Action.STARTS and p.dispatches == birth.dispatches]
    return next((press for press in starts if press.path == birth.path), starts[0])


def _born_again(stage: Stage, birth: Press, roles: tuple[str, ...]) -> None:
    if birth.action is Action.RESUMES:
        if not birth.dispatches:
            Kill(Victim.SERVER, roles[0]).do(stage)
        for name in roles:
            PressOn(birth, name, looks=False).do(stage)
    elif birth.action is Action.RESTORES:
        Reboot().do(stage)
        PressOn(birth, None, looks=False).do(stage)
    else:
        raise CannotGoOn(f"nothing is born by {birth.action}; births are by starts, resumes and restores")
