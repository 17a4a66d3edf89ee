"""The trace on disk: RUN/trace/order has a line a record, in the kernel's order; what each holds is in files beside it.

    shim <pid> <start> <key>       <key> is a file of NUL-ended fields: how a program was called
    hook <pid> <start> <number>    <pid>.<start>.hook is a row of such records: where a launch or a signal came from

The line is written after what it names, so that a whole line means a whole record.
"""

import os
import posixpath
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from holdfast.model.seen import ProcessId
from holdfast.witnesses.trace.traced import Frame, TraceError


@dataclass(frozen=True)
class ShimRecord:
    """A program was called. `argv[0]` is its name. `parents` nearest first. `signalled` are the pids that pgrep found
    for a killer's patterns and groups, before the signal."""

    order: int
    process: ProcessId
    parents: tuple[ProcessId, ...]
    argv: tuple[str, ...]
    cwd: str
    pane: str | None
    cgroup: str
    signalled: tuple[int, ...]


@dataclass(frozen=True)
class HookRecord:
    """A language said that it is about to launch `argv`, to run the shell text `argv[0]` (`what` is "text"), or to
    signal `targets` (`what` is "kill")."""

    order: int
    process: ProcessId
    thread: int
    what: str
    argv: tuple[str, ...]
    frames: tuple[Frame, ...]
    targets: tuple[int, ...]


class Records:
    """The records under `run` (the host's folder), each read once."""

    def __init__(self, run: Path) -> None:
        self._trace = run / "trace"
        self._hooks: dict[str, dict[int, HookRecord]] = {}
        self._read = 0

    def new(self) -> tuple[ShimRecord | HookRecord, ...]:
        """Every whole record that came since the last time. TraceError if the trace isn't there, is damaged, or if a
        shim or hook could not write."""
        trace = self._trace
        if (trace / "incomplete").exists():
            raise TraceError(
                f"{trace}: a shim or hook could not write its record (is the disk full?): launches may be missing"
            )
        try:
            lines = (trace / "order").read_bytes().split(b"\n")[:-1]
        except OSError as error:
            raise TraceError(
                f"{trace}/order: can't be read ({error}): was the folder removed, or never prepared?"
            ) from error
        found: list[ShimRecord | HookRecord] = []
        for order, line in enumerate(lines[self._read :], self._read):
            try:
                found.append(_record(trace, order, line.decode("ascii"), self._hooks))
            except (OSError, ValueError, KeyError, IndexError) as error:
                raise TraceError(f"{trace}/order:{order + 1}: {line!r} names no readable record ({error!r})") from error
        self._read = len(lines)
        return tuple(found)


def _record(trace: Path, order: int, line: str, hooks: dict[str, dict[int, HookRecord]]) -> ShimRecord | HookRecord:
    kind, pid, start, key = line.split(" ")
    process = ProcessId(int(pid), int(start))
    if kind == "shim":
        return _shim(order, process, (trace / key).read_bytes())
    if kind != "hook":
        raise ValueError(f"no record is called {kind!r}")
    name = f"{pid}.{start}.hook"
    if int(key) not in hooks.get(name, {}):
        hooks[name] = dict(_hooks(process, (trace / name).read_bytes()))
    record = hooks[name][int(key)]
    return HookRecord(order, process, record.thread, record.what, record.argv, record.frames, record.targets)


def _shim(order: int, process: ProcessId, data: bytes) -> ShimRecord:
    *fields, tail = data.split(b"\0")
    name, cwd, pane, cgroup, parents, count, *words = map(os.fsdecode, fields)
    if len(words) != int(count):
        raise ValueError(f"{count} arguments were counted, {len(words)} are there")
    above = tuple(ProcessId(*map(int, parent.split(":"))) for parent in parents.split())
    signalled = tuple(int(pid) for pid in tail.split() if int(pid) != process.pid)
    return ShimRecord(order, process, above, (name, *words), cwd, pane or None, cgroup, signalled)


def _hooks(process: ProcessId, data: bytes) -> Iterator[tuple[int, HookRecord]]:
    fields = iter(map(os.fsdecode, data.split(b"\0")[:-1]))
    for number in fields:
        thread, what = int(next(fields)), next(fields)
        frames = tuple(
            Frame(posixpath.normpath(next(fields)), int(next(fields)), next(fields)) for _ in range(int(next(fields)))
        )
        argv = tuple(next(fields) for _ in range(int(next(fields))))
        targets = tuple(int(next(fields)) for _ in range(int(next(fields))))
        yield int(number), HookRecord(0, process, thread, what, argv, frames, targets)
