"""HTTP into a machine: its network is its own, so a request goes through a connection that its door makes."""

import contextlib
import http.client
import socket
import threading
import time
from urllib.parse import SplitResult, urlsplit

from holdfast.machines.protocol import Machine


class _Through(http.client.HTTPConnection):
    """HTTP over a connection that the machine's door made."""

    def __init__(self, given: socket.socket, host: str) -> None:
        super().__init__(host)
        self.sock = given

    def connect(self) -> None:
        raise http.client.NotConnected("the machine's connection was closed before the request was sent")


def fetch(machine: Machine, method: str, url: str, within: float) -> tuple[int, str]:
    """Status and body of one request, made from inside the machine. OSError or HTTPException if there is no answer;
    TimeoutError if it isn't all there within so many seconds."""
    parts = urlsplit(url)
    until = time.monotonic() + within
    with machine.connect(parts.port or 80, within) as given:
        # A socket's own timeout begins anew with every byte: an answer that drips would be waited for without end.
        late = threading.Timer(max(0.0, until - time.monotonic()), _cut, (given,))
        late.start()
        try:
            status, body = _exchange(_Through(given, parts.netloc), method, parts)
        except (OSError, http.client.HTTPException):
            if time.monotonic() < until:
                raise
        finally:
            late.cancel()
    if time.monotonic() >= until:
        raise TimeoutError(f"{method} {url} gave no whole answer within {within:.1f} s")
    return status, body


def _exchange(connection: _Through, method: str, parts: SplitResult) -> tuple[int, str]:
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    connection.request(method, target, body=b"" if method == "POST" else None)
    answer = connection.getresponse()
    return answer.status, answer.read().decode(errors="replace")


def _cut(given: socket.socket) -> None:
    with contextlib.suppress(OSError):  # the other end was quicker
        given.shutdown(socket.SHUT_RDWR)
