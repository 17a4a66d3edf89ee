"""The reference launcher's dashboard: who may press its buttons, and what it says when it can't begin."""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

REFERENCE = Path(__file__).resolve().parents[2] / "fixtures" / "launchers" / "reference"
ASK = """
import sys
from wsgiref.util import setup_testing_defaults
import dashboard
environ = {"REQUEST_METHOD": sys.argv[1], "PATH_INFO": sys.argv[2], "QUERY_STRING": sys.argv[3]}
environ |= {name: value for name, _, value in (word.partition("=") for word in sys.argv[4:])}
setup_testing_defaults(environ)
print("".join(part.decode() for part in dashboard.app(environ, lambda status, headers, *_: print(status))))
"""


def ask(home: Path, method: str, path: str, *headers: str, query: str = "", token: str = "") -> tuple[int, str]:
    """Status and text of one request, for which the dashboard's code runs in a home of its own."""
    environment = {**os.environ, "HOME": str(home), "FLEET_TOKEN": token}
    argv = [sys.executable, "-c", ASK, method, path, query, *(f"HTTP_{header}" for header in headers)]
    done = subprocess.run(argv, cwd=REFERENCE, env=environment, capture_output=True, text=True, check=True)
    status, _, text = done.stdout.partition("\n")
    return int(status.split()[0]), text


HOST = "HOST=127.0.0.1:8080"
PRESS = ("POST", "/sessions/api/resume")


@pytest.mark.parametrize(
    "headers",
    [
        (HOST,),
        (HOST, "ORIGIN=http://127.0.0.1:8080"),
        (HOST, "ORIGIN=http://127.0.0.1:8080", "SEC_FETCH_SITE=same-origin"),
        ("HOST=localhost:8080", "SEC_FETCH_SITE=none"),
    ],
)
def test_its_own_page_and_a_command_may_press(tmp_path: Path, headers: tuple[str, ...]) -> None:
    assert ask(tmp_path, *PRESS, *headers) == (409, "api: no such role; `fleet start api` begins it\n\n")


@pytest.mark.parametrize(
    "headers",
    [
        (HOST, "ORIGIN=https://evil.example"),
        (HOST, "ORIGIN=null"),
        (HOST, "SEC_FETCH_SITE=cross-site"),
        (HOST, "SEC_FETCH_SITE=same-site"),
        (HOST, "ORIGIN=http://127.0.0.1:9999"),
        ("HOST=evil.example:8080", "ORIGIN=http://evil.example:8080"),
    ],
)
def test_another_sites_page_may_not(tmp_path: Path, headers: tuple[str, ...]) -> None:
    assert ask(tmp_path, *PRESS, *headers)[0] == 403
    assert not (tmp_path / ".fleet").exists(), "nothing was begun"


def test_with_a_token_nobody_gets_in_without_it(tmp_path: Path) -> None:
    host = "HOST=fleet.example:8080"
    assert ask(tmp_path, "GET", "/", host, token="4711")[0] == 401
    assert ask(tmp_path, "GET", "/", host, token="4711", query="token=471")[0] == 401
    assert ask(tmp_path, *PRESS, host, "COOKIE=fleet=4712", token="4711")[0] == 401
    assert ask(tmp_path, "GET", "/", host, token="4711", query="token=4711")[0] == 200
    assert ask(tmp_path, *PRESS, host, "COOKIE=fleet=4711", token="4711")[0] == 409
    assert ask(tmp_path, *PRESS, host, "AUTHORIZATION=Bearer 4711", token="4711")[0] == 409


@pytest.mark.parametrize(
    "path", ["/sessions/..%2Fx/start", "/sessions/-x/start", "/sessions/a b/start", "/sessions/api/burn"]
)
def test_a_name_that_is_no_roles_is_no_address(tmp_path: Path, path: str) -> None:
    assert ask(tmp_path, "POST", path, HOST)[0] == 404


def test_a_role_and_an_alarm_are_on_the_page(tmp_path: Path) -> None:
    record = "registry.Record('api', 'claude', '/w', '', 'x', 1, 0, 0, '{}', '{}')"
    begin = [sys.executable, "-c", f"from fleet import registry; registry.begin({record})"]
    subprocess.run(begin, cwd=REFERENCE, env={**os.environ, "HOME": str(tmp_path)}, check=True)
    status, page = ask(tmp_path, "GET", "/", HOST)
    assert (status, 'data-role="api"' in page, 'class="fresh"' in page) == (200, True, True)
    (save,) = (tmp_path / ".fleet" / "saves").iterdir()
    save.unlink()
    assert 'class="stale"' in ask(tmp_path, "GET", "/cards", HOST)[1]


@pytest.fixture
def taken() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield listening.getsockname()[1]


def test_a_port_in_use_and_an_address_without_a_token_are_refused(tmp_path: Path, taken: int) -> None:
    for listen, why in ((f"127.0.0.1:{taken}", "Is another dashboard there?"), ("0.0.0.0:8080", "set FLEET_TOKEN")):
        argv = [sys.executable, "dashboard.py", "--listen", listen]
        environment = {**os.environ, "HOME": str(tmp_path), "FLEET_TOKEN": ""}
        done = subprocess.run(argv, cwd=REFERENCE, env=environment, capture_output=True, text=True, timeout=30)
        assert done.returncode == 1
        assert why in done.stderr
        assert "Traceback" not in done.stderr
