"""What the doctor is asked: one session id, and from where it is to be resumed."""

import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

VARIABLE = "CLAUDE_CONFIG_DIR"
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)


class QuestionError(Exception):
    """The question can't be put to a disk: what, why and what to do next, for a person to read."""


@dataclass(frozen=True)
class Question:
    """Would `claude --resume session`, started in `cwd` with the config dir `config`, be resumed? All paths are
    absolute; `cwd` may lead through symbolic links. `home` is the asking person's, `also` are more places to search:
    config dirs, or what they lie under."""

    session: str
    cwd: Path
    config: Path
    home: Path
    also: tuple[Path, ...] = ()


def is_session(text: str) -> bool:
    """Whether that is a session's id by its form. The program takes the case as it is: another one is another id."""
    return _UUID.fullmatch(text) is not None


def question(
    session: str,
    *,
    cwd: Path | None,
    config: Path | None,
    also: Sequence[Path],
    environment: Mapping[str, str],
) -> Question:
    """The question as it is meant where `cwd` or `config` is left out: here, and as this login has it. QuestionError
    for an id that can't be one, and for folders that aren't there."""
    if not is_session(session):
        raise QuestionError(
            f"--session {session!r} is no session id: that is a UUID, like 0f5a1c9e-1b2c-4d3e-8f90-a1b2c3d4e5f6. Ids "
            "like msg_…, req_… and toolu_… name a message, a request and a tool's use, and a title is no id: take "
            "session_id from the result of a turn that succeeded, or the name of the transcript without .jsonl"
        )
    where = _absolute(cwd) if cwd is not None else _here(environment)
    if not where.is_dir():
        raise QuestionError(
            f"--cwd {where} is no folder here: no agent can be started in it. Make it again (mkdir -p) or name another "
            "one; where its conversations are is also said from any other folder"
        )
    for place in also:
        if not place.exists():
            raise QuestionError(f"--also {place} is not there, so that nothing can be found in it. Is it mounted?")
    home = Path(environment.get("HOME") or "~").expanduser()
    return Question(
        session=session,
        cwd=where,
        config=_absolute(config or Path(environment.get(VARIABLE) or home / ".claude")),
        home=home,
        also=tuple(_absolute(place) for place in also),
    )


def _here(environment: Mapping[str, str]) -> Path:
    """The current folder by the name that the person's shell gives it, if that is true."""
    named = environment.get("PWD", "")
    try:
        true = os.path.isabs(named) and os.path.samefile(named, ".")  # noqa: PTH117, PTH121  (a string, maybe no path)
    except OSError:
        true = False
    return Path(named) if true else Path.cwd()


def _absolute(path: Path) -> Path:
    """Without resolving a link, which would hide what the question is about."""
    return Path(os.path.abspath(path))  # noqa: PTH100  (Path.absolute keeps `..`)
