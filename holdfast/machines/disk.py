"""A disk whose power can be cut: an ext4 file system in an image of the holder's, on a loop device of its own.

A holder mounts it in its own mount namespace, so that the mount, and with it the loop device (which clears itself with
its last user), vanish with the holder, however it ends; the image lies in the holder's folder. A cut is a shutdown of
the file system that flushes nothing (FS_IOC_SHUTDOWN with NOLOGFLUSH): what was written and not synced never reaches
the image. Takes root, mkfs.ext4 and mount.
"""

import contextlib
import ctypes
import fcntl
import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from holdfast.machines.protocol import PATH, MachineError

MEGABYTES = 64
"""The size of a disk. Its image takes what is written to it, some 5 MB at first."""
_FS_IOC_SHUTDOWN = 0x8004587D
_NO_LOG_FLUSH = (2).to_bytes(4, "little")
_DETACH = 2
_LIBC = ctypes.CDLL(None, use_errno=True)


@dataclass(frozen=True)
class Files:
    """Where a disk lies in its holder's folder: the `image`, and the folder that it is mounted on (`top`), in which
    `home` is the home of its machine."""

    folder: Path

    @property
    def image(self) -> Path:
        return self.folder / "image"

    @property
    def top(self) -> Path:
        return self.folder / "top"

    @property
    def home(self) -> Path:
        return self.top / "home"


def make(files: Files) -> None:
    """Make the disk, with an empty home that its owner alone may enter, and mount it."""
    files.top.mkdir(parents=True)
    with files.image.open("wb") as image:
        image.truncate(MEGABYTES << 20)
    _run("mkfs.ext4", "-q", "-F", str(files.image))
    mount(files)
    files.home.mkdir(mode=0o700)


def mount(files: Files) -> None:
    """After a cut this recovers the journal, as a boot does."""
    _run("mount", "-t", "ext4", "-o", "loop", str(files.image), str(files.top))


def shut(files: Files) -> None:
    """From now on nothing that is written reaches the disk, and nothing that was written and not synced."""
    top = os.open(files.top, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        fcntl.ioctl(top, _FS_IOC_SHUTDOWN, _NO_LOG_FLUSH)
    except OSError as error:
        raise MachineError(f"the disk at {files.top} can't be cut off: {error.strerror}") from error
    finally:
        os.close(top)


def unmount(files: Files) -> None:
    """And let its loop device go. A disk that somebody still looks into is refused: mounted a second time it would show
    what the cut took."""
    if _LIBC.umount2(os.fsencode(files.top), 0) != 0:
        why = os.strerror(ctypes.get_errno())
        raise MachineError(f"the disk at {files.top} can't be unmounted ({why}): a process has a file of it open")
    if loop := _loop(files.image):
        raise MachineError(
            f"the disk at {files.top} is still mounted elsewhere, from {loop}: did another machine of its holder boot "
            "at the same moment?"
        )


def _loop(image: Path) -> str | None:
    """The name of the loop device whose backing file is the image; None if there is none."""
    for backing in Path("/sys/block").glob("loop*/loop/backing_file"):
        with contextlib.suppress(OSError):  # another one's, that went meanwhile
            if backing.read_text().strip() == str(image):
                return backing.parts[3]
    return None


def discard(files: Files) -> None:
    """Unmount it, whoever looks into it, and remove it."""
    _LIBC.umount2(os.fsencode(files.top), _DETACH)
    shutil.rmtree(files.folder)


def _run(program: str, *words: str) -> None:
    found = shutil.which(program, path=f"{PATH}:/usr/sbin:/sbin")
    if found is None:
        raise MachineError(
            f"a disk whose power can be cut takes {program}, which isn't installed: it is in the packages e2fsprogs "
            "and mount"
        )
    done = subprocess.run([found, *words], capture_output=True, text=True, check=False, env={"LC_ALL": "C"})
    if done.returncode != 0:
        said = done.stderr.strip() or f"exit {done.returncode}"
        raise MachineError(f"no disk whose power can be cut can be had here: {program} said: {said}")
