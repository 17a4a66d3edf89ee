"""Programs that only start another program: env, sudo, systemd-run and their like, and the shells' `-c`."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from holdfast.model.shell import simple_commands
from holdfast.model.template import ANY_WORDS

_WITH_VALUE = {
    "env": frozenset(("-u", "--unset", "-C", "--chdir")),
    "sudo": frozenset(("-u", "-g", "-U", "-p", "-C", "-D", "-h", "-r", "-t", "-T", "--user", "--group")),
    "nohup": frozenset[str](),
    "setsid": frozenset[str](),
    "exec": frozenset(("-a",)),
    "command": frozenset[str](),
    "builtin": frozenset[str](),
    "nice": frozenset(("-n", "--adjustment")),
    "ionice": frozenset(("-c", "-n", "--class", "--classdata")),
    "setpriv": frozenset(
        ("--pdeathsig", "--reuid", "--regid", "--groups", "--inh-caps", "--ambient-caps", "--bounding-set")
    ),
    "stdbuf": frozenset(("-i", "-o", "-e")),
    "timeout": frozenset(("-k", "-s", "--kill-after", "--signal")),
    "xargs": frozenset(("-n", "-I", "-P", "-L", "-d", "-a", "-s", "-E")),
    "dbus-run-session": frozenset(("--config-file",)),
    "systemd-run": frozenset(
        (
            "-u", "-p", "-E", "-H", "-M", "--unit", "--property", "--description", "--slice", "--uid", "--gid",
            "--nice", "--working-directory", "--setenv", "--service-type", "--machine", "--host", "--on-active",
            "--on-boot", "--on-startup", "--on-unit-active", "--on-unit-inactive", "--on-calendar", "--path-property",
            "--socket-property", "--timer-property",
        )
    ),
}  # fmt: skip
_SHELLS = frozenset(("sh", "bash", "dash", "zsh", "ksh", "ash"))


@dataclass(frozen=True)
class Wrapped:
    """`argv` is what runs in the end; `wrappers` are the programs around it with their own options, outermost first."""

    argv: tuple[str, ...]
    wrappers: tuple[tuple[str, ...], ...] = ()


def program(argv: Sequence[str]) -> str:
    """The program's name without its folder; "" for an empty argv."""
    return PurePosixPath(argv[0]).name if argv else ""


def unwrap(argv: Sequence[str]) -> Wrapped:
    """`argv` without the programs that only start another one; words in front that aren't known are taken for such."""
    wrappers: list[tuple[str, ...]] = []
    rest = tuple(argv)
    while (name := program(rest)) in _WITH_VALUE or name == ANY_WORDS:
        length = 1 if name == ANY_WORDS else _length(name, rest)
        if length >= len(rest):
            break
        wrappers.append(rest[:length])
        rest = rest[length:]
    return Wrapped(rest, tuple(wrappers))


def shell_text(argv: Sequence[str]) -> str | None:
    """The text that a shell is told to run by `-c`, or None."""
    if program(argv) not in _SHELLS:
        return None
    for place, word in enumerate(argv[1:], start=1):
        if not word.startswith("-"):
            return None
        if not word.startswith("--") and word.endswith("c") and place + 1 < len(argv):
            return argv[place + 1]
    return None


def layers(argv: Sequence[str]) -> Iterator[tuple[str, ...]]:
    """Every command that `argv` leads to by itself: `argv`, what its wrappers start, what a shell's `-c` runs."""
    rest = tuple(argv)
    yield rest
    found = unwrap(rest)
    for count in range(1, len(found.wrappers) + 1):
        yield rest[sum(len(wrapper) for wrapper in found.wrappers[:count]) :]
    text = shell_text(found.argv)
    if text is not None:
        for command in simple_commands(text):
            yield from layers(command)


def _length(name: str, argv: tuple[str, ...]) -> int:
    """How many words of `argv` are the wrapper `name` and its options."""
    place = 1
    while place < len(argv):
        word = argv[place]
        if word == "--":
            place += 1
            break
        if word in _WITH_VALUE[name]:
            place += 2
        elif (
            (word.startswith("-") and len(word) > 1)
            or (name in ("env", "sudo") and _is_assignment(word))
            or word == "-"
        ):
            place += 1
        else:
            break
    return place + 1 if name == "timeout" else place


def _is_assignment(word: str) -> bool:
    name, equals, _ = word.partition("=")
    return bool(equals) and name.isidentifier()
