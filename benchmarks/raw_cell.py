"""The raw script: what one cell does, written without holdfast and run inside the same machine, as fast as can be.

Two roles are started, told a word and asked for proof; one of them is given a task; the tmux server is killed, and the
agents' end awaited; both are resumed and asked again. Standard library only, so that nothing but the work itself is
timed.
"""

import os
import pty
import re
import select
import signal
import subprocess
import sys
import termios
import time

FLEET = ["bin/fleet"]
BOUND = 10.0
PROOF = re.compile(rb"proof [0-9a-f-]{36} [0-9a-f]{32}")


def talk(role: str, *exchanges: tuple[str, bytes]) -> None:
    """Attach on a terminal as a person does; type each line and wait for its answer."""
    pid, master = pty.fork()
    if pid == 0:
        termios.tcsetwinsize(0, (50, 200))
        os.execvp("bin/attach", ["bin/attach", role])
    wait(master, b"> ")
    for line, answer in exchanges:
        os.write(master, line.encode())
        wait(master, line.encode()[-1:])  # tmux may write the rest of the line's echo anywhere
        os.write(master, b"\r")
        wait(master, answer)
    os.close(master)


def wait(master: int, pattern: bytes) -> None:
    seen = b""
    until = time.monotonic() + BOUND
    while not re.search(pattern, seen):
        if not select.select([master], [], [], until - time.monotonic())[0]:
            sys.exit(f"no {pattern!r} in {seen!r}")
        seen += os.read(master, 65536)


def main(launcher: str) -> None:
    os.chdir(launcher)
    for role in ("api", "web"):
        subprocess.run([*FLEET, "start", role], check=True, stdout=subprocess.DEVNULL)
    for role in ("api", "web"):
        talk(role, (f"remember w{role}12345", rb"noted [0-9a-f-]{36}"), ("prove 123456", PROOF.pattern))
    talk("web", ("hold", rb"holding \d+"))
    panes = ["tmux", "-S", os.environ["HOME"] + "/.fleet/tmux", "list-panes", "-a", "-F", "#{pid} #{pane_pid}"]
    server, first, _, second = subprocess.run(panes, capture_output=True, check=True).stdout.split()
    ends = [os.pidfd_open(int(pid)) for pid in (server, first, second)]
    os.kill(int(server), signal.SIGKILL)
    for end in ends:
        if not select.select([end], [], [], BOUND)[0]:
            sys.exit("an agent outlived its terminal")
    for role in ("web", "api"):
        subprocess.run([*FLEET, "resume", role], check=True, stdout=subprocess.DEVNULL)
    for role in ("api", "web"):
        talk(role, ("prove 654321", PROOF.pattern))


if __name__ == "__main__":
    main(sys.argv[1])
