"""Which holdfast.toml is meant."""

import os
from pathlib import Path

FILE_NAME = "holdfast.toml"


def find(given: Path | None, cwd: Path) -> Path | None:
    """The file that a person means: the one given, or that in the folder given; else the nearest in `cwd` or above it.

    None if nothing was given and there is none. What it is, is not looked at: `load` says what is wrong with it.
    """
    if given is not None:
        at = cwd / given
        return at / FILE_NAME if at.is_dir() else at
    candidates = (folder / FILE_NAME for folder in (cwd, *cwd.parents))
    return next((file for file in candidates if os.path.lexists(file)), None)
