"""The causes of a conversation that is on disk, and not where the agent looks for it."""

from collections.abc import Iterator

from holdfast.agents.folders import encoded, misreading
from holdfast.agents.resume import command
from holdfast.agents.resume.causes import Cause, Finding, Proof
from holdfast.agents.resume.facts import Facts, Found, Place


def elsewhere(facts: Facts) -> Iterator[Finding]:
    """For each file with messages under this id: what is another one than the agent takes, config dir or project."""
    for found in facts.found:
        if not found.linked or found in facts.looked:
            continue
        if found.place is None or found.place.config != str(facts.question.config):
            yield _other_config(facts, found, found.place)
        if found.place is not None and found.folder != encoded(facts.cwd):
            yield _other_project(facts, found)
        if found.session != facts.question.session:
            because = f"its file is named {found.session}, and the agent takes upper and lower case as they are"
            yield Finding(Cause.TRANSIENT, Proof.SEEN, because, command.resume(facts, found), found.path)


def _other_config(facts: Facts, found: Found, place: Place | None) -> Finding:
    if place is None:
        because = f"the file lies in no config dir, and the agent reads {facts.question.config}"
    else:
        because = f"it lies in the config dir {place.config} ({place.why}), and the agent reads {facts.question.config}"
    next_ = command.resume(facts, found)
    if place is not None and place.foreign is not None:
        next_ += f"   (while pid {place.foreign} lives; or resume it in that process's container)"
    return Finding(Cause.OTHER_CONFIG, Proof.SEEN, because, next_, found.path)


def _other_project(facts: Facts, found: Found) -> Finding:
    """Whose it is, its records say. The folder's name is believed only where it is a known misreading of this cwd,
    which the cwd of the records doesn't explain."""
    here = {facts.cwd, str(facts.question.cwd)}
    how = misreading(found.folder, facts.cwd, str(facts.question.cwd))
    explained = found.cwd is not None and encoded(found.cwd) == found.folder
    right = encoded(facts.cwd)
    if found.cwd in here or found.leads in here or (how is not None and not explained):
        whose = f"its records say {found.cwd}" if found.cwd is not None else "its records name no cwd"
        if found.leads == facts.cwd and found.cwd != facts.cwd:
            whose += f", which leads to {facts.cwd} today"
        because = f"{whose}; this cwd's project folder is {right}, and it lies in {found.folder}"
        because += f": so it is named where {how}" if how is not None else ""
        return Finding(Cause.ENCODED, Proof.SEEN, because, command.resume(facts, found), found.path)
    whose = f"its records begin in {found.cwd}" if found.cwd is not None else "its records name no cwd"
    gone = ", which is not there today" if found.cwd is not None and found.leads is None else ""
    because = f"{whose}{gone}; it lies in {found.folder}, and this cwd's project folder is {right}"
    proof = Proof.SEEN if found.cwd is not None else Proof.INFERRED
    return Finding(Cause.TRACKED, proof, because, command.resume(facts, found), found.path)
