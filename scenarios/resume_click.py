"""A resume click on a live session leaves it alive, untouched and the only one."""

from holdfast import RESUMES, World, clean, loud, mapped, prompt, scenario, single, survives


@scenario(
    press=RESUMES,
    promises=[survives, mapped, single, loud, prompt, clean],
    seen_in=["gbasin/agentboard#212", "devswha/chatmux#73", "stablyai/orca#18782"],
)
def resume_click(world: World) -> None:
    world.open("api", "web")  # two roles: with one, a wrong mapping can't show
    world.hold()  # the agents are mid-task, with children running
    world.press("api")
