"""Which agent answers to the launcher's command: found by its profile, its program installed where that is needed."""

import os
import re
import shutil
from importlib import import_module
from pathlib import Path

from holdfast.agents import Agent, AgentError, Given, Profile, nearest
from holdfast.extensions import discover
from holdfast.machines import Holder
from holdfast.run.installing import LATEST, installed

_VERSION = re.compile(r"\d+(\.\d+)+")


def profiles(beside: Path | None) -> tuple[Profile, ...]:
    """Every agent that there is, the suite's own and those beside a holdfast.toml, by kind."""
    found: dict[str, Profile] = {}
    for module in discover("agents", beside):
        for profile in (value for value in vars(module).values() if isinstance(value, Profile)):
            if found.setdefault(profile.kind, profile) is not profile:
                raise AgentError(
                    f"{module.__file__}: an agent is called {profile.kind!r}, and so is another: --agent could mean "
                    "either. Rename one of them"
                )
    return tuple(found[kind] for kind in sorted(found))


def chosen(asked: str, beside: Path | None) -> tuple[Profile, str | None]:
    """The profile and the version, None if any will do, that KIND or KIND@VERSION asks for."""
    kind, at, version = asked.partition("@")
    known = {profile.kind: profile for profile in profiles(beside)}
    if kind not in known:
        raise AgentError(f"there is no agent {kind!r}: --agent takes one of {', '.join(known)}, or KIND@VERSION")
    if at and version != LATEST and not _VERSION.fullmatch(version):
        raise AgentError(f"--agent {asked}: {version!r} is no version: 2.1.197 is one, and `{LATEST}`")
    profile = known[kind]
    if at and profile.package is None and version not in profile.versions:
        raise AgentError(f"--agent {asked}: {kind} can be {', '.join(profile.versions)}, and not {version}")
    return profile, version or None


def agent_called(asked: str, beside: Path | None, holder: Holder, store: Path) -> Agent:
    """The agent that is asked for. A program that isn't at hand is installed into the folder `store`; NotInstalled if
    that can't be."""
    profile, version = chosen(asked, beside)
    here = _at_hand(profile, version)
    if here is not None:
        return here
    assert profile.package is not None  # one that the suite brings along is at hand
    program, exactly = installed(profile.kind, profile.package, version or profile.versions[0], holder, store)
    return _made(profile, program, nearest(exactly, profile.versions))


def at_hand(asked: str, beside: Path | None = None) -> Agent | None:
    """The agent that is asked for if nothing need be installed: the suite has it, or the user has and any version will
    do."""
    return _at_hand(*chosen(asked, beside))


def left_open(asked: str, agent: Agent, store: Path) -> tuple[str, ...]:
    """Which program it is, where `asked` says that for one day or one host only; nothing where it says all."""
    kind, _, version = asked.partition("@")
    if agent.program.is_relative_to(store):
        exactly = agent.program.relative_to(store).parts[0].removeprefix(f"{kind}-")
        return () if exactly == version else (f"{asked} is {exactly}",)
    return () if version or agent.program.is_relative_to(_suite()) else (f"{asked} is {agent.program}",)


def _at_hand(profile: Profile, version: str | None) -> Agent | None:
    usual = profile.versions[0]
    if profile.package is None:
        return _made(profile, _suite() / str(profile.program), version or usual)
    own = None if version else _own(profile)
    return None if own is None else _made(profile, own, usual)


def _made(profile: Profile, program: Path, version: str) -> Agent:
    if profile.bars(program, version):
        other = f", name its native program in {profile.variable}" if profile.variable else ""
        raise AgentError(
            f"{program} is not the native {profile.kind} but a script, which a machine can't run without what it was "
            f"installed with. Ask for {profile.kind}@{profile.versions[0]}, which is installed{other}"
        )
    return profile.make(Given(program, version, _suite()))


def _suite() -> Path:
    folder: Path = import_module("holdfast.fixtures.agents").FOLDER
    return folder


def _own(profile: Profile) -> Path | None:
    """The user's own program: the one that the variable names, else the first on PATH."""
    named = os.environ.get(profile.variable) if profile.variable else None
    if named and not Path(named).is_file():
        raise AgentError(
            f"{profile.variable}={named}: there is no such file. Name {profile.kind}'s program, or unset it"
        )
    found = named or (shutil.which(profile.program) if profile.program else None)
    return Path(found).resolve() if found else None
