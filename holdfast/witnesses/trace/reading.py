"""Reads a trace: every launch, in the kernel's order."""

from collections.abc import Collection
from pathlib import Path

from holdfast.model.launch import Launch, LaunchVerb
from holdfast.witnesses.trace.matching import Matcher
from holdfast.witnesses.trace.records import HookRecord, Records, ShimRecord
from holdfast.witnesses.trace.traced import Traced
from holdfast.witnesses.trace.verbs import meaning


class Reader:
    """Reads the trace of one boot as it grows. `run` is the host's folder that the machine has as RUN, `agents` are the
    names of the programs that are one."""

    def __init__(self, run: Path, agents: Collection[str] = ("claude",)) -> None:
        self._records = Records(run)
        self._matcher = Matcher()
        self._agents = agents

    def new(self) -> tuple[Traced, ...]:
        """The launches recorded since the last time.

        Launch.order is the record's place in the trace; hooks count too, so that orders have gaps. TraceError if the
        trace is missing, damaged or incomplete.
        """
        launches: list[Traced] = []
        for record in self._records.new():
            if isinstance(record, ShimRecord):
                launches.append(Traced(_launch(record, self._agents), self._matcher.claim(record)))
            elif record.what == "kill":
                launches.append(Traced(_signal(record), record.frames))
            else:
                self._matcher.saw(record)
        return tuple(launches)


def _launch(record: ShimRecord, agents: Collection[str]) -> Launch:
    found = meaning(record.argv, agents)
    return Launch(
        order=record.order,
        verb=found.verb,
        tool=record.argv[0],
        argv=record.argv,
        process=record.process,
        parents=tuple(parent.pid for parent in record.parents),
        cgroup=record.cgroup,
        session=found.session,
        pane=record.pane if found.verb is LaunchVerb.SERVE else None,
        targets=_targets(record) if found.verb is LaunchVerb.SIGNAL else (),
    )


def _targets(record: ShimRecord) -> tuple[int, ...]:
    """The pids that /bin/kill is given, and those that pgrep found for groups and patterns. `-9` is a signal where it
    stands first, a group elsewhere."""
    given = [int(word) for word in record.argv[1:] if word.isdigit()] if record.argv[0] == "kill" else []
    if record.argv[1:2] in (("-s",), ("-n",), ("--signal",)) and record.argv[2:3] and record.argv[2].isdigit():
        given = given[1:]
    return tuple(dict.fromkeys((*given, *record.signalled)))


def _signal(record: HookRecord) -> Launch:
    """A signal that a program sent by itself, without /bin/kill."""
    return Launch(
        order=record.order,
        verb=LaunchVerb.SIGNAL,
        tool="kill",
        argv=record.argv,
        process=record.process,
        parents=(),
        cgroup="",
        targets=record.targets,
    )
