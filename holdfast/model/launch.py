"""A launch: one traced use of tmux, of the agent or of a killer, with the call site that it came from."""

from dataclasses import dataclass
from enum import StrEnum

from holdfast.model.seen import ProcessId


class LaunchVerb(StrEnum):
    """What the traced command does. SERVE is the agent's own start; SIGNAL is kill, pkill, killall or os.kill."""

    START = "start"
    SERVE = "serve"
    ATTACH = "attach"
    KILL = "kill"
    SIGNAL = "signal"
    UNIT = "unit"
    OTHER = "other"


class Confidence(StrEnum):
    """How an attribution was reached, best first."""

    HOOK = "hook"
    UNIT = "unit"
    ARGV = "argv"
    NONE = "none"


@dataclass(frozen=True)
class Launch:
    """`order` is the kernel's: the place of the record in the trace, from 0. `parents` are the pids above it, nearest
    first. `session` is the tmux session that it names (exactly as written, without a leading `=`), if it names one.
    `pane` is TMUX_PANE of a SERVE. `targets` are the pids of a SIGNAL, () where they could not be read."""

    order: int
    verb: LaunchVerb
    tool: str
    argv: tuple[str, ...]
    process: ProcessId
    parents: tuple[int, ...]
    cgroup: str
    site: str | None = None
    confidence: Confidence = Confidence.NONE
    session: str | None = None
    pane: str | None = None
    targets: tuple[int, ...] = ()
