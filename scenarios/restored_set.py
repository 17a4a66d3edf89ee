"""A restore after a reboot brings back what a person built up around each session, too."""

from holdfast import RESTORES, World, clean, continues, equipped, loud, mapped, prompt, scenario, single, survives


@scenario(
    press=RESTORES,
    promises=[survives, continues, mapped, single, loud, prompt, equipped, clean],
    seen_in=["tmux-plugins/tmux-resurrect#212", "tmux-plugins/tmux-resurrect#437"],
    needs=["carries"],
)
def restored_set(world: World) -> None:
    world.open("api", "web")
    world.equip("api", "web")
    world.reboot()
    world.press()
