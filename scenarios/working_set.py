"""A session is more than its conversation: what a person built up around it is back with it, and only once."""

from holdfast import RESUMES, World, clean, continues, equipped, loud, mapped, prompt, scenario, single, survives


@scenario(
    press=RESUMES,
    promises=[survives, continues, mapped, single, loud, prompt, equipped, clean],
    seen_in=["tmux-plugins/tmux-resurrect#253", "tmux-plugins/tmux-resurrect#146", "tmux-plugins/tmux-resurrect#332"],
    each={"loss": ["server", "machine"]},
    needs=["carries"],
)
def working_set(world: World, loss: str) -> None:
    world.open("api", "web")
    world.equip("api", "web")
    if loss == "server":
        world.kill("api", "server")
    else:
        world.reboot()
    world.press("api", "web")
