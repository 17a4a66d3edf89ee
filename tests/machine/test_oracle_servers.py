"""The oracle refuses a rogue tmux server, and never starts one where there was none."""

import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from holdfast import RESUMES, World, continues, mapped, scenario
from holdfast.history.events import Observed
from holdfast.machines import Holder
from holdfast.machines.machine import HeldMachine
from holdfast.machines.protocol import HOME
from holdfast.model.seen import ProcessId
from holdfast.model.verdict import Verdict
from holdfast.operations.service import command
from holdfast.operations.stage import Stage
from holdfast.witnesses import processes, tmux
from holdfast.world.scenario import Scenario
from tests.machine import small
from tests.machine.asking import BOUND, shell


@contextmanager
def server_of_the_host(socket: Path, *sessions: str) -> Iterator[ProcessId]:
    """A tmux server that is a process of the host takes the place of the one at `socket`; nobody answers in it."""

    def ask(*words: str) -> str:
        argv = ("tmux", "-f", "/dev/null", "-S", str(socket), *words)
        environment = {"PATH": os.defpath, "TERM": "xterm"}
        return subprocess.run(
            argv, capture_output=True, text=True, timeout=BOUND, check=True, env=environment
        ).stdout.strip()

    socket.unlink()
    for name in sessions:
        ask("new-session", "-d", "-s", name, "cat")
    pid = int(ask("display-message", "-p", "#{pid}"))
    start = processes.start_of(Path("/"), pid)
    assert start is not None
    try:
        yield ProcessId(pid, start)
    finally:
        os.kill(pid, signal.SIGKILL)


@dataclass(frozen=True)
class ReplaceServer:
    """At the socket of the server that was killed stands another one with a session of each role's name: of the machine
    or, until `until` is closed, of the host."""

    of_the_host: bool
    until: ExitStack

    def do(self, stage: Stage) -> None:
        if self.of_the_host:
            (socket,) = [path for path in tmux.sockets(stage.machine.root, ()) if path.name == "default"]
            self.until.enter_context(server_of_the_host(socket, *stage.roles))
            return
        for role in stage.roles:
            command(stage.machine, "tmux", "new-session", "-d", "-s", role, "cat")


def killed_and(replace: ReplaceServer) -> Scenario:
    @scenario(press=RESUMES, promises=[mapped, continues])
    def server_replaced(world: World) -> None:
        world.open("api", "web")
        world.kill("api", "server")
        world.do(replace)
        world.press("api")
        world.press("web")

    return server_replaced.scenarios[0]


@pytest.fixture
def socket(machine: HeldMachine) -> Path:
    """Where a server of the machine listens."""
    shell(machine, "tmux new-session -d -s api cat")
    (found,) = tmux.sockets(machine.root, ())
    return found


@pytest.mark.parametrize("of_the_host", [True, False], ids=["of the host", "of the machine"])
def test_another_server_at_the_roles_socket_answers_for_nobody(
    holder: Holder, tmp_path: Path, of_the_host: bool
) -> None:
    with ExitStack() as until:
        ran = small.run(holder, small.write(tmp_path / "l"), killed_and(ReplaceServer(of_the_host, until)))
    assert ran.result.verdict is Verdict.BROKEN
    assert ran.broken == {("api", "mapped"): "none", ("web", "mapped"): "none"}
    after = [look.seen for look in ran.history.all(Observed) if look.moment.startswith(("after press", "end"))]
    if of_the_host:
        assert [seen.panes for seen in after] == [None] * 3, "no pane of the host's is taken for the machine's"
        assert all("whose pid namespace isn't the machine's" in seen.failures[0] for seen in after)
    else:
        assert all({"api", "web"} <= {pane.session for pane in seen.panes or ()} for seen in after)


def test_a_server_of_the_host_is_not_believed_even_where_its_pid_is_one_of_the_machines_servers(
    machine: HeldMachine, socket: Path
) -> None:
    with server_of_the_host(socket, "api") as rogue:
        assert tmux.ask(socket, "display-message", "-p", "#{pid}") == f"{rogue.pid}\n", "it does answer"
        with pytest.raises(tmux.TmuxSilent, match="whose pid namespace isn't the machine's"):
            tmux.panes(machine.root, [rogue])


@pytest.mark.usefixtures("socket")
def test_an_earlier_process_of_the_servers_pid_is_not_the_server(machine: HeldMachine) -> None:
    _, (server,) = processes.read(machine.root)
    assert [pane.server for pane in tmux.panes(machine.root, [server])] == [server]
    with pytest.raises(tmux.TmuxSilent, match=r"is listened at by .*, no tmux server of this machine"):
        tmux.panes(machine.root, [ProcessId(server.pid, server.start - 1)])


def test_a_live_server_whose_socket_was_taken_is_not_the_same_as_no_server(machine: HeldMachine, socket: Path) -> None:
    _, servers = processes.read(machine.root)
    socket.unlink()
    with pytest.raises(tmux.TmuxSilent, match="lives but answers at no socket"):
        tmux.panes(machine.root, servers)


def test_a_server_that_listens_elsewhere_is_found_by_what_it_holds(machine: HeldMachine, socket: Path) -> None:
    shell(machine, "tmux -S $HOME/own.sock new-session -d -s web cat")
    _, servers = processes.read(machine.root)
    seen = {pane.session: pane.socket for pane in tmux.panes(machine.root, servers)}
    assert seen == {"api": f"/{socket.relative_to(machine.root)}", "web": f"{HOME}/own.sock"}


def test_no_question_ever_starts_a_server_on_the_host(machine: HeldMachine, socket: Path) -> None:
    _, (server,) = processes.read(machine.root)
    machine.kill(server)
    assert socket.is_socket(), "a stale socket is what a client starts its own server at"
    assert tmux.ask(socket, "new-session", "-d") is None
    assert tmux.panes(machine.root, []) == ()
    assert [p.argv for p in processes.read(Path("/"))[0] if str(socket) in p.argv] == []


@pytest.mark.parametrize("texts", [False, True])
def test_a_server_without_a_session_has_no_pane_and_is_no_mute_one(machine: HeldMachine, texts: bool) -> None:
    shell(machine, r"tmux -f /dev/null start-server \; set-option -s exit-empty off")
    _, servers = processes.read(machine.root)
    assert len(servers) == 1
    assert tmux.panes(machine.root, servers, texts) == ()
