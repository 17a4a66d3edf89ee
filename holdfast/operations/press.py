"""Pressing: one use of a launch path, as its declaration says, with what it answered."""

import http.client
import os
import select
import time
from dataclasses import dataclass

from holdfast.config.placeholders import fill, fill_prompt, fill_url
from holdfast.history.events import Outcome, Planted, Pressed
from holdfast.machines.protocol import Machine, MachineError, Spawned
from holdfast.model.path import Action, Press, PressKind
from holdfast.operations.arriving import settle
from holdfast.operations.http import fetch
from holdfast.operations.service import start_service
from holdfast.operations.stage import CannotGoOn, Role, Stage
from holdfast.operations.words import new_word

_PIPE = 65536  # bytes that a pipe holds at most (pipe(7))
_MOST = 1_000_000  # bytes
_KEPT = 4000  # characters of a press's output that a history keeps
_HELD = 4 * _KEPT  # bytes of it that are held: a character takes at most four


@dataclass(frozen=True)
class Answer:
    """What came of a press. `code`: exit code or HTTP status."""

    outcome: Outcome
    code: int | None
    refused: bool
    output: str


@dataclass(frozen=True)
class PressOn:
    """Use `press` for `role` (None: for all of them), with a look before and after unless it is only a birth. What a
    dispatch says is a new word."""

    press: Press
    role: str | None
    looks: bool = True

    def do(self, stage: Stage) -> None:
        """CannotGoOn if it is a birth that doesn't come to its end: nothing else would bring its sessions."""
        word = new_word()
        name = f"press {self.press.path} {self.press.action}" + (f" {self.role}" if self.role else "")
        if self.press.kind is PressKind.BOOT:
            self._look(stage, f"before {name}")
            began, answer = stage.booted_at, Answer(Outcome.DONE, None, False, "the machine's own boot")
        else:
            if self.press.kind is PressKind.HTTP:
                start_service(stage)
            if self.looks:
                settle(stage)
            stage.note_launches()
            self._look(stage, f"before {name}")
            began = stage.recorder.now()
            prompt = stage.setting.agent.remember(word)
            answer = use(self.press, self.role, stage.machine, stage.folder, stage.setting.bounds.press, prompt)
        now = stage.recorder.now
        stage.recorder.append(
            Pressed(
                at=now(),
                began=began,
                path=self.press.path,
                action=self.press.action,
                kind=self.press.kind,
                role=self.role,
                outcome=answer.outcome,
                code=answer.code,
                refused=answer.refused,
                output=answer.output[-_KEPT:],
            )
        )
        roles = [stage.role(self.role)] if self.role is not None else list(stage.roles.values())
        for role in roles:
            role.stopped = self.press.action is Action.STOPS
            role.pressed = self.looks and not role.stopped
            if self.press.dispatches:
                _note(stage, role, self.press, word, answer)
        stage.note_launches()
        unborn = self.press.dispatches and any(role.session is None for role in roles)
        if not self.looks and (answer.outcome is not Outcome.DONE or unborn):
            raise CannotGoOn(f"no session to begin with: the {name}: {answer.outcome}: {answer.output}")
        self._look(stage, f"after {name}")

    def _look(self, stage: Stage, moment: str) -> None:
        if self.looks:
            stage.observe(moment)


def _note(stage: Stage, role: Role, press: Press, word: str, answer: Answer) -> None:
    """What a dispatch of `word` to the role came to: from now on the role is spoken to in the same way."""
    resumes = [one for one in stage.setting.launcher.presses if one.dispatches and one.action is Action.RESUMES]
    role.dispatch = next((one for one in resumes if one.path == press.path), resumes[0])
    session = None if answer.refused else stage.setting.agent.noted(answer.output)
    if session is not None:
        stage.recorder.append(Planted(stage.recorder.now(), role.name, word, session))
        role.words.append(word)
        role.session = role.session or session


def use(press: Press, role: str | None, machine: Machine, cwd: str, within: float, prompt: str = "") -> Answer:
    """Make the press, for at most `within` seconds. `prompt` is what a dispatch says."""
    match press.kind:
        case PressKind.RUN:
            return run(machine, fill(press.words, role), cwd, within)
        case PressKind.HTTP:
            method, url = press.words
            return _http(machine, method, fill_url(url, role), within)
        case PressKind.UNIT:
            verb = "stop" if press.action is Action.STOPS else "start"
            return run(machine, ("systemctl", verb, *fill(press.words, role)), cwd, within)
        case PressKind.SDK if role is not None:
            return run(machine, fill_prompt(press.words, role, prompt), cwd, within)
        case _:
            why = f"presses of kind {press.kind} can't be made yet; those of kind run, http, unit, boot and sdk can"
            return Answer(Outcome.IMPOSSIBLE, None, False, why)


def run(machine: Machine, argv: tuple[str, ...], cwd: str, within: float) -> Answer:
    """Run a command to its end, for at most `within` seconds."""
    try:
        process = machine.spawn(argv, cwd=cwd)
    except MachineError as error:
        return Answer(Outcome.IMPOSSIBLE, None, False, str(error))
    output = _read_until_it_ends(process, within)
    code = process.wait(0)
    text = output.decode(errors="replace")
    process.close()
    if code is None:
        why = f"`{' '.join(argv)}` still ran after {within:.0f} s; it said: {text[-500:]}"
        return Answer(Outcome.HUNG, None, False, why)
    return Answer(Outcome.DONE, code, code != 0, text)


def _read_until_it_ends(process: Spawned, within: float) -> bytes:
    """What it writes until it ends: what is in the pipe then is all of it, though a child that it leaves behind may go
    on writing there for ever. Of more than _MOST bytes the last ones."""
    output = bytearray()
    until = time.monotonic() + within
    open_ends = [process.fd, process.ended]
    while ready := select.select(open_ends, [], [], max(0.0, until - time.monotonic()))[0]:
        if process.fd in ready:
            chunk = os.read(process.fd, _PIPE)
            output = (output + chunk)[-_MOST:]
            if not chunk:
                open_ends.remove(process.fd)
        if process.ended in ready:
            break
    return bytes(output)


def _http(machine: Machine, method: str, url: str, within: float) -> Answer:
    try:
        status, body = fetch(machine, method, url, within)
    except TimeoutError:
        return Answer(Outcome.HUNG, None, False, f"{method} {url} gave no answer within {within:.0f} s")
    except (OSError, http.client.HTTPException, MachineError) as error:
        return Answer(Outcome.DONE, None, True, f"{method} {url} failed: {type(error).__name__}: {error}")
    return Answer(Outcome.DONE, status, status >= 400, body)
