"""What recovery trusts, and the launcher's alarm over it: looked at, and waited for."""

import http.client
import re
import time
from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from holdfast.config.launcher import AlarmKind
from holdfast.history.events import Outcome, Pressed, Trusted
from holdfast.machines.protocol import HOME, MachineError
from holdfast.model.save import Alarm, Save
from holdfast.operations.command import run
from holdfast.operations.http import fetch
from holdfast.operations.service import start_service
from holdfast.operations.stage import CannotGoOn, Stage
from holdfast.witnesses import places, saves
from holdfast.witnesses.changes import Changes

_ALARM_ANSWERS_WITHIN = 10.0  # seconds
_SAID = 300  # characters of its answer that are kept

Found = tuple[tuple[Save, ...], Alarm | None]


@dataclass(frozen=True)
class AwaitSave:
    """The launcher gets its time: to save the sessions that were opened or, where what it trusts was spoiled, to repair
    that or to raise its alarm. What came of it is written down."""

    def do(self, stage: Stage) -> None:
        start_service(stage)
        stage.note_launches()
        spoiled = bool(stage.spoiled)
        found, alarm = _await(stage, spoiled, time.monotonic() + stage.setting.bounds.save)
        now = stage.recorder.now()
        since = now - min(pressed.began for pressed in stage.recorder.history.all(Pressed))
        moment = "after it was spoiled" if spoiled else "after the sessions were opened"
        stage.recorder.append(Trusted(now, moment, spoiled, since, max_age(stage), found, alarm))
        stage.alarmed = alarm is not None and alarm.raised is True
        stage.note_launches()


def max_age(stage: Stage) -> float:
    """Seconds. A scenario that needs it is planned only where it is declared."""
    declared = stage.setting.launcher.max_age
    if declared is None:
        raise CannotGoOn("the launcher declares no max_age: how old a save may be can't be told. Add it")
    return declared


def inside(stage: Stage, path: str) -> str:
    """The absolute path, in the machine, of one that was declared."""
    if path == "~" or path.startswith("~/"):
        return HOME + path[1:]
    return path if path.startswith("/") else f"{stage.folder}/{path}"


def look(stage: Stage) -> tuple[Save, ...]:
    """What the witness sees of everything that is trusted. OSError where it can't be told."""
    return tuple(save for path in stage.setting.launcher.trusts for save in look_at(stage, path))


def look_at(stage: Stage, path: str) -> list[Save]:
    """Of a pattern whose files bear the name of a role, once seen, the newest of every role's: the first one's save is
    there before the others'. Else the newest of all."""
    root, pattern = stage.machine.root, inside(stage, path)
    by_role = stage.saved_by_role.setdefault(path, set())
    for place, _ in places.matches(root, pattern):
        if any(bears(stage, role, path, place) for role in stage.roles):
            by_role.update(stage.roles)
    if not by_role:
        return [saves.read(root, path, pattern)]
    return [
        saves.read(root, f"{path} of {role}", pattern, partial(bears, stage, role, path)) for role in sorted(by_role)
    ]


def bears(stage: Stage, role: str, path: str, place: str) -> bool:
    """Whether the file at `place`, one of those that the pattern `path` names, bears the name of the role or of its
    conversation: a launcher may save each role by itself."""
    session = stage.role(role).session
    names = [role] if session is None else [role, session]
    words = "|".join(rf"(?<![A-Za-z0-9]){re.escape(name)}(?![A-Za-z0-9])" for name in names)
    return re.search(words, places.varying(inside(stage, path), place)) is not None


def folders(stage: Stage, *others: str) -> Iterable[Path]:
    """Where a change to what is trusted, or to one of the `others`, would show."""
    declared = [inside(stage, path) for path in (*stage.setting.launcher.trusts, *others)]
    return {places.folder(stage.machine.root, path) for path in declared}


def _await(stage: Stage, spoiled: bool, until: float) -> Found:
    """Looks at each change. The alarm, which may write itself, is asked anew when the saves have become others and at
    the end of the time; one that is a file, each time."""
    declared = stage.setting.launcher.alarm
    watched = declared.words if declared is not None and declared.kind is AlarmKind.FILE else ()
    known: object = None
    alarm: Alarm | None = None
    while True:
        with Changes(folders(stage, *watched)) as changes:
            late = time.monotonic() >= until
            found = _look(stage)
            state = [(save.file, save.flaw, save.stale(max_age(stage)) is None) for save in found]
            if late or watched or state != known:
                alarm, known = ask(stage), state
            fresh = all(save.stale(max_age(stage)) is None for save in found)
            raised = alarm is not None and alarm.raised is True
            if late or (fresh and (spoiled or not raised)) or (spoiled and raised):
                return found, alarm
            changes.wait(until)


def _look(stage: Stage) -> tuple[Save, ...]:
    try:
        return look(stage)
    except OSError as error:
        raise CannotGoOn(f"what recovery trusts can't be told: {error}") from error


def ask(stage: Stage) -> Alarm | None:
    """Whether the alarm is raised now: by a command that fails, a page that answers with an error, or a file that is
    there. None where none is declared."""
    declared = stage.setting.launcher.alarm
    if declared is None:
        return None
    asked = " ".join(declared.words)
    match declared.kind:
        case AlarmKind.RUN:
            answer = run(stage.machine, declared.words, stage.folder, _ALARM_ANSWERS_WITHIN)
            if answer.outcome is not Outcome.DONE:
                return Alarm(asked, None, answer.output[-_SAID:])
            return Alarm(asked, answer.refused, f"exit {answer.code}: {answer.output.strip()[-_SAID:]}".strip(": "))
        case AlarmKind.HTTP:
            method, url = declared.words
            try:
                status, body = fetch(stage.machine, method, url, _ALARM_ANSWERS_WITHIN)
            except (OSError, http.client.HTTPException, MachineError) as error:
                return Alarm(asked, None, f"{type(error).__name__}: {error}")
            return Alarm(asked, status >= 400, f"status {status}: {body.strip()[-_SAID:]}".strip(": "))
        case AlarmKind.FILE:
            there = places.real(stage.machine.root, inside(stage, asked)).exists()
            return Alarm(asked, there, "it is there" if there else "it is not there")
