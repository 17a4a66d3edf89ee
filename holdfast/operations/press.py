"""Pressing: one use of a launch path, as its declaration says, with what it answered."""

import http.client
from dataclasses import dataclass

from holdfast.config.placeholders import fill, fill_prompt, fill_url
from holdfast.history.events import Outcome, Planted, Pressed
from holdfast.machines.protocol import Machine, MachineError
from holdfast.model.path import Action, Press, PressKind
from holdfast.operations.arriving import settle
from holdfast.operations.browser import browse
from holdfast.operations.command import Answer, run
from holdfast.operations.http import fetch
from holdfast.operations.keys import type_keys
from holdfast.operations.service import start_service
from holdfast.operations.stage import CannotGoOn, Role, Stage
from holdfast.operations.words import new_word

_KEPT = 4000  # characters of a press's output that a history keeps
_OF_A_SERVICE = (PressKind.HTTP, PressKind.BROWSER)


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
            if self.press.kind in _OF_A_SERVICE:
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
                began=began + answer.lead,
                path=self.press.path,
                action=self.press.action,
                kind=self.press.kind,
                role=self.role,
                outcome=answer.outcome,
                code=answer.code,
                refused=answer.refused,
                output=answer.output[-_KEPT:],
                picture=None if answer.picture is None else stage.recorder.keep(answer.picture, "png"),
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
        case PressKind.BROWSER:
            return browse(machine, press, role, within)
        case PressKind.KEYS:
            return type_keys(machine, press, role, cwd, within)
        case _:
            why = f"no {press.kind} is pressed like this: a boot is the machine's own, and a dispatch is for one role"
            return Answer(Outcome.IMPOSSIBLE, None, False, why)


def _http(machine: Machine, method: str, url: str, within: float) -> Answer:
    try:
        status, body = fetch(machine, method, url, within)
    except TimeoutError:
        return Answer(Outcome.HUNG, None, False, f"{method} {url} gave no answer within {within:.0f} s")
    except (OSError, http.client.HTTPException, MachineError) as error:
        return Answer(Outcome.DONE, None, True, f"{method} {url} failed: {type(error).__name__}: {error}")
    return Answer(Outcome.DONE, status, status >= 400, body)
