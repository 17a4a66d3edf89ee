"""A person builds up a role's session: variables, a window and a pane more, in each of them a watcher. And the look at
what is left of that in the end."""

import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, replace

from holdfast.config.launcher import Carries
from holdfast.history.events import Equipped, Inspected, Pressed
from holdfast.machines.protocol import REAL_TOOLS
from holdfast.model.seen import LiveAgent, Observation, Pane, ProcessId
from holdfast.model.working_set import Program, WorkingSet
from holdfast.operations import saving
from holdfast.operations.kill import pane_of
from holdfast.operations.leaving import await_ends
from holdfast.operations.say import Greet
from holdfast.operations.service import command, start_service
from holdfast.operations.stage import CannotGoOn, Stage
from holdfast.witnesses import tmux, working_set
from holdfast.witnesses.places import real

_DONE_WITHIN = 5.0  # seconds for what a launcher does when a window is opened


@dataclass(frozen=True)
class Equip:
    """A person equips `role`'s session, speaks to it once more, and leaves it alone until the launcher has saved: see
    Equipped."""

    role: str

    def do(self, stage: Stage) -> None:
        start_service(stage)
        first = stage.look()
        carries = stage.setting.launcher.carries or Carries()
        agent = stage.agent_of(self.role, first)
        pane = pane_of(self.role, agent, first)
        folder = _read(stage, self.role, agent, pane).folder
        _set_variables(stage, pane, carries.environment)
        argvs = _watch(stage, pane, folder)

        def watching(seen: WorkingSet) -> bool:
            return len(_of(seen, argvs)) == len(argvs)

        seen = _await(stage, lambda: _read(stage, self.role, agent, pane), watching, stage.setting.bounds.answer)
        watchers = _of(seen, argvs)
        if not watching(seen):
            raise CannotGoOn(f"role {self.role!r}: the watchers typed into panes of its session don't all run: {seen}")
        Greet(self.role).do(stage)  # meanwhile a save ends that was begun before the watchers ran
        since = time.time_ns()
        Greet(self.role).do(stage)
        chance, waited = saving.await_saved(stage, self.role, since)
        # A save may be of what was seen before the watchers ran: whoever looked by then has time to look again.
        await_ends(stage.machine, _outside_of_panes(first, stage.look()), _DONE_WITHIN)
        seen = _read(stage, self.role, agent, pane)
        event = Equipped(stage.recorder.now(), self.role, carries.parts, seen, watchers, chance, waited)
        stage.role(self.role).equipped = event
        stage.recorder.append(event)
        stage.note_launches()
        stage.observe(f"after {self.role} was equipped")


@dataclass(frozen=True)
class Inspect:
    """The last look at an equipped role's working set: as soon as all of it is back, or when the time is over in which
    a session has to be, counted from the last press."""

    role: str

    def do(self, stage: Stage) -> None:
        then = stage.role(self.role).equipped
        if then is None:
            return
        event = Inspected(stage.recorder.now(), self.role, None)
        seen = stage.look()
        if seen.agents is None or seen.panes is None:
            stage.recorder.append(replace(event, why="; ".join(seen.failures)))
            return
        try:
            agent = stage.agent_of(self.role, seen)
            pane = pane_of(self.role, agent, seen)
        except CannotGoOn as why:
            stage.recorder.append(replace(event, why=str(why), gone=True))
            return
        pressed = stage.recorder.history.all(Pressed)[-1].at
        left = stage.setting.bounds.back - (stage.recorder.now() - pressed)
        try:
            now = _await(stage, lambda: _read(stage, self.role, agent, pane), lambda now: _complete(then, now), left)
        except (CannotGoOn, OSError) as why:
            stage.recorder.append(replace(event, why=str(why)))
            return
        stage.recorder.append(replace(event, at=stage.recorder.now(), seen=now))


def _outside_of_panes(before: Observation, now: Observation) -> list[ProcessId]:
    """What has begun since `before` and runs in no pane: jobs of the launcher's, such as tmux's hooks."""
    running = now.processes or ()
    in_panes = working_set.below({pane.pid for pane in now.panes or ()}, None, running)
    known = {process.id for process in (*(before.processes or ()), *in_panes)}
    return [process.id for process in running if process.id not in known]


def _read(stage: Stage, role: str, agent: LiveAgent, pane: Pane) -> WorkingSet:
    carries = stage.setting.launcher.carries or Carries()
    try:
        return working_set.read(stage.machine.root, agent.id, pane, carries.environment, carries.state)
    except (tmux.TmuxSilent, OSError) as error:
        raise CannotGoOn(f"the working set of role {role!r} can't be seen: {error}") from error


def _set_variables(stage: Stage, pane: Pane, names: tuple[str, ...]) -> None:
    for name in names:
        _tmux(stage, pane, "set-environment", "-t", _session(pane), name, secrets.token_hex(8))


def _watch(stage: Stage, pane: Pane, folder: str) -> list[tuple[str, ...]]:
    """Two panes in a window more, in the session's folder; in the shell of each a watcher of a file there is typed."""
    place = ("-d", "-P", "-F", "#{pane_id}", "-c", folder)
    first = _tmux(stage, pane, "new-window", *place, "-t", _session(pane)).strip()
    second = _tmux(stage, pane, "split-window", *place, "-t", first).strip()
    argvs: list[tuple[str, ...]] = []
    for opened in (first, second):
        name = f"watched-{secrets.token_hex(4)}"
        (real(stage.machine.root, folder) / name).touch()
        argvs.append(("tail", "-n", "0", "-F", name))
        _tmux(stage, pane, "send-keys", "-t", opened, "-l", " ".join(argvs[-1]))
        _tmux(stage, pane, "send-keys", "-t", opened, "Enter")
    return argvs


def _session(pane: Pane) -> str:
    return f"={pane.session}:"


def _tmux(stage: Stage, pane: Pane, *words: str) -> str:
    """By the program behind the shim: what a person does is none of the launcher's launches."""
    return command(stage.machine, f"{REAL_TOOLS}/tmux", "-N", "-u", "-S", pane.socket, *words)


def _of(seen: WorkingSet, argvs: list[tuple[str, ...]]) -> tuple[Program, ...]:
    return tuple(program for program in seen.programs if program.argv in argvs)


def _complete(then: Equipped, now: WorkingSet) -> bool:
    """Whether there is nothing left to wait for."""
    had = then.seen
    state = had.state is None or (now.state is not None and now.state.keys is not None)
    return now.runs(then.watchers) and now.has_windows_of(had) and now.environment == had.environment and state


def _await(
    stage: Stage, read: Callable[[], WorkingSet], fits: Callable[[WorkingSet], bool], within: float
) -> WorkingSet:
    """What is read as soon as it fits, or after so many seconds."""
    until = time.monotonic() + within
    with stage.changes() as changes:
        while not fits(seen := read()) and time.monotonic() < until:
            changes.wait_or_look(until)
    return seen
