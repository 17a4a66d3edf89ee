"""Which hook vouches for which launch. A hook is believed only when its process is the launch's parent, or the
launch's own process before exec, or stands above it by nothing but wrappers, and when the argv agrees. Between two
that could be meant and name different places, neither is believed: one variable in the environment as carrier named
the wrong place in 2 of 600 launches from two threads."""

from holdfast.model.seen import ProcessId
from holdfast.model.shell import simple_commands
from holdfast.model.template import matches
from holdfast.model.wrapper import layers, program
from holdfast.witnesses.trace.records import HookRecord, ShimRecord
from holdfast.witnesses.trace.traced import Frame
from holdfast.witnesses.trace.verbs import carried

_Words = tuple[str, ...]


class Matcher:
    """Takes a trace's records in order; hooks wait to be claimed, each by one launch."""

    def __init__(self) -> None:
        self._waiting: dict[ProcessId, list[HookRecord]] = {}
        self._carriers: list[tuple[ShimRecord, tuple[Frame, ...]]] = []
        self._became: dict[ProcessId, tuple[ShimRecord, tuple[Frame, ...]]] = {}

    def saw(self, hook: HookRecord) -> None:
        self._waiting.setdefault(hook.process, []).append(hook)

    def claim(self, shim: ShimRecord) -> tuple[Frame, ...]:
        """The stack that `shim` was launched from, () where none is known for sure."""
        frames = self._by_hook(shim) or self._by_exec(shim) or self._by_carrier(shim)
        self._became[shim.process] = (shim, frames)
        if carried(shim.argv):
            self._carriers.append((shim, frames))
        return frames

    def _by_hook(self, shim: ShimRecord) -> tuple[Frame, ...]:
        for depth, process in enumerate((shim.process, *shim.parents)):
            waiting = self._waiting.get(process, [])
            agreeing = [hook for hook in waiting if _agrees(hook, shim.argv, direct=depth <= 1)]
            if agreeing:
                if len({hook.frames for hook in agreeing}) > 1:
                    return ()
                waiting.remove(agreeing[0])
                return agreeing[0].frames
        return ()

    def _by_exec(self, shim: ShimRecord) -> tuple[Frame, ...]:
        """systemd-run --scope becomes the program that it was given."""
        before = self._became.get(shim.process)
        if before is None or not any(_same(words, shim.argv) for words in carried(before[0].argv)):
            return ()
        self._carriers = [carrier for carrier in self._carriers if carrier[0] is not before[0]]
        return before[1]

    def _by_carrier(self, shim: ShimRecord) -> tuple[Frame, ...]:
        """What the service manager or a tmux server starts has them for a parent: whoever asked them to answers for
        it."""
        asked = [
            carrier for carrier in self._carriers if any(_same(words, shim.argv) for words in carried(carrier[0].argv))
        ]
        if len({frames for _, frames in asked}) != 1:
            return ()
        self._carriers.remove(asked[0])
        return asked[0][1]


def _agrees(hook: HookRecord, argv: _Words, *, direct: bool) -> bool:
    if hook.what == "kill":
        return False
    if hook.what == "text":
        commands = [inner for simple in simple_commands(hook.argv[0]) for inner in layers(simple)]
    else:
        commands = list(layers(hook.argv))
    if not direct:
        commands = commands[1:] if hook.what != "text" else [c for c in commands if program(c) == program(argv)]
    return any(_same(words, argv) for words in commands)


def _same(words: _Words, argv: _Words) -> bool:
    """Whether the template `words` may have become `argv`: folders apart, the same program with the same arguments."""
    return bool(words) and matches((program(words), *words[1:]), (program(argv), *argv[1:]))
