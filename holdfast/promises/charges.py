"""Who answers for an obligation. Total: where nothing better is known, a launch path."""

from holdfast.history.events import Faulted, Launched, Pressed
from holdfast.model.charge import LAUNCHER, Charge, launch_path, site
from holdfast.model.path import Press
from holdfast.promises import kinship, launches
from holdfast.promises.finding import Finding, Subject, Unproven
from holdfast.promises.placed import Placed
from holdfast.promises.reading import Reading


def of_survival(reading: Reading, role: str, finding: Finding | None) -> Charge:
    """The site of the command that ended the session; else the one that launched what died first, the server or the
    pane; where it held or can't be told, the one that launched the pane."""
    subject = (finding.subject if finding is not None else None) or _stood(reading, role)
    if subject is None:
        return _birth(reading, role)
    if subject.killer is not None:
        return _at(reading, subject.killer)
    made = _maker(reading, subject)
    return _birth(reading, role) if made is None else _at(reading, made.index)


def of_press(reading: Reading, role: str, _: Finding | None) -> Charge:
    """The latest launch of the press that touched the role or its conversation; failing that, the launch path itself.
    Where nothing was pressed on the steady state, the press is the role's birth."""
    press = _press(reading, role)
    if press is None:
        return launch_path(reading.planned.cell.press or reading.planned.cell.birth)
    session, conversation = _names(reading, role)
    touched = launches.touching(_launches_of(reading, press), role, session, conversation)
    return launch_path(_label(reading, press)) if touched is None else _at(reading, touched.index)


def of_launcher(_: Reading, __: str, ___: Finding | None) -> Charge:
    """The launcher as a whole: what it leaves behind has no one place."""
    return LAUNCHER


def _stood(reading: Reading, role: str) -> Subject | None:
    """What the role lived in when the steady state was first seen."""
    try:
        look = reading.baseline
        stood = kinship.standing(look, reading.own(role))
    except Unproven:
        return None
    return None if stood is None else Subject(look.index, stood.agent, stood.server, stood.pane)


def _maker(reading: Reading, subject: Subject) -> Placed[Launched] | None:
    """The launch that made the server where that died, else the pane."""
    look = next(look for look in reading.looks if look.index == subject.look)
    known = [
        p for p in reading.launches if p.index < reading.after_record(look.index) and _same_boot(reading, p, look.index)
    ]
    if subject.server_died and subject.server is not None:
        return launches.of_server(known, kinship.process_of(look, subject.server))
    first = next((seen.index for seen in reading.looks if _shows(seen, subject)), look.index)
    return launches.of_pane([p for p in known if p.index < reading.after_record(first)], subject.pane, subject.agent)


def _same_boot(reading: Reading, launch: Placed[Launched], index: int) -> bool:
    """Start times and pids are those of one boot."""
    return reading.boot_of(launch.index) == reading.boot_of(index)


def _shows(look: kinship.Look, subject: Subject) -> bool:
    """Whether the pane's first process, or the agent where there is no pane, was there already."""
    pane = subject.pane
    if pane is None:
        return subject.agent in {agent.id for agent in look.event.seen.agents or ()}
    return any((p.server, p.pane, p.pid) == (pane.server, pane.pane, pane.pid) for p in look.event.seen.panes or ())


def _names(reading: Reading, role: str) -> tuple[str | None, str | None]:
    """The role's tmux session at the steady state, and its conversation, as far as they are known."""
    stood = _stood(reading, role)
    session = stood.pane.session if stood is not None and stood.pane is not None else None
    return session, reading.conversation(role)


def _press(reading: Reading, role: str) -> Placed[Pressed] | None:
    """The last press on the steady state that concerns the role, else the last of all, else the last of its birth."""
    mine = _births_of(reading, role)
    return next((found[-1] for found in (reading.presses_of(role), reading.presses, mine) if found), None)


def _launches_of(reading: Reading, press: Placed[Pressed]) -> tuple[Placed[Launched], ...]:
    """What was traced from the press on until the next one; from the fault before it on, where nothing was pressed in
    between: what a boot restores, it restores before the boot is pressed."""
    others = [p.index for p in reading.placed(Pressed) if p.index != press.index]
    previous = max((i for i in others if i < press.index), default=-1)
    following = min((i for i in others if i > press.index), default=len(reading.history.events))
    faults = [f.index for f in reading.placed(Faulted) if previous < f.index < press.index]
    start = faults[-1] if faults else press.index
    return tuple(p for p in reading.launches if start < p.index < following)


def _at(reading: Reading, index: int) -> Charge:
    """The site of the launch at `index`; where it has none, the launch path that was pressed then."""
    launched = reading.history.events[index]
    if isinstance(launched, Launched) and launched.launch.site is not None:
        return site(launched.launch.site)
    pressed = [p for p in reading.placed(Pressed) if p.index < index]
    return launch_path(_label(reading, pressed[-1]) if pressed else reading.planned.cell.birth)


def _birth(reading: Reading, role: str) -> Charge:
    """The launch path that the role was born by."""
    births = _births_of(reading, role)
    return launch_path(_label(reading, births[-1]) if births else reading.planned.cell.birth)


def _births_of(reading: Reading, role: str) -> tuple[Placed[Pressed], ...]:
    return tuple(p for p in reading.births if p.event.role in (role, None))


def _label(reading: Reading, placed: Placed[Pressed]) -> str:
    """The launch path's label, as cells are named by it: births by their usual action, other presses by theirs."""
    event = placed.event
    press = Press(event.path, event.action, event.kind)
    return press.press_label if placed.index > reading.began >= 0 else press.birth_label
