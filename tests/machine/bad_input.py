"""Mistakes that a person makes, each with what must be said of it. `{at}` stands for the launcher's folder."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tests.machine import small

Put = Callable[[Path], None]

GOOD = """from holdfast import RESUMES, World, mapped, scenario, survives


@scenario(press=RESUMES, promises=[survives, mapped])
def mine(world: World) -> None:
    world.open("api", "web")
    world.press("api")
"""


@dataclass(frozen=True)
class Mistake:
    """`put` makes it in a folder with a sound launcher; `said` is in the message; `arguments` are a command's."""

    put: Put
    said: tuple[str, ...]
    arguments: tuple[str, ...] = ("verify",)


def toml(right: str, wrong: str) -> Put:
    """`wrong` stands in holdfast.toml instead of `right`."""
    assert right in small.TOML

    def put(at: Path) -> None:
        (at / "holdfast.toml").write_text(small.TOML.replace(right, wrong, 1))

    return put


def scenario(right: str, wrong: str) -> Put:
    """A scenario of the user's own, with `wrong` in it instead of `right`."""
    assert right in GOOD
    return file("scenarios/mine.py", GOOD.replace(right, wrong, 1))


def file(name: str, text: str | bytes) -> Put:
    def put(at: Path) -> None:
        target = at / name
        target.parent.mkdir(exist_ok=True)
        target.write_bytes(text.encode() if isinstance(text, str) else text)

    return put


def folder_for_a_file(at: Path) -> None:
    (at / "holdfast.toml").unlink()
    (at / "holdfast.toml").mkdir()


def link_to_nothing(at: Path) -> None:
    (at / "holdfast.toml").unlink()
    (at / "holdfast.toml").symlink_to("gone")


def nothing(_: Path) -> None:
    """What is wrong is what is asked for."""


def _role(role: str) -> Mistake:
    why = f"{role!r} can't be a role's name: only letters, digits, `-` and `_`"
    return Mistake(scenario('"web"', repr(role)), ("{at}/scenarios/mine.py:4: scenario mine: ", why, "because"))


FILE = "{at}/holdfast.toml"
MINE = "{at}/scenarios/mine.py"

CONFIGURATIONS = {
    "a wrong key": Mistake(toml("attach =", "atach ="), (f"{FILE}:6: unknown key 'atach'", "Did you mean `attach`?")),
    "a wrong type": Mistake(toml('"small"', "7"), (f"{FILE}:3: `launcher.name` has the wrong type", "a string is")),
    "a wrong press": Mistake(toml("{ run =", "{ ran ="), (f"{FILE}:13: unknown key 'ran'", "mean `run`?")),
    "a wrong placeholder": Mistake(
        toml('"resume", "{role}"', '"{rolle}", "{role}"'), (f"{FILE}:14: unknown placeholder {{rolle}}", "only {role}")
    ),
    "a missing source": Mistake(
        toml('source = "."', 'source = "gone"'), (f"{FILE}:4: source 'gone' can't be swept", "there is no folder")
    ),
    "units that match nothing": Mistake(
        toml("machines", 'units = ["*.service"]\nmachines'), (f"{FILE}:5: units '*.service' match nothing",)
    ),
    "units that are no files": Mistake(
        toml("machines", 'units = ["*"]\nmachines'), (f"{FILE}:5: units '*' match 'scenarios': it is no file",)
    ),
    "a folder": Mistake(folder_for_a_file, (f"{FILE}:1: the file can't be read: it is no regular file",)),
    "a link to nothing": Mistake(link_to_nothing, (f"{FILE}:1: the file can't be read: No such file",)),
    "a binary": Mistake(file("holdfast.toml", bytes(range(256))), (f"{FILE}:2: byte 0x80 is no UTF-8",)),
    "no TOML": Mistake(toml("[agent]", "[agent"), (f"{FILE}:8: this is no TOML: Expected ']'",)),
    "no file": Mistake(
        nothing, ("{at}/gone.toml:1: the file can't be read", "Name a"), ("verify", "--launcher=gone.toml")
    ),
}

SCENARIOS = {
    "a role with a space": _role("my web"),
    "a role with quotes": _role("we'b\""),
    "a role with a dot": _role("web.1"),
    "a role with a newline": _role("web\n"),
    "a role that is no name": Mistake(scenario('"web"', "7"), (f"{MINE}:4: scenario mine: 7 can't be a role's name",)),
    "one role": Mistake(scenario('"api", "web"', '"api"'), (f"{MINE}:4: scenario mine opens 1 roles", "can't show")),
    "no promise": Mistake(scenario("[survives, mapped]", "[]"), (f"{MINE}:4: scenario mine declares no promise",)),
    "no mapped": Mistake(
        scenario("survives, mapped]", "survives]"), (f"{MINE}:4: scenario mine doesn't promise `map",)
    ),
    "no survives": Mistake(scenario("[survives, ", "["), (f"{MINE}:4: scenario mine promises neither `survives` nor",)),
    "an unknown argument": Mistake(scenario("press=RESUMES", "pres=RESUMES"), (f"{MINE}:4: ", "argument 'pres'")),
    "an unknown promise": Mistake(scenario("survives\n", "survive\n"), (f"{MINE}:1: ", "cannot import name 'survive'")),
    "a press that is a word": Mistake(
        scenario("=RESUMES", "='resume'"),
        (
            f"{MINE}:4: ",
            "'resume', which is no set",
        ),
    ),
    "an argument without values": Mistake(
        scenario("world: World)", "world: World, victim: str)"), (f"{MINE}:4: ", "takes the arguments ['victim']")
    ),
    "a broken module": Mistake(scenario("def mine(", "def mine(:"), (f"{MINE}:5: ", "SyntaxError")),
    "a module without a scenario": Mistake(
        file("scenarios/mine.py", ""), (f"{MINE}:1: the module declares no scenario",)
    ),
    "two modules of one name": Mistake(
        file("scenarios/reboot.py", GOOD), ("{at}/scenarios/reboot.py: ", "two modules called 'reboot'", "Rename one")
    ),
    "two scenarios of one name": Mistake(
        file("scenarios/mine.py", GOOD.replace("def mine", "def reboot")),
        (MINE, "scenarios/reboot.py", "called reboot", "Rename one"),
    ),
}

REQUESTS = {
    "an unknown agent": Mistake(nothing, ("there is no agent 'gpt'", "claude-standin"), ("verify", "--agent=gpt")),
    "an undeclared launch path": Mistake(
        nothing,
        (FILE, "--launch-path phone plans no cell", "Its launch paths are cli"),
        ("verify", "--launch-path=phone"),
    ),
    "a machine that isn't planned": Mistake(
        nothing, (FILE, "--machine systemd plans no cell", "its machines namespace"), ("verify", "--machine=systemd")
    ),
    "no repository": Mistake(
        nothing, ("{at} is in no git repository", "not a git repository", "Commit"), ("gate", "--base=main")
    ),
    "a `prepare` that fails": Mistake(
        toml("machines", 'prepare = ["sh", "-c", "echo no compiler; exit 7"]\nmachines'),
        (f"{FILE}:5: `prepare` failed", "ended with exit 7", "no compiler"),
    ),
    "a `history` that fails": Mistake(
        toml("machines", 'history = ["sh", "-c", "echo no past; exit 7", "{into}"]\nmachines'),
        (f"{FILE}:5: `history` failed", "ended with exit 7", "no past"),
        ("gate", "--base=main"),
    ),
    "a `history` that builds nothing": Mistake(
        toml("machines", 'history = ["true", "{into}"]\nmachines'),
        (f"{FILE}:5: `history` made no git repository", "Let it build one"),
        ("gate", "--base=main"),
    ),
}

ALL = {**CONFIGURATIONS, **SCENARIOS, **REQUESTS}
