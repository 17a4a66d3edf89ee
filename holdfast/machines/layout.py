"""Where the files of one machine lie on the host."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Layout:
    """`folder` is the machine's own, below its holder's. `etc` and `var` outlive reboots, as a disk does; `run`,
    `boot_id` and `console` are made afresh at each boot."""

    folder: Path

    @property
    def run(self) -> Path:
        return self.folder / "run"

    @property
    def etc(self) -> Path:
        return self.folder / "etc"

    @property
    def var(self) -> Path:
        return self.folder / "var"

    @property
    def bin(self) -> Path:
        return self.folder / "bin"

    @property
    def boot_id(self) -> Path:
        return self.folder / "boot_id"

    @property
    def door(self) -> Path:
        """The socket that the door listens on."""
        return self.run / "door"

    @property
    def events(self) -> Path:
        """The FIFO in which a machine says how far its boot is: all mounted; or its door open, and systemd settled."""
        return self.run / "events"
