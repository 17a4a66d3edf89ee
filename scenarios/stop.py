"""A stop ends the role that it names, live or already gone, and no other: `-t api` also matches `api-2`."""

from holdfast import STOPS, World, clean, mapped, scenario, single, survives


@scenario(
    press=STOPS,
    promises=[survives, mapped, single, clean],
    seen_in=["imbue-ai/mngr#1145", "andyrewlee/amux#156", "raine/workmux#271"],
    each={"target": ["gone", "live"]},
)
def stop(world: World, target: str) -> None:
    world.open("api", "api-2")
    world.hold("api-2")
    if target == "gone":
        world.kill("api", "pane")
    world.press("api")
