"""Power: the machine is switched on, and it loses power and comes back, when everything but the disk is gone."""

from dataclasses import dataclass

from holdfast.agents.protocol import Outfit
from holdfast.history.events import Booted, Faulted
from holdfast.machines.protocol import Machine, MachineError
from holdfast.operations.arriving import settle
from holdfast.operations.stage import CannotGoOn, Stage

_MODEL_WITHIN = 10.0  # seconds for the model API of a real agent to listen


@dataclass(frozen=True)
class PowerOn:
    """Boot; on systemd, until everything wanted at boot has settled."""

    def do(self, stage: Stage) -> None:
        stage.booted_at = stage.recorder.now()
        try:
            stage.machine.boot()
            stage.begin_boot()
            serve_model(stage.machine, stage.outfit)
        except MachineError as error:
            raise CannotGoOn(f"the machine did not boot: {error}") from error
        stage.recorder.append(Booted(stage.recorder.now(), stage.machine.boot_id))


@dataclass(frozen=True)
class Reboot:
    """Power off without warning, and on again; returns when the agents that the boot started have come up, if it
    started any."""

    def do(self, stage: Stage) -> None:
        stage.note_launches()
        seen = stage.observe("before the reboot")
        live = {agent.session: agent.id for agent in seen.agents or ()}
        lost = tuple(name for name, role in stage.roles.items() if role.session in live)
        before = stage.machine.boot_id
        stage.machine.off()
        PowerOn().do(stage)
        settle(stage)  # else the next press would meet sessions that no witness can tell yet
        after = stage.machine.boot_id
        proof = f"boot id {before} is now {after}"
        stage.recorder.append(
            Faulted(stage.recorder.now(), "reboot", lost, tuple(live.values()), before != after, proof)
        )
        stage.observe("after the reboot")


def serve_model(machine: Machine, outfit: Outfit) -> None:
    """Start the model that the agent asks, if it asks one, in a machine that was just booted; returns when it
    listens."""
    if outfit.service is not None and outfit.port is not None:
        machine.spawn(outfit.service)
        machine.connect(outfit.port, _MODEL_WITHIN).close()
