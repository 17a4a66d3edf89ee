"""The launcher's own service: started when a birth, a press or a fault needs it, and restarted as a fault."""

import http.client
import os
import select
import time
from dataclasses import dataclass

from holdfast.config.launcher import Service
from holdfast.history.events import Faulted
from holdfast.machines.protocol import HOME, PATH, RUN, Machine, MachineError, Unit
from holdfast.model.seen import ProcessId
from holdfast.operations.http import fetch
from holdfast.operations.stage import CannotGoOn, Stage
from holdfast.witnesses.processes import start_of

STOPS_WITHIN = 10.0  # seconds for it to end when it is asked to
_ASKED_AGAIN_AFTER = 0.02  # seconds; a server that answers 503 gives no event when it changes its mind
_TO_LOG = ("/bin/sh", "-c", f'exec "$@" >>{RUN}/service.log 2>&1', "service")


def service_unit(name: str, service: Service) -> Unit:
    """The unit that runs the service of the launcher `name` on a systemd machine."""
    words = " ".join(f'"{word}"' for word in service.run)
    text = (
        f"[Unit]\nDescription={name}: the launcher's own service\n"
        f"[Service]\nWorkingDirectory={HOME}/{name}\nExecStart=/usr/bin/env {words}\n"
        f'Environment="HOME={HOME}" "PATH={PATH}" TERM=xterm-256color\n'
    )
    return Unit(_unit_name(name), text)


@dataclass(frozen=True)
class RestartService:
    """The launcher's service is stopped and started again: an upgrade, a crash, an administrator. No session may
    notice."""

    def do(self, stage: Stage) -> None:
        start_service(stage)
        stage.note_launches()
        stage.observe("before restart of the service")
        before = _main(stage)
        _stop(stage, before)
        stage.service_runs = False
        start_service(stage)
        after = _main(stage)
        gone = start_of(stage.machine.root, before.pid) != before.start
        proof = f"its main process was {before}, is {after}"
        stage.recorder.append(
            Faulted(stage.recorder.now(), "restart of the service", (), (before,), gone and before != after, proof)
        )
        stage.note_launches()
        stage.observe("after restart of the service")


def start_service(stage: Stage) -> None:
    """Start the service unless it runs; returns when it answers at its `ready` address."""
    service = stage.setting.launcher.service
    if service is None or stage.service_runs:
        return
    if stage.machine.kind == "systemd":
        command(stage.machine, "systemctl", "start", _unit_name(stage.setting.launcher.name))
    else:
        spawned = stage.machine.spawn((*_TO_LOG, *service.run), cwd=stage.folder)
        stage.service_pid = spawned.pid
    _await_ready(stage.machine, service, stage.setting.bounds.ready)
    stage.service_runs = True


def command(machine: Machine, *argv: str) -> str:
    """What a command of the suite's own prints inside the machine. CannotGoOn if it fails."""
    process = machine.spawn(argv)
    code = process.wait(STOPS_WITHIN)
    said = b"" if code is None else _rest(process.fd)
    process.close()
    if code != 0:
        state = f"did not end within {STOPS_WITHIN:.0f} s" if code is None else f"ended with exit {code}"
        raise CannotGoOn(f"`{' '.join(argv)}` {state} in the machine: {said.decode(errors='replace')[-500:]}")
    return said.decode(errors="replace")


def _rest(fd: int) -> bytes:
    """What is in the pipe now: the command has ended, what it left behind may keep the pipe open."""
    return os.read(fd, 65536) if select.select([fd], [], [], 0)[0] else b""


def _main(stage: Stage) -> ProcessId:
    """The service's main process."""
    if stage.machine.kind == "systemd":
        unit = _unit_name(stage.setting.launcher.name)
        pid = int(command(stage.machine, "systemctl", "show", "--property=MainPID", "--value", unit))
    else:
        pid = stage.service_pid
    start = start_of(stage.machine.root, pid)
    if start is None:
        raise CannotGoOn(f"the launcher's service (pid {pid}) is not running: did it put itself into the background?")
    return ProcessId(pid, start)


def _stop(stage: Stage, main: ProcessId) -> None:
    """As an administrator does: by its unit, with all that is in its cgroup; without units, SIGTERM to its main
    process."""
    if stage.machine.kind == "systemd":
        command(stage.machine, "systemctl", "stop", _unit_name(stage.setting.launcher.name))
        return
    watched = stage.machine.watch(main)
    try:
        command(stage.machine, "/bin/sh", "-c", f"kill -TERM {main.pid}")
        if not select.select([watched], [], [], STOPS_WITHIN)[0]:
            stage.machine.kill(main)
    finally:
        watched.close()


def _await_ready(machine: Machine, service: Service, within: float) -> None:
    until = time.monotonic() + within
    saw = "no connection"
    while (left := until - time.monotonic()) > 0:
        try:
            status, body = fetch(machine, "GET", service.ready, left)
        except (OSError, http.client.HTTPException, MachineError) as error:
            saw = str(error) or type(error).__name__
        else:
            if status == 200:
                return
            saw = f"status {status}: {body[-200:]}"
        select.select([], [], [], _ASKED_AGAIN_AFTER)
    raise CannotGoOn(
        f"the launcher's service never became ready: `{' '.join(service.run)}` did not answer 200 at {service.ready} "
        f"within {within:.0f} s; last saw: {saw}. Start it by hand and look at what it prints"
    )


def _unit_name(launcher: str) -> str:
    return f"{launcher}-service.service"
