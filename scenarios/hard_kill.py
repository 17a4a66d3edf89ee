"""After a SIGKILL of the agent, of its pane's first process or of the tmux server, a press brings the conversation
back."""

from holdfast import RESUMES, World, clean, continues, loud, mapped, prompt, scenario, single, survives


@scenario(
    press=RESUMES,
    promises=[survives, continues, mapped, single, loud, prompt, clean],
    seen_in=["Thurbeen/thurbox#971", "automagik-dev/genie#985", "asheshgoplani/agent-deck#1786"],
    each={"victim": ["agent", "pane", "server"]},
)
def hard_kill(world: World, victim: str) -> None:
    world.open("api", "web")
    world.hold("web")
    world.kill("api", victim)
    if victim == "server":
        world.press("web")  # the second one first: what tmux numbers, it now numbers otherwise
    world.press("api")
