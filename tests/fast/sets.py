"""Working sets and saves written for tests of what a session carries and recovery trusts."""

from dataclasses import replace

from holdfast.history.events import Equipped, Inspected, Trusted
from holdfast.history.record import History
from holdfast.model.save import Alarm, Save
from holdfast.model.seen import ProcessId
from holdfast.model.working_set import Program, StateFile, Window, WorkingSet
from tests.fast.histories import Play

FOLDER = "/home/dev/work/api"
ALL_PARTS = ("folder", "environment", "watchers", "state")
WATCHERS = tuple(
    Program(ProcessId(900 + n, 9000 + n), ("tail", "-n", "0", "-F", f"watched-{n}"), FOLDER) for n in (1, 2)
)
SET = WorkingSet(
    socket="/tmp/tmux-1000/default",
    session="api",
    folder=FOLDER,
    windows=(Window(0, "claude", 1), Window(1, "bash", 2)),
    programs=WATCHERS,
    environment=(("NODE_ENV", "d1"), ("PORT", "d2")),
    state=StateFile(f"{FOLDER}/.agent-session.json", "aa", ("task", "next")),
)


def equipped(play: Play, carries: tuple[str, ...] = ALL_PARTS, *, chance: bool = True) -> None:
    """The role api has the whole set; its watchers are processes of the play."""
    parent = play.holder("api").id.pid
    watchers = tuple(replace(one, id=play.process(one.argv, parent)) for one in WATCHERS)
    play.events.append(Equipped(play.tick(), "api", carries, SET, watchers, chance, "waited 30 s for a save"))


def lost_and_back(play: Play) -> None:
    play.kill_server()
    with play.press("api"):
        play.comes_back("api")


def set_after(now: WorkingSet | None, carries: tuple[str, ...] = ALL_PARTS, *, chance: bool = True) -> History:
    """The role is equipped, lost and brought back, and has the set `now`."""
    play = Play(promises=("equipped",)).open()
    equipped(play, carries, chance=chance)
    lost_and_back(play)
    inspected(play, now)
    return play.close()


def inspected(play: Play, now: WorkingSet | None, why: str = "", *, gone: bool = False) -> None:
    play.events.append(Inspected(play.tick(), "api", now, why, gone))


SOUND = Save("~/.fleet/registry.db", "~/.fleet/registry.db", 3.0, None)
OLD = replace(SOUND, age=1201.0)
EMPTY = replace(SOUND, flaw="is empty")
GONE = Save("~/.fleet/registry.db", None, None, "is not there")
SILENT = Alarm("bin/fleet check", False, "exit 0")
RAISED = Alarm("bin/fleet check", True, "exit 1: the save is 1201 s old")
MUTE = Alarm("bin/fleet check", None, "no such program")


def trusted(save: Save, alarm: Alarm | None, *, spoiled: bool = True, since: float = 700.0) -> Trusted:
    """A look at one save of a launcher that allows itself 600 s."""
    moment = "after the fault" if spoiled else "after the sessions were opened"
    return Trusted(1.0, moment, spoiled, since, 600.0, (SOUND, save), alarm)


def history_of(*looks: Trusted) -> History:
    play = Play(promises=("fresh",)).open()
    for look in looks:
        play.events.append(replace(look, at=play.tick()))
    with play.press("api"):
        pass
    return play.close()
