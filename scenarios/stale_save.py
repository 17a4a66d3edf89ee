"""What recovery will trust is fresh, or somebody is told: a save that has grown old, empty or lost is repaired or
alarmed about before it is needed."""

from holdfast import RESUMES, World, clean, continues, fresh, loud, mapped, prompt, scenario, single, survives


@scenario(
    press=RESUMES,
    promises=[survives, continues, mapped, single, loud, prompt, fresh, clean],
    seen_in=["tmux-plugins/tmux-resurrect#403", "tmux-plugins/tmux-resurrect#287", "tmux-plugins/tmux-continuum#22"],
    each={"save": ["fresh", "old", "empty", "gone"]},
    needs=["trusts"],
)
def stale_save(world: World, save: str) -> None:
    world.open("api", "web")
    world.await_save()
    if save != "fresh":
        world.spoil(save)
        world.await_save()  # until it is repaired, or the alarm is raised
        world.heed()  # who is alarmed puts it back; who isn't presses all the same
    world.kill("api", "server")
    world.press("api", "web")
