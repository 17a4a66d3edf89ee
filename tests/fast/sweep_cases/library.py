"""libtmux."""

import libtmux


def start(role):
    server = libtmux.Server()
    session = server.new_session(session_name=role, attach=False)  #= start tmux/new-session
    return session


def resume(session, role):
    session.active_pane.send_keys("claude --resume " + role)  #= resume tmux/send-keys id=stored
    session.active_pane.send_keys("ls")
    session.cmd("kill-session")  #= kill tmux/kill-session
    session.kill()  #= kill tmux/kill-session
