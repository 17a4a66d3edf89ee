"""A helper that is handed its argv makes its callers sites; one that decides it is a site itself."""

import subprocess


def tmux(*words, check=True):
    return subprocess.run(["tmux", "-L", "fleet", *words], check=check)


def run(argv):
    return subprocess.run(argv, check=True)


def scoped(argv):
    return ["systemd-run", "--scope", "--quiet", "--", *argv]


def hard_coded(role, command):
    tmux("new-session", "-d", "-s", role, command)  #= start tmux/new-session detached=yes


def one(role):
    hard_coded(role, "claude")


def two(role):
    hard_coded(role, "bash")


class Fleet:
    def _tmux(self, *words):
        return tmux(*words)

    def stop(self, role):
        self._tmux("kill-session", "-t", f"={role}")  #= kill tmux/kill-session target=exact

    def list(self):
        return self._tmux("list-sessions")


def wrapped(role):
    run(scoped(["tmux", "new-session", "-d", "-s", role]))  #= start tmux/new-session scope=systemd-run%--scope


def plain(role):
    run(["tmux", "attach", "-t", role])  #= attach tmux/attach-session target=prefix
    run(["git", "status"])


def outside():
    if not running():
        return []
    return ["systemd-run", "--scope", "--quiet"]


def in_front(role):
    before = outside()
    run([*before, "tmux", "new-session", "-dP", "-s", role, *["claude"]])  #= start tmux/new-session scope=systemd-run%--scope id=none
