"""A person in front of a role's session: the launcher's own attach command on a terminal of its own, inside the
machine."""

import os
import select
import termios
import time
from collections.abc import Callable, Mapping
from types import TracebackType
from typing import Self, TypeVar

from holdfast.agents.screen import Screen
from holdfast.machines.protocol import Machine, Spawned

T = TypeVar("T")
TERMINAL = (50, 200)  # rows, columns: wide enough that no answer is broken over two lines
_AT_ONCE = 65536


class Gone(Exception):
    """The attach ended before it showed what was waited for. `code` is its exit code."""

    def __init__(self, why: str, code: int | None) -> None:
        super().__init__(why)
        self.code = code


class TooLate(Exception):
    """What was waited for did not come within its bound; the attach still stands."""


class Person:
    """Reads what the terminal shows, and types. Leaving hangs the terminal up, as a closed window does."""

    def __init__(
        self, machine: Machine, attach: tuple[str, ...], cwd: str, env: Mapping[str, str] | None = None
    ) -> None:
        self._spawned: Spawned = machine.spawn(attach, env=env, cwd=cwd, tty=TERMINAL)
        self._screen = Screen(*TERMINAL)
        self._command = " ".join(attach)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.leave()

    @property
    def pid(self) -> int:
        """The machine's pid of what the terminal was opened for."""
        return self._spawned.pid

    @property
    def text(self) -> str:
        """Everything that the terminal was shown so far, without its escape sequences."""
        return self._screen.text()

    @property
    def read_by_line(self) -> bool:
        """Whether the terminal still edits lines by itself: no program takes the keys as they come."""
        return bool(termios.tcgetattr(self._spawned.fd)[3] & termios.ICANON)

    def type(self, text: str | bytes) -> None:
        data = text.encode() if isinstance(text, str) else text
        try:
            os.write(self._spawned.fd, data)
        except OSError as error:
            raise self._gone("was typed to") from error

    def wait(self, what: str, find: Callable[[str], T | None], until: float) -> T:
        """The first thing that `find` finds in the text, before the monotonic time `until`.

        Gone if the attach ends first, TooLate if the time does; both say what was last on the screen.
        """
        began = time.monotonic()
        while (found := find(self.text)) is None:
            left = until - time.monotonic()
            if left <= 0 or not select.select([self._spawned.fd], [], [], left)[0]:
                waited = time.monotonic() - began
                raise TooLate(f"waited {waited:.1f} s for {what}; last saw: {self._last()}")
            try:
                read = os.read(self._spawned.fd, _AT_ONCE)
            except OSError:  # EIO: the last process of a terminal closed it
                read = b""
            if not read:
                raise self._gone(f"ended before {what}")
            self._screen.feed(read)
        return found

    def leave(self) -> None:
        self._spawned.close()

    def _gone(self, what: str) -> Gone:
        code = self._spawned.wait(1.0)
        return Gone(f"`{self._command}` {what}: exit {code}, last saw: {self._last()}", code)

    def _last(self) -> str:
        lines = [line.rstrip() for line in self.text.splitlines() if line.strip()]
        return " | ".join(lines[-3:])[-300:] or "nothing at all"
