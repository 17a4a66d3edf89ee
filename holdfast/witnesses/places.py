"""Paths of a machine, found from outside: symbolic links in it lead on in its own tree, not in the host's."""

import errno
import glob
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

_MOST_LINKS = 40  # as Linux follows (path_resolution(7))
_MAGIC = frozenset("*?[")


def real(root: Path, inside: str) -> Path:
    """Where the absolute path `inside` of the machine at `root` leads to, whether or not anything is there. OSError for
    links that lead round in a circle."""
    done, links = root, 0
    left = list(PurePosixPath(inside).parts[1:])
    while left:
        part = left.pop(0)
        if part == "..":
            done = done if done == root else done.parent
            continue
        if not (here := done / part).is_symlink():
            done = here
            continue
        links += 1
        if links > _MOST_LINKS:
            raise OSError(errno.ELOOP, f"too many symbolic links in the machine's {inside}")
        target = PurePosixPath(here.readlink())
        done = root if target.is_absolute() else done
        left = [part for part in target.parts if part != "/"] + left
    return done


def matches(root: Path, pattern: str) -> Iterator[tuple[str, Path]]:
    """The files that the absolute path `pattern`, which may have `*`, `?`, `[…]` and `**`, names in the machine: each
    as the machine calls it, and as the host does."""
    fixed, rest = _split(PurePosixPath(pattern))
    # Path.glob raises for patterns such as **.x
    names = glob.glob(rest, root_dir=real(root, fixed), recursive=True) if rest else [""]  # noqa: PTH207
    for name in sorted(names):
        inside = str(PurePosixPath(fixed) / name)
        file = real(root, inside)
        if file.is_file():
            yield inside, file


def folder(root: Path, pattern: str) -> Path:
    """The nearest folder that exists, of those in which what `pattern` names would come, go or be written."""
    fixed, rest = _split(PurePosixPath(pattern))
    place = real(root, fixed) if rest else real(root, fixed).parent
    while not place.is_dir() and place != root:
        place = place.parent
    return place


def varying(pattern: str, inside: str) -> str:
    """What of the path `inside`, which `pattern` names, stands where that has wildcards; "" for a pattern without."""
    fixed, rest = _split(PurePosixPath(pattern))
    return str(PurePosixPath(inside).relative_to(fixed)) if rest else ""


def _split(pattern: PurePosixPath) -> tuple[str, str]:
    """The folders above the first part with a wildcard, and what comes from there on; "" where there is none."""
    wild = next((n for n, part in enumerate(pattern.parts) if _MAGIC & set(part)), len(pattern.parts))
    return str(PurePosixPath(*pattern.parts[:wild])), "/".join(pattern.parts[wild:])
