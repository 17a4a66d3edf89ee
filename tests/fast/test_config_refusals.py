"""Every mistake in a holdfast.toml is refused with file, line, what, why and what next; nothing else is ever raised."""

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from holdfast.config import ConfigError, load
from tests.fast.configs import FULL, SMALL, write

# The text that is replaced in FULL, what stands there instead, the mistake's line, and what the message says of it.
CASES: dict[str, tuple[str, str, int, str]] = {
    "unknown key at the top": ("[agent]", "[agents]", 22, "unknown key 'agents': a holdfast.toml knows.*mean `agent`"),
    "unknown key in launcher": ("attach =", "atach =", 12, "unknown key 'atach': .launcher. knows.*mean `attach`"),
    "unknown key without a neighbour": ("attach =", "xyzzy =", 12, "unknown key 'xyzzy'.*Take it out"),
    "unknown key in service": ("ready =", "redy =", 6, "unknown key 'redy'.*mean `ready`"),
    "unknown key in carries": ("folder = true", "folders = true", 17, "unknown key 'folders'.*mean `folder`"),
    "unknown key in agent": ('kind = "claude"', 'kinds = "claude"', 23, "unknown key 'kinds'.*mean `kind`"),
    "unknown action": ("stops =", "halts =", 33, "unknown key 'halts': .launch_path. knows name, starts"),
    "unknown press": ("browser =", "browse =", 28, "unknown key 'browse'.*mean `browser`"),
    "no name": ('name = "fleet"\n', "", 2, "`launcher.name` is missing"),
    "no source": ('source = "src"\n', "", 2, "`launcher.source` is missing"),
    "no attach": ('attach = ["bin/fleet", "attach", "{role}"]\n', "", 2, "`launcher.attach` is missing"),
    "no agent": ('[agent]\nkind = "claude"\n', "", 1, "`agent` is missing"),
    "no agent's kind": ('kind = "claude"\n', "", 22, "`agent.kind` is missing"),
    "no launch path's name": ('name = "keys"\n', "", 41, "`launch_path.name` is missing"),
    "no ready": (', ready = "http://127.0.0.1:8080/health"', "", 6, "`launcher.service.ready` is missing"),
    "a number for a name": ('"fleet"', "7", 3, "`launcher.name` has the wrong type: this is an integer, and a string"),
    "a string for a command": ('["systemd"]', '"systemd"', 10, "`launcher.machines` has .*a string, and an array of"),
    "a number in a command": ('"--quiet"', "1.5", 5, r"`launcher.prepare\[1\]` has .*this is a float, and a string"),
    "a string for a flag": ("folder = true", 'folder = "yes"', 17, "this is a string, and true or false is needed"),
    "a date for a duration": ('"10m"', "1979-05-27", 14, "this is a date or time, and a string"),
    "a string for a table": (
        '{ http = "GET http://localhost:8080/alarm" }',
        '"x"',
        15,
        "this is a string, and a table",
    ),
    "a boolean for a command": ('["./make-history", "{into}"]', "true", 11, "a boolean, and an array of strings, the"),
    "an empty name": ('"fleet"', '""', 3, "`launcher.name` is an empty string"),
    "an empty word first": ('["python3", "dash', '["", "dash', 6, r"`launcher.service.run\[0\]` is an empty string"),
    "a name that is no folder's": ('"fleet"', '"../fleet"', 3, "'../fleet' can't be a launcher's name"),
    "an agent by path": ('kind = "claude"', 'kind = "bin/x y"', 23, "'bin/x y' can't be an agent's command"),
    "a NUL": ('"stop",', '"st\\u0000op",', 35, r"`launch_path.stops.run\[1\]` has a NUL character"),
    "an empty command": ('["./install.sh", "--quiet"]', "[]", 5, "`launcher.prepare` is an empty command"),
    "an unknown placeholder": ('"stop", "{role}"', '"{rolle}", "{role}"', 35, r"placeholder \{rolle\} .*only \{role\}"),
    "a shell's variable": ("dashboard.py", "${HOME}/x", 6, r"placeholder \{HOME\}.*nothing is filled in.*\{\{HOME\}\}"),
    "a role in a history": ('"{into}"', '"{role}"', 11, r"unknown placeholder \{role\} .*only \{into\} is filled in"),
    "a history without into": (', "{into}"', "", 11, r"`history` without \{into\}: the command can't know where"),
    "an attach without role": ('"attach", "{role}"', '"attach"', 12, r"`attach` without \{role\}: .* can't know whose"),
    "a placeholder in a path": ("~/.fleet/registry", "~/{role}/registry", 13, r"unknown placeholder \{role\}"),
    "a source that isn't there": ('"src"', '"gone"', 4, "source 'gone' can't be swept: there is no folder .*/gone"),
    "a source that is a file": ('"src"', '"holdfast.toml"', 4, "source 'holdfast.toml' can't be swept"),
    "units that match nothing": (
        "deploy/*.service",
        "deploy/*.timer",
        8,
        r"units 'deploy/\*.timer' match nothing: /.*/src",
    ),
    "units outside": ("deploy/*.service", "../*.service", 8, r"units '../\*.service' lie outside the source"),
    "an unknown machine": ('["systemd"]', '["systemd", "docker"]', 10, "unknown machine 'docker': there are namespace"),
    "a machine twice": ('["systemd"]', '["systemd", "systemd"]', 10, "machine 'systemd' twice"),
    "no machine": ('["systemd"]', "[]", 10, "`machines` is empty: nothing would be run"),
    "no duration": ('"10m"', '"ten minutes"', 14, "'ten minutes' is no duration: .*one of s, m, h, d"),
    "a duration of nothing": ('"10m"', '"0s"', 14, "'0s' is no duration"),
    "an age of nothing trusted": ('trusts = ["~/.fleet/registry.db"]\n', "", 13, "`max_age` without `trusts`"),
    "an alarm of two kinds": ("alarm = { ", 'alarm = { file = "x", ', 15, "`alarm` has file and http"),
    "an alarm of no kind": ('{ http = "GET http://localhost:8080/alarm" }', "{}", 15, "`alarm` has nothing"),
    "no variable's name": ('"NODE_ENV"', '"NODE_ENV=1"', 18, "'NODE_ENV=1' is no variable's name"),
    "nothing carried": (
        'folder = true\nenvironment = ["NODE_ENV"]\nwatchers = true\nstate = ".agent-session.json"\n',
        "watchers = false\n",
        16,
        "`carries` carries nothing: a session could lose all of it",
    ),
    "a state elsewhere": ('".agent-session.json"', '"/etc/x"', 20, "'/etc/x' leads out of the session's folder"),
    "a method that isn't one": (
        '"POST http',
        '"PUSH http',
        27,
        "'PUSH http://.*' is no request: a request is a method",
    ),
    "a request without method": ('"POST http', '"http', 27, "is no request"),
    "a request to elsewhere": (
        "POST http://127.0.0.1:8080",
        "POST http://example.com",
        27,
        "host must be 127.0.0.1 or loc",
    ),
    "a request with TLS": ("POST http:", "POST https:", 27, "must begin with http://, as nothing in the machine has"),
    "a URL with a user": ("POST http://", "POST http://me@", 27, "its host must be"),
    "a URL with a space": ("/start", "/st art", 27, "neither spaces nor control characters"),
    "a port out of range": (
        "127.0.0.1:8080/health",
        "127.0.0.1:80800/health",
        6,
        "it can't be parsed .Port out of range",
    ),
    "port 0": ("127.0.0.1:8080/health", "127.0.0.1:0/health", 6, "nothing can listen on port 0"),
    "a host in bad brackets": ("127.0.0.1:8080/health", "[::1/health", 6, "it can't be parsed"),
    "two presses": ('{ unit = "', '{ run = ["x", "{role}"], unit = "', 40, "`resumes` has two presses, run and unit"),
    "a click without a browser": ('browser = "http://127.0.0.1:8080/", ', "", 28, "`click` without `browser`"),
    "a browser without a click": (", click = \"[data-role='{role}'] button\"", "", 28, "`browser` without `click`"),
    "an unknown screen": (
        'button" }',
        'button", screen = "tv" }',
        28,
        "unknown screen 'tv': a page is shown on a desktop or",
    ),
    "a screen that is no text": (
        'button" }',
        'button", screen = 2 }',
        28,
        "`launch_path.resumes.screen` has the wrong type",
    ),
    "a screen without a browser": (
        '"C-b", "s", "{role}", "Enter"] }',
        '"C-b", "{role}"], screen = "phone" }',
        43,
        "`screen` without `browser`",
    ),
    "a seat without keys": (
        '{ unit = "',
        '{ at = ["tmux"], unit = "',
        40,
        "`at` without `keys`: it says in front of what",
    ),
    "an empty seat": ('"Enter"] }', '"Enter"], at = [] }', 43, "`launch_path.resumes.at` is an empty command"),
    "a seat of an unknown": ('"Enter"] }', '"Enter"], at = ["{name}"] }', 43, r"unknown placeholder \{name\}"),
    "keys without role": ('"s", "{role}", "Enter"', '"s", "Enter"', 43, "'keys' resumes a session without {role}"),
    "half a key": ('"C-b", "s"', '"C-", "s"', 43, "'C-' can't be typed: no terminal sends such a key"),
    "a key of another name": ('"Enter"] }', '"Return"] }', 43, "'Return' can't be typed: .*did you mean Enter"),
    "a key with a slip": ('"Enter"] }', '"Entr"] }', 43, "'Entr' can't be typed: .*did you mean Enter"),
    "a key of nothing": ('"Enter"] }', '""] }', 43, "'' can't be typed: nothing is typed by it"),
    "a key for no terminal": ('"C-b", "s"', '"C-1", "s"', 43, "'C-1' can't be typed: no terminal sends such a key"),
    "a control character": ('"Enter"] }', '"a\\n"] }', 43, "can't be typed: no key types a control character"),
    "no press": ('{ unit = "fleet@{role}.service" }', "{}", 40, "`resumes` has no press"),
    "no unit's name": ("fleet@{role}.service", "fleet@{role}", 40, "'fleet@{role}' is no unit's name"),
    "boot = false": ("boot = true", "boot = false", 51, "`boot = false`"),
    "a start by boot": (
        "restores = { boot = true }",
        "starts = { boot = true }",
        51,
        "`starts` by boot: a boot is for",
    ),
    "a command without role": (
        '"start", "{role}", ""',
        '"start"',
        32,
        "launch path 'cli' starts a session without {role}",
    ),
    "a request without role": ("/sessions/{role}/start", "/start", 27, "'dashboard' starts a session without {role}"),
    "a dispatch without prompt": (
        'starts = { sdk = ["bin/dispatch", "{role}", "{prompt}"] }',
        'starts = { sdk = ["bin/dispatch", "{role}"] }',
        46,
        "launch path 'sdk' starts without {prompt}: a dispatch is one prompt and its answer",
    ),
    "a start by dispatch that nothing resumes": (
        'resumes = { sdk = ["bin/dispatch", "--again", "{role}", "{prompt}"] }\n',
        "",
        46,
        "`starts` by sdk, and nothing resumes by sdk",
    ),
    "a dispatch that goes on with what none began": (
        'starts = { sdk = ["bin/dispatch", "{role}", "{prompt}"] }\n',
        "",
        46,
        "`resumes` by sdk, and nothing starts by sdk",
    ),
    "a stop by dispatch": (
        'resumes = { sdk = ["bin/dispatch", "--again", "{role}", "{prompt}"] }',
        'stops = { sdk = ["bin/dispatch", "{role}", "{prompt}"] }',
        47,
        "`stops` by sdk: a dispatch says one prompt",
    ),
    "what is borrowed, elsewhere": (
        '"~/.tmux.conf" =',
        '"/etc/tmux.conf" =',
        57,
        "'/etc/tmux.conf' is no place in the",
    ),
    "what is borrowed, above": ('"~/.tmux.conf" =', '"~/../x" =', 57, "'~/../x' is no place in the home"),
    "a home that is borrowed": ('"~/.tmux.conf" =', '"~" =', 57, "'~' is no place in the home: what is borrowed lies"),
    "nothing that is borrowed": ('"person.conf"', '""', 57, "is an empty string"),
    "a prompt in a command": ('"start", "{role}", ""', '"start", "{role}", "{prompt}"', 32, r"placeholder \{prompt\}"),
    "a role in a restore": ('"restore"]', '"restore", "{role}"]', 55, r"unknown placeholder \{role\}"),
    "two paths of one name": ('"keys"', '"cli"', 42, "a second launch path is called 'cli'"),
    "a dot in a path's name": ('"keys"', '"a.b"', 42, "'a.b' can't be a launch path's name"),
    "a path called none": ('"keys"', '"none"', 42, "'none' can't be a launch path's name"),
    "a path that does nothing": ("restores = { boot = true }", "", 49, "launch path 'boot' does nothing"),
    "a table for the paths": (
        '[[launch_path]]\nname = "dashboard"',
        "[launch_path]",
        29,
        "this is no TOML: Cannot overwrite",
    ),
    "broken syntax": ("[agent]", "[agent", 22, "this is no TOML: Expected ']'"),
    "a key twice": ("watchers = true", "folder = true", 19, "this is no TOML: Cannot overwrite a value"),
    "an endless string": ('run = ["bin/fleet", "restore"]\n', 'run = """', 57, "this is no TOML: Unterminated"),
    "an endless number": ('"10m"', "9" * 5000, 58, "this is no TOML: Exceeds the limit"),
    "endless brackets": ('"10m"', "[" * 5000, 1, "nested too deeply"),
}


@pytest.mark.parametrize("name", CASES)
def test_a_mistake_is_refused_on_its_line(tmp_path: Path, name: str) -> None:
    right, wrong, line, said = CASES[name]
    assert FULL.count(right) >= 1
    file = write(tmp_path, FULL.replace(right, wrong, 1))
    with pytest.raises(ConfigError, match=said) as refused:
        load(file)
    assert str(refused.value).startswith(f"{file}:{line}: ")


def test_a_message_has_file_line_what_why_and_what_next(tmp_path: Path) -> None:
    file = write(tmp_path, SMALL.replace("starts", "start"))
    with pytest.raises(ConfigError) as refused:
        load(file)
    error = refused.value
    assert (error.file, error.line, error.what) == (file, 9, "unknown key 'start'")
    assert str(error) == (
        f"{file}:9: unknown key 'start': [launch_path] knows name, starts, resumes, restores, stops, and what isn't "
        "known would go unheeded. Did you mean `starts`?"
    )


@pytest.mark.parametrize(
    "text, line, said",
    [
        ("", 1, "`launcher` is missing"),
        (SMALL[: SMALL.index("[[")], 1, "`launch_path` is missing"),
        (SMALL.replace("starts", "resumes"), 7, "no launch path starts a session"),
        (
            SMALL.replace("[[launch_path]]", "[launch_path]"),
            7,
            r"an array of tables, each begun by \[\[launch_path\]\]",
        ),
        ("launch_path = [1]\n" + SMALL[: SMALL.index("[[")], 1, "this is an array, and an array of tables"),
    ],
)
def test_a_file_that_lacks_its_parts_is_refused(tmp_path: Path, text: str, line: int, said: str) -> None:
    file = write(tmp_path, text)
    with pytest.raises(ConfigError, match=said) as refused:
        load(file)
    assert refused.value.line == line


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=":1: the file can't be read: it is no regular file"):
        load(tmp_path)


def test_a_named_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.toml")
    with pytest.raises(ConfigError, match="it is no regular file"):
        load(tmp_path / "pipe.toml")


def test_a_loop_of_links_is_refused(tmp_path: Path) -> None:
    (tmp_path / "loop.toml").symlink_to("loop.toml")
    with pytest.raises(ConfigError, match="the file can't be read: Too many levels"):
        load(tmp_path / "loop.toml")


def test_another_encoding_is_refused_on_its_line(tmp_path: Path) -> None:
    file = write(tmp_path, SMALL)
    file.write_bytes(SMALL.replace('"claude"', '"claudé"').encode("latin-1"))
    with pytest.raises(ConfigError, match=":6: byte 0xe9 is no UTF-8: TOML is always UTF-8"):
        load(file)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("mutated")


def check(folder: Path, content: bytes) -> None:
    """`content` is either read, or refused with a line that it has."""
    file = write(folder, "")
    file.write_bytes(content)
    try:
        load(file)
    except ConfigError as error:
        refused = error
    else:
        return
    assert 1 <= refused.line <= content.count(b"\n") + 1
    assert "\n" not in str(refused)


VALUES = (
    "true",
    "-7",
    "1.5",
    '""',
    '"{role}"',
    '"x"',
    "[]",
    "[[]]",
    "{}",
    '["{into}"]',
    "1979-05-27",
    "[{}]",
    '{ run = ["x"] }',
)
SHARED = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@SHARED
@given(data=st.data())
def test_no_other_value_makes_it_raise_anything_else(folder: Path, data: st.DataObject) -> None:
    lines = FULL.splitlines(keepends=True)
    for _ in range(data.draw(st.integers(1, 3))):
        number = data.draw(st.integers(0, len(lines) - 1))
        key, equals, _old = lines[number].partition("=")
        value = data.draw(st.sampled_from(VALUES))
        lines[number] = data.draw(st.sampled_from([f"{key}{equals}{value}\n", "", lines[number] * 2]))
    check(folder, "".join(lines).encode())


@SHARED
@given(at=st.integers(0, len(FULL)), length=st.integers(0, 40), put=st.binary(max_size=12))
def test_no_other_bytes_make_it_raise_anything_else(folder: Path, at: int, length: int, put: bytes) -> None:
    whole = FULL.encode()
    check(folder, whole[:at] + put + whole[at + length :])


@SHARED
@given(at=st.integers(0, len(FULL)), put=st.text("[]{}\"'=.,#\n\\ abc{role}\0", max_size=8))
def test_no_other_punctuation_makes_it_raise_anything_else(folder: Path, at: int, put: str) -> None:
    check(folder, (FULL[:at] + put + FULL[at:]).encode())
