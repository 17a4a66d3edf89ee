"""After a reboot each role's conversation is back, by a press or by the launcher's own restore."""

from holdfast import RESTORES, RESUMES, World, clean, continues, loud, mapped, prompt, scenario, single, survives


@scenario(
    press=RESUMES | RESTORES,
    promises=[survives, continues, mapped, single, loud, prompt, clean],
    seen_in=["tmux-plugins/tmux-resurrect#571", "asheshgoplani/agent-deck#2269"],
)
def reboot(world: World) -> None:
    world.open("api", "web")
    world.hold("web")
    world.reboot()
    world.press("api", "web")
