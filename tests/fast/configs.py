"""Files of configuration that the tests begin with."""

from pathlib import Path

SMALL = """\
[launcher]
name = "fleet"
source = "src"
attach = ["attach", "{role}"]
[agent]
kind = "claude"
[[launch_path]]
name = "cli"
starts = { run = ["start", "{role}"] }
"""

FULL = """\
# line 1
[launcher]
name = "fleet"
source = "src"
prepare = ["./install.sh", "--quiet"]
service = { run = ["python3", "dashboard.py"], ready = "http://127.0.0.1:8080/health" }
units = [
    "deploy/*.service",  # line 8
]
machines = ["systemd"]
history = ["./make-history", "{into}"]
attach = ["bin/fleet", "attach", "{role}"]
trusts = ["~/.fleet/registry.db"]
max_age = "10m"
alarm = { http = "GET http://localhost:8080/alarm" }
[launcher.carries]
folder = true
environment = ["NODE_ENV"]
watchers = true
state = ".agent-session.json"

[agent]
kind = "claude"

[[launch_path]]
name = "dashboard"
starts = { http = "POST http://127.0.0.1:8080/sessions/{role}/start" }
resumes = { browser = "http://127.0.0.1:8080/", click = "[data-role='{role}'] button" }

[[launch_path]]
name = "cli"
starts = { run = ["bin/fleet", "start", "{role}", ""] }
stops = { run = [
    "bin/fleet",
    "stop", "{role}",
] }

[[launch_path]]
name = "worker"
resumes = { unit = "fleet@{role}.service" }
[[launch_path]]
name = "keys"
resumes = { keys = ["C-b", "s", "{role}", "Enter"] }
[[launch_path]]
name = "sdk"
starts = { sdk = ["bin/dispatch", "{role}", "{prompt}"] }
resumes = { sdk = ["bin/dispatch", "--again", "{role}", "{prompt}"] }

[[launch_path]]
name = "boot"
restores = { boot = true }
[[launch_path]]
name = "after-boot"
[launch_path.restores]
run = ["bin/fleet", "restore"]
[launcher.borrows]
"~/.tmux.conf" = "person.conf"
"~/.tmux/plugins" = "~/.tmux/plugins"
"""


def write(root: Path, text: str) -> Path:
    """`text` as root's holdfast.toml, with the source and the units that it speaks of."""
    deploy = root / "src" / "deploy"
    deploy.mkdir(parents=True, exist_ok=True)
    (deploy / "fleet.service").write_text("[Service]\n")
    file = root / "holdfast.toml"
    file.write_text(text)
    return file
