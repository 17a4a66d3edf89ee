"""A person in front of a role's session: the launcher's own attach command on a terminal of its own, inside the
machine."""

import fcntl
import os
import select
import struct
import termios
import time
from collections.abc import Callable, Mapping, Sequence
from types import TracebackType
from typing import Self, TypeVar

from holdfast.agents.screen import Screen
from holdfast.machines.protocol import Machine, Spawned

T = TypeVar("T")
TERMINAL = (50, 200)  # rows, columns: wide enough that no answer is broken over two lines
_AT_ONCE = 65536
_ENDS_WITHIN = 5.0  # seconds, for a program whose terminal nobody has open any more
_TIOCGPTN = 0x80045430  # ioctl_tty(2): the number of a terminal, asked of its master


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
        self,
        machine: Machine,
        attach: tuple[str, ...],
        cwd: str,
        env: Mapping[str, str] | None = None,
        terminal: tuple[int, int] = TERMINAL,
    ) -> None:
        self._spawned: Spawned = machine.spawn(attach, env=env, cwd=cwd, tty=terminal)
        self._screen = Screen(*terminal)
        self._command = " ".join(attach)
        self._received = 0
        self._over = False

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
    def terminal(self) -> str:
        """The terminal's name inside the machine, such as /dev/pts/3."""
        answer = fcntl.ioctl(self._spawned.fd, _TIOCGPTN, bytes(4))
        return f"/dev/pts/{struct.unpack('I', answer)[0]}"

    @property
    def text(self) -> str:
        """Everything that the terminal was shown so far, without its escape sequences."""
        return self._screen.text()

    @property
    def read_by_line(self) -> bool:
        """Whether the terminal still edits lines by itself: no program takes the keys as they come."""
        return bool(termios.tcgetattr(self._spawned.fd)[3] & termios.ICANON)

    def resize(self, rows: int, columns: int) -> None:
        """Give the terminal another size, as a turned phone does; its screen is empty until it is drawn again."""
        fcntl.ioctl(self._spawned.fd, termios.TIOCSWINSZ, struct.pack("4H", rows, columns, 0, 0))
        self._screen = Screen(rows, columns)

    def type(self, text: str | bytes) -> None:
        data = text.encode() if isinstance(text, str) else text
        try:
            os.write(self._spawned.fd, data)
        except OSError as error:
            raise self._gone("was typed to") from error

    def wait(self, what: str, find: Callable[[str], T | None], until: float) -> T:
        """The first thing that `find` finds in the text, before the monotonic time `until`.

        Gone if the attach ends first, TooLate if the time does; both say what was last on the screen. What the terminal
        has been shown by then is looked at, however late that is.
        """
        began = time.monotonic()
        late = False
        while (found := find(self.text)) is None:
            if self._over:
                raise self._gone(f"ended before {what}")
            if late:
                waited = time.monotonic() - began
                raise TooLate(f"waited {waited:.1f} s for {what}; last saw: {self._last()}")
            late = not self.attend((), until) or time.monotonic() >= until
        return found

    def receive(self, count: int, until: float) -> None:
        """Take in what the terminal is shown until that is `count` bytes in all, the attach ends, or the time comes."""
        while self._received < count and not self._over and self.attend((), until):
            pass

    def attend(self, others: Sequence[int], until: float) -> bool:
        """Whether the terminal was shown something, which is taken in, or one of the descriptors `others` became
        readable, before the monotonic time `until`. After the end of the attach only `others` count."""
        mine = [] if self._over and others else [self._spawned.fd]
        ready = select.select([*mine, *others], [], [], max(0.0, until - time.monotonic()))[0]
        if self._spawned.fd in ready:
            try:
                read = os.read(self._spawned.fd, _AT_ONCE)
            except OSError:  # EIO: the last process of a terminal closed it
                read = b""
            self._over = not read
            self._received += len(read)
            self._screen.feed(read)
        return bool(ready)

    def leave(self) -> None:
        self._spawned.close()

    def ends(self, within: float) -> bool:
        """Whether what the terminal was opened for ends within so many seconds."""
        return self._spawned.wait(within) is not None

    def _gone(self, what: str) -> Gone:
        code = self._spawned.wait(_ENDS_WITHIN)
        return Gone(f"`{self._command}` {what}: exit {code}, last saw: {self._last()}", code)

    def _last(self) -> str:
        lines = [line.rstrip() for line in self.text.splitlines() if line.strip()]
        return " | ".join(lines[-3:])[-300:] or "nothing at all"
