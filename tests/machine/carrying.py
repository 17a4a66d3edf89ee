"""A launcher of some thirty lines that saves what its sessions have and brings it back, for tests that change one of
its functions."""

from dataclasses import replace
from pathlib import Path

from tests.machine import small

PATIENT = replace(small.SOON, back=15.0, save=15.0)
"""For what comes as soon as it can: a busy machine makes it later."""

TOML = small.TOML.replace(
    'machines = ["namespace"]\n',
    """machines = ["namespace"]
trusts = ["~/.small/*.save"]
max_age = "10m"
alarm = { run = ["sh", "launcher", "check"] }
carries = { folder = true, environment = ["PORT", "STAGE"], watchers = true, state = ".agent-session.json" }
""",
)

FUNCTIONS: dict[str, str] = {
    "save": r"""
        {
            echo "id $id"
            tmux show-environment -t "=$role:" | grep -E '^(PORT|STAGE)='
            tmux list-panes -s -t "=$role:" -F '#{window_index} #{pane_pid}' | while read -r window pid; do
                echo "pane $window $(ps -o args= --ppid "$pid" | head -n 1)"
            done
        } >"$HOME/.small/$role.new"
        tmux has-session -t "=$role" 2>&- && mv "$HOME/.small/$role.new" "$saved"  # else it is half of one
    """,
    "clock": """
        while tmux has-session -t "=$role" 2>&-; do save; sleep 0.3; done
    """,
    "variables": """
        grep '=' "$saved" | while IFS='=' read -r name value; do
            tmux set-environment -t "=$role:" "$name" "$value"
        done
    """,
    "windows": r"""
        before=0
        grep '^pane [1-9]' "$saved" | while read -r _ window line; do
            if [ "$window" = "$before" ]; then
                pane=$(tmux split-window -d -P -F '#{pane_id}' -t "$pane" -c "$folder")
            else
                pane=$(tmux new-window -d -P -F '#{pane_id}' -t "=$role:" -c "$folder")
            fi
            before=$window
            watch "$pane" "$line"
        done
    """,
    "watch": """
        tmux send-keys -t "$1" -l "$2" && tmux send-keys -t "$1" Enter
    """,
    "state": """
        echo '{"task": "none", "next": ["a", "b"]}' >"$folder/.agent-session.json"
    """,
    "start": """
        mkdir -p "$folder" "$HOME/.small" && id=$(new) && state
        window --session-id "$id"
        clock >&- 2>&- &
    """,
    "resume": """
        tmux has-session -t "=$role" 2>&- && exit 0
        id=$(sed -n 's/^id //p' "$saved")
        [ -n "$id" ] || { echo "the save of $role, $saved, has no id: put it back"; exit 1; }
        cp "$saved" "$HOME/.small/$role.used" && saved=$HOME/.small/$role.used
        window --resume "$id" && variables && windows
        saved=$HOME/.small/$role.save
        clock >&- 2>&- &
    """,
    "check": """
        for file in "$HOME"/.small/*.save; do
            [ -s "$file" ] || { echo "$file has nothing in it"; exit 1; }
            [ -z "$(find "$file" -mmin +10)" ] || { echo "$file is old"; exit 1; }
        done
    """,
    "attach": """
        exec tmux attach-session -t "=$role"
    """,
}
"""The launcher's shell functions. A test gives others in their place."""

_PRELUDE = """
new() { cat /proc/sys/kernel/random/uuid; }
window() { tmux new-session -d -s "$role" -c "$folder" claude "$@"; }
"""
_MAIN = """
role=$2 folder=$HOME/work/$2 saved=$HOME/.small/$2.save
"$1"
"""


def on(kind: str) -> str:
    """The holdfast.toml of the launcher on machines of that kind."""
    return TOML.replace('"namespace"', f'"{kind}"')


def write(folder: Path, toml: str = TOML, **functions: str) -> Path:
    """The launcher in `folder`, with other `functions` where they are given. Its holdfast.toml."""
    unknown = functions.keys() - FUNCTIONS.keys()
    assert not unknown, f"the launcher has no function {unknown}"
    file = small.write(folder, toml)
    bodies = "".join(f"{name}() {{\n{text.rstrip()}\n}}\n" for name, text in {**FUNCTIONS, **functions}.items())
    (folder / "launcher").write_text(_PRELUDE + bodies + _MAIN)
    return file
