"""A restart of the launcher's own service takes no session with it."""

from holdfast import World, clean, mapped, scenario, single, survives


@scenario(
    press=None,
    promises=[survives, mapped, single, clean],
    seen_in=["antoinedc/MantaUI#1207", "blpsoares/agentistics#424", "gastownhall/gascity#1174"],
    service=True,
)
def service_restart(world: World) -> None:
    world.open("api", "web")
    world.hold()
    world.restart_service()
