#!/usr/bin/env bash
# tmux new-session in a comment
set -euo pipefail
TMUX_BIN="${TMUX_BIN:-/usr/bin/tmux}"

start() {
    tmux new-session -d -s "$1" -c "$2" "claude --session-id $3" #= start tmux/new-session detached=yes id=none
}

scoped() {
    systemd-run --user --scope -- "$TMUX_BIN" new-session -d -s "$1" #= start tmux/new-session scope=systemd-run%--scope
}

back() {
    if ! tmux has-session -t "=$1" 2>/dev/null; then
        tmux new-session -d -s "$1" "claude --resume $2" || die #= resume tmux/new-session id=stored
    fi
    exec tmux attach -t "$1" #= attach tmux/attach-session target=prefix
}

t() { command tmux -L fleet "$@"; }

stop() {
    t kill-session -t "=$1" #= kill tmux/kill-session target=exact
    kill -0 "$2" && kill "$2" #= kill kill/kill
}

newest() {
    old=$(tmux list-sessions | wc -l)
    claude --continue #= resume claude/claude id=newest
}

echo "tmux new-session"
tmux display-message hello
