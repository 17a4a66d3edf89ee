"""A holdfast.toml becomes a Launcher, with everything that was declared and nothing that wasn't."""

from pathlib import Path

import pytest

from holdfast.config import (
    Alarm,
    AlarmKind,
    Borrowed,
    Carries,
    ConfigError,
    Service,
    fill,
    fill_into,
    fill_url,
    find,
    load,
)
from holdfast.model.path import Action, Device, Press, PressKind
from tests.fast.configs import FULL, SMALL, write


def test_a_press_says_on_which_screen_and_in_front_of_which_tmux(tmp_path: Path) -> None:
    text = FULL.replace('button" }', 'button", screen = "phone" }').replace(
        '"{role}", "Enter"] }', '"x"], at = ["bin/fleet", "tmux", "{role}"] }'
    )
    presses = {press.path: press for press in load(write(tmp_path, text)).presses if press.action is Action.RESUMES}
    assert presses["dashboard"].screen is Device.PHONE
    assert (presses["keys"].words, presses["keys"].at) == (("C-b", "s", "x"), ("bin/fleet", "tmux", "{role}"))
    assert presses["worker"].screen is Device.DESKTOP
    assert presses["worker"].at == ()


def test_a_full_file_is_read_whole(tmp_path: Path) -> None:
    launcher = load(write(tmp_path, FULL))
    assert launcher.name == "fleet"
    assert launcher.file == tmp_path / "holdfast.toml"
    assert launcher.root == tmp_path
    assert launcher.source == tmp_path / "src"
    assert launcher.prepare == (("./install.sh", "--quiet"),)
    assert launcher.service == Service(("python3", "dashboard.py"), "http://127.0.0.1:8080/health")
    assert launcher.units == ("deploy/*.service",)
    assert launcher.machines == ("systemd",)
    assert launcher.history == ("./make-history", "{into}")
    assert launcher.attach == ("bin/fleet", "attach", "{role}")
    assert launcher.trusts == ("~/.fleet/registry.db",)
    assert launcher.max_age == 600.0
    assert launcher.alarm == Alarm(AlarmKind.HTTP, ("GET", "http://localhost:8080/alarm"))
    assert launcher.carries == Carries(True, ("NODE_ENV",), True, ".agent-session.json")
    assert launcher.borrows == (
        Borrowed(".tmux.conf", tmp_path / "person.conf"),
        Borrowed(".tmux/plugins", Path.home() / ".tmux" / "plugins"),
    )
    assert launcher.agent == "claude"


def test_presses_stand_in_the_order_of_the_file(tmp_path: Path) -> None:
    start, resume, stop = Action.STARTS, Action.RESUMES, Action.STOPS
    assert load(write(tmp_path, FULL)).presses == (
        Press("dashboard", start, PressKind.HTTP, ("POST", "http://127.0.0.1:8080/sessions/{role}/start")),
        Press("dashboard", resume, PressKind.BROWSER, ("http://127.0.0.1:8080/", "[data-role='{role}'] button")),
        Press("cli", start, PressKind.RUN, ("bin/fleet", "start", "{role}", "")),
        Press("cli", stop, PressKind.RUN, ("bin/fleet", "stop", "{role}")),
        Press("worker", resume, PressKind.UNIT, ("fleet@{role}.service",)),
        Press("keys", resume, PressKind.KEYS, ("C-b", "s", "{role}", "Enter"), at=("tmux", "new-session")),
        Press("sdk", start, PressKind.SDK, ("bin/dispatch", "{role}", "{prompt}")),
        Press("sdk", resume, PressKind.SDK, ("bin/dispatch", "--again", "{role}", "{prompt}")),
        Press("boot", Action.RESTORES, PressKind.BOOT, ()),
        Press("after-boot", Action.RESTORES, PressKind.RUN, ("bin/fleet", "restore")),
    )


def test_what_is_not_declared_has_its_default(tmp_path: Path) -> None:
    launcher = load(write(tmp_path, SMALL))
    assert launcher.machines == ("namespace", "systemd")
    assert (launcher.prepare, launcher.units, launcher.trusts, launcher.borrows) == ((),) * 4
    assert (launcher.service, launcher.history, launcher.max_age, launcher.alarm, launcher.carries) == (None,) * 5


def test_windows_line_ends_are_read(tmp_path: Path) -> None:
    file = write(tmp_path, SMALL)
    file.write_bytes(SMALL.replace("\n", "\r\n").encode())
    assert load(file).name == "fleet"


@pytest.mark.parametrize("text, seconds", [("90s", 90.0), ("10m", 600.0), ("2h", 7200.0), ("1d", 86400.0)])
def test_durations_are_in_seconds(tmp_path: Path, text: str, seconds: float) -> None:
    assert load(write(tmp_path, FULL.replace('"10m"', f'"{text}"'))).max_age == seconds


def test_other_braces_than_a_placeholders_are_left_alone(tmp_path: Path) -> None:
    braces = """starts = { run = ["sh", "-c", 'echo ${{HOME}} {"a":{"b":1}} {role}'] }"""
    press = load(write(tmp_path, SMALL.replace('starts = { run = ["start", "{role}"] }', braces))).presses[0]
    assert fill(press.words, "api") == ("sh", "-c", 'echo ${HOME} {"a":{"b":1}} api')


def test_placeholders_are_filled() -> None:
    assert fill(("stop", "{role}.{role}"), "api-2") == ("stop", "api-2.api-2")
    assert fill(("restore",), None) == ("restore",)
    assert fill_into(("make", "--into={into}"), "/tmp/x") == ("make", "--into=/tmp/x")


def test_a_role_is_quoted_in_a_url() -> None:
    assert fill_url("http://localhost/{role}?q={role}", "a b/ü") == "http://localhost/a%20b%2F%C3%BC?q=a%20b%2F%C3%BC"


def test_a_placeholder_without_a_value_is_never_passed_on() -> None:
    with pytest.raises(ValueError, match="has no value here"):
        fill(("resume", "{role}"), None)


def test_the_nearest_file_upwards_is_found(tmp_path: Path) -> None:
    deep = tmp_path / "a" / "b"
    deep.mkdir(parents=True)
    assert find(None, deep) is None
    outer = write(tmp_path, SMALL)
    assert find(None, deep) == outer
    inner = deep.parent / "holdfast.toml"
    inner.write_text(SMALL)
    assert find(None, deep) == inner


def test_a_given_file_or_folder_comes_first(tmp_path: Path) -> None:
    write(tmp_path, SMALL)
    other = tmp_path / "other"
    other.mkdir()
    assert find(Path("other"), tmp_path) == other / "holdfast.toml"
    assert find(Path("my.toml"), tmp_path) == tmp_path / "my.toml"
    assert find(other / "my.toml", tmp_path) == other / "my.toml"


def test_a_given_file_that_is_not_there_is_refused_when_loaded(tmp_path: Path) -> None:
    given = find(Path("missing.toml"), tmp_path)
    assert given is not None
    with pytest.raises(ConfigError, match=r"missing\.toml:1: the file can't be read: No such file"):
        load(given)


def test_a_launcher_that_only_dispatches_needs_no_attach(tmp_path: Path) -> None:
    path = '[[launch_path]]\nname = "mill"\nstarts = { sdk = ["mill", "{role}", "{prompt}"] }\n'
    text = f'[launcher]\nname = "mill"\nsource = "."\n[agent]\nkind = "claude"\n{path}'
    launcher = load(write(tmp_path, text + 'resumes = { sdk = ["mill", "{role}", "{prompt}"] }\n'))
    assert launcher.attach == ()
    assert [press.dispatches for press in launcher.presses] == [True, True]
