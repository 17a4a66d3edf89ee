"""Programs started by the standard library, decided in place."""

import asyncio
import os
import shlex
import subprocess
import sys

TMUX = os.environ.get("TMUX_BIN", "tmux")


def start(role, folder):
    subprocess.run(  #= start tmux/new-session detached=yes id=none
        ["tmux", "new-session", "-d", "-s", role, "-c", folder, "claude"],
        check=True,
    )


def from_a_constant(role):
    subprocess.check_call([TMUX, "new", "-ds", f"hf-{role}"])  #= start tmux/new-session detached=yes


def under_a_scope(role):
    subprocess.run(["systemd-run", "--user", "--scope", "--", "tmux", "new-session", "-d", "-s", role])  #= start tmux/new-session scope=systemd-run%--scope


def in_a_service(role):
    subprocess.run(["systemd-run", "-p", "KillMode=process", "tmux", "new-session", "-d", "-s", role])  #= start tmux/new-session service=systemd-run


def that_ends_with_its_parent(role, session):
    subprocess.run(["setpriv", "--pdeathsig", "TERM", "claude", "-p", "--resume", session])  #= resume claude/claude id=stored


def by_text(role):
    os.system(f"tmux kill-session -t {role}")  #= kill tmux/kill-session target=prefix
    subprocess.run(f"tmux kill-session -t '={role}' && echo gone", shell=True)  #= kill tmux/kill-session target=exact
    subprocess.run("tmux kill-session -t " + role, shell=True)  #= kill tmux/kill-session target=prefix


def stored(role, session):
    argv = ["tmux", "new-session", "-d", "-s", role]  #= resume tmux/new-session id=stored
    if session:
        argv += ["claude", "--resume", session]
    subprocess.Popen(argv)


def newest(role):
    line = shlex.join(["claude", "--continue"])
    subprocess.run(["tmux", "send-keys", "-t", role, line, "Enter"])  #= resume tmux/send-keys id=newest


def two_ways(role, old):
    if old:
        argv = ["tmux", "attach-session", "-t", f"={role}"]  #= attach tmux/attach-session target=exact
    else:
        argv = ["tmux", "new-session", "-s", role]  #= start tmux/new-session detached=no
    os.execvp(argv[0], argv)


async def later(role):
    await asyncio.create_subprocess_exec("tmux", "new-window", "-t", role)  #= start tmux/new-window


def restore_all(roles):
    for role in roles:
        subprocess.run(["tmux", "new-session", "-d", "-s", role])  #= restore tmux/new-session


def save_all(file):
    file.write(subprocess.check_output(["tmux", "list-panes", "-a"]))  #= save tmux/list-panes


def signal_it(pid):
    os.kill(pid, 0)
    os.kill(pid, 9)  #= kill kill/kill
    os.spawnlp(os.P_WAIT, "pkill", "pkill", "-f", "claude")  #= kill pkill/pkill


def no_launch(role, log):
    subprocess.run(["tmux", "has-session", "-t", role])
    subprocess.run(["tmux", "display-message", "-p", "#{pane_id}"])
    subprocess.run(["git", "commit", "-m", "tmux new-session -d"])
    subprocess.run([sys.executable, "-m", "tmuxlike"])
    log.info("tmux new-session -d -s %s", role)
    print(["tmux", "kill-server"])
