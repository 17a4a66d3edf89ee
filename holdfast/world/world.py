"""The world that a scenario is written with: roles, faults and presses, each a verb for one operation."""

from collections.abc import Callable
from typing import Protocol, TypeVar

from holdfast.model.path import Action
from holdfast.operations.equip import Equip
from holdfast.operations.hide import Hide, Unhide
from holdfast.operations.kill import Kill, Victim
from holdfast.operations.mislead import Lie, Mislead, TalkElsewhere
from holdfast.operations.open import Open
from holdfast.operations.power import Reboot
from holdfast.operations.press import PressOn
from holdfast.operations.say import Greet, Hold
from holdfast.operations.service import RestartService
from holdfast.operations.spoil import Heed, How, Spoil
from holdfast.operations.stage import CannotGoOn, Stage
from holdfast.operations.trusted import AwaitSave

T = TypeVar("T")


class Operation(Protocol):
    """One thing that can be done: a value, so that it can be recorded, replayed and drawn."""

    def do(self, stage: Stage) -> None: ...


class _Opened(Exception):
    """The rehearsed body opened its roles; nothing further is rehearsed."""

    def __init__(self, roles: tuple[str, ...]) -> None:
        super().__init__()
        self.roles = roles


class World:
    """Every verb is sugar for `do(operation)`; each raises CannotGoOn when the cell can't come to its end."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage

    def do(self, operation: Operation) -> None:
        operation.do(self._stage)

    def open(self, *roles: str) -> None:
        """Open the roles by the cell's birth and prove the steady state."""
        self.do(Open(roles))

    def hold(self, *roles: str) -> None:
        """Put the roles (all, if none is named) to work on a task with a child process running."""
        for role in roles or tuple(self._stage.roles):
            self.do(Hold(role))

    def say(self, *roles: str) -> None:
        """Speak to the roles' conversations once more: a new word each."""
        for role in roles:
            self.do(Greet(role))

    def press(self, *roles: str) -> None:
        """Press the cell's launch path for each of the roles; a restore is pressed once, for all."""
        press = self._stage.setting.press
        if press is None:
            raise CannotGoOn("this scenario declares press=None, so world.press has nothing to press")
        for role in [None] if press.action is Action.RESTORES else roles:
            self.do(PressOn(press, role))

    def kill(self, role: str, victim: str) -> None:
        """SIGKILL the role's agent, the first process of its pane, or its tmux server."""
        self.do(Kill(Victim(victim), role))

    def reboot(self) -> None:
        """The machine loses power and comes back."""
        self.do(Reboot())

    def restart_service(self) -> None:
        """The launcher's own service is restarted."""
        self.do(RestartService())

    def talk_elsewhere(self, role: str) -> None:
        """Another conversation is held in the role's folder, and left."""
        self.do(TalkElsewhere(role))

    def mislead(self, role: str, lie: str) -> None:
        """That other conversation's file becomes the newest: touched, copied, or opened and left."""
        self.do(Mislead(role, Lie(lie)))

    def hide(self, role: str) -> None:
        """The role's conversation is out of the agent's sight, as on a volume that isn't mounted."""
        self.do(Hide(role))

    def unhide(self, role: str) -> None:
        """It is in sight again."""
        self.do(Unhide(role))

    def equip(self, *roles: str) -> None:
        """A person builds up the roles' sessions (all, if none is named): variables, a window, a pane, watchers; the
        launcher gets its time to save that."""
        for role in roles or tuple(self._stage.roles):
            self.do(Equip(role))

    def await_save(self) -> None:
        """The launcher gets its time to save what recovery trusts or, where that was spoiled, to repair it or to raise
        its alarm."""
        self.do(AwaitSave())

    def spoil(self, how: str) -> None:
        """Everything that recovery trusts is old, empty or gone."""
        self.do(Spoil(How(how)))

    def heed(self) -> None:
        """A person who was alarmed puts back what was spoiled; one who was not alarmed doesn't know."""
        self.do(Heed())

    def wait(self, what: str, look: Callable[[], T | None], within: float) -> T:
        """What `look` returns as soon as it isn't None, within so many seconds."""
        return self._stage.wait(what, look, within)


class _Rehearsal(World):
    """A world without a machine: it finds out which roles a scenario opens, which is the first thing that it does."""

    def __init__(self) -> None:
        """No stage: nothing is done."""

    def do(self, operation: Operation) -> None:
        raise _Opened(operation.roles if isinstance(operation, Open) else ())


def roles_opened_by(body: Callable[[World], None]) -> tuple[str, ...]:
    """The roles that a scenario's body opens first; none if it does anything else before."""
    try:
        body(_Rehearsal())
    except _Opened as opened:
        return opened.roles
    return ()
