"""A session that runs only while it answers: the next dispatch goes on with the role's own conversation, whatever came
in between."""

from holdfast import RESUMES, World, clean, continues, loud, mapped, prompt, scenario, single


@scenario(
    press=RESUMES,
    promises=[continues, mapped, single, loud, prompt, clean],
    seen_in=["multica-ai/multica#1285", "umage-ai/CodeShellManager#75", "asheshgoplani/agent-deck#2269"],
    each={"between": ["nothing", "touched", "copied", "failure", "reboot"]},
    dispatched=True,
)
def next_dispatch(world: World, between: str) -> None:
    world.open("api", "web")
    if between in ("touched", "copied"):
        world.talk_elsewhere("api")
        world.say("api")  # so that the role's own conversation is the last that was spoken to
        world.mislead("api", between)
    elif between == "failure":
        world.hide("api")
        world.press("api")  # it can't be answered: what the launcher learns from that must not replace what it knew
        world.unhide("api")
    elif between == "reboot":
        world.reboot()
    world.press("api", "web")
