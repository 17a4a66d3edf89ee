"""What can't be done for one machine is told, and the others go on."""

import socket
import threading
from typing import cast

from holdfast.machines.holder import Holding, serve
from holdfast.machines.wire import Discard, Done, Failed, Format, Message, receive, send


class Full:
    """A holder on a full disk."""

    def do(self, message: Message) -> Message:
        if isinstance(message, Format):
            raise OSError(28, "No space left on device")
        return Done()

    def consoles(self) -> dict[int, str]:
        return {}


def test_what_the_system_refuses_ends_no_holder() -> None:
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    told, tell = socket.socketpair()
    ours.settimeout(10.0)
    with ours, theirs, told, tell:
        serving = threading.Thread(target=serve, args=(theirs, cast(Holding, Full()), told.fileno()))
        serving.start()
        send(ours, Format("d1"))
        assert receive(ours) == Failed("[Errno 28] No space left on device")
        send(ours, Discard("d1"))
        assert receive(ours) == Done()
        ours.close()
        serving.join(10.0)
        assert not serving.is_alive()
