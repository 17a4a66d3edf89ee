"""What changed between two looks of the witnesses, in words: a person needs the difference, not every process again."""

from collections.abc import Hashable, Mapping
from typing import TypeVar

from holdfast.history.words import command, plain
from holdfast.model.seen import LiveAgent, Observation, Pane, Process, ProcessId, Transcript

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


def differences(before: Observation | None, after: Observation) -> tuple[str, ...]:
    """What `after` has that `before` had not, line by line: `+` came, `-` went, `~` changed, `!` could not be seen.

    Without `before` everything is new. What a witness failed to see, now or before, is never called come or gone.
    """
    lines = [f"! {plain(failure)}" for failure in after.failures]
    if before is not None and before.boot_id != after.boot_id:
        lines.append(f"~ boot id {before.boot_id} became {after.boot_id}")
    old = before or Observation("", (), (), (), (), ())
    lines += _compared("tmux servers", _servers(old.servers), _servers(after.servers))
    lines += _compared("panes", _panes(old.panes), _panes(after.panes))
    lines += _compared("agents", _agents(old.agents), _agents(after.agents))
    lines += _compared("conversations", _conversations(old.transcripts), _conversations(after.transcripts))
    lines += _compared("processes", _processes(old.processes), _processes(after.processes))
    return tuple(lines)


def changed_panes(before: Observation | None, after: Observation) -> tuple[Pane, ...]:
    """The panes of `after` that show a text that they did not show in `before`; empty ones left out."""
    old = {(p.socket, p.pane, p.server): p.text for p in (before.panes if before else None) or ()}
    return tuple(p for p in after.panes or () if p.text.strip() and old.get((p.socket, p.pane, p.server)) != p.text)


def _compared(what: str, old: Mapping[K, str] | None, new: Mapping[K, str] | None) -> list[str]:
    if new is None:
        return [f"! {what}: not seen"]
    if old is None:
        return [f"  {what}: seen again, {len(new)} of them; what changed meanwhile is not known"]
    gone = [f"- {text}" for key, text in old.items() if key not in new]
    came = [f"+ {text}" for key, text in new.items() if key not in old]
    changed = [f"~ {text} (was {old[key]})" for key, text in new.items() if key in old and old[key] != text]
    return gone + came + changed


def _servers(seen: tuple[ProcessId, ...] | None) -> dict[ProcessId, str] | None:
    return None if seen is None else {server: f"tmux server {server}" for server in seen}


def _panes(seen: tuple[Pane, ...] | None) -> dict[tuple[ProcessId, str], str] | None:
    if seen is None:
        return None
    return {
        (p.server, p.pane): plain(f"pane {p.pane} of {p.session}, pid {p.pid}{', dead' if p.dead else ''}")
        for p in seen
    }


def _agents(seen: tuple[LiveAgent, ...] | None) -> dict[ProcessId, str] | None:
    return None if seen is None else {a.id: plain(f"agent {a.id} holds {a.session} in {a.cwd}") for a in seen}


def _conversations(seen: tuple[Transcript, ...] | None) -> dict[str, str] | None:
    if seen is None:
        return None
    return {t.path: plain(f"conversation {t.session}: {len(t.turns)} turns, {t.size} bytes") for t in seen}


def _processes(seen: tuple[Process, ...] | None) -> dict[ProcessId, str] | None:
    return None if seen is None else {p.id: plain(f"{p.id} {command(p.argv)} in {p.cgroup}") for p in seen}
