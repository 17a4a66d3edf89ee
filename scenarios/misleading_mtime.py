"""The newest file in a role's folder isn't the role's conversation: a press must not be misled by file times."""

from holdfast import RESUMES, World, clean, continues, loud, mapped, prompt, scenario, single, survives


@scenario(
    press=RESUMES,
    promises=[survives, continues, mapped, single, loud, prompt, clean],
    seen_in=["umage-ai/CodeShellManager#75", "AndyMik90/Aperant#1670", "TheHumbleTransistor/ccmux#55"],
    each={"lie": ["touched", "copied", "opened"], "loss": ["server", "machine"]},
)
def misleading_mtime(world: World, lie: str, loss: str) -> None:
    world.open("api", "web")
    world.talk_elsewhere("api")
    world.say("api")  # so that the role's own conversation is the last that was spoken to
    if loss == "server":
        world.kill("api", "server")  # first: agents that lose their terminal write a last record, which undoes the lie
        world.mislead("api", lie)
    else:
        world.mislead("api", lie)  # first: a launcher may restore while the machine boots
        world.reboot()
    world.press("api", "web")
