"""A reboot is over when what the boot started has come up."""

from pathlib import Path

from holdfast.history.events import Observed
from holdfast.machines import Holder
from holdfast.model.verdict import Verdict
from tests.machine import small

TOML = (
    small.TOML.replace('machines = ["namespace"]', 'machines = ["systemd"]\nunits = ["restore.service"]')
    + """
[[launch_path]]
name = "boot"
restores = { boot = true }
"""
)
UNIT = """
[Service]
Type=oneshot
RemainAfterExit=yes
Environment=HOME=/home/dev
WorkingDirectory=/home/dev/small
ExecStart=/bin/sh launcher restore all
[Install]
WantedBy=multi-user.target
"""
# The unit has settled as soon as tmux has made the windows; the agents need another while.
RESTORES = """
        for role in api web; do
            folder=$HOME/work/$role
            [ ! -e "$HOME/$role.id" ] || window --resume "$(cat "$HOME/$role.id")"
        done"""


def test_the_agents_that_a_boot_started_are_there_when_the_reboot_is_over(holder: Holder, tmp_path: Path) -> None:
    file = small.write(tmp_path / "l", TOML, restore=RESTORES)
    (file.parent / "restore.service").write_text(UNIT)
    ran = small.run(holder, file, "reboot")
    (after,) = (e.seen for e in ran.history.all(Observed) if e.moment == "after the reboot")
    assert after.agents is not None
    assert {ran.final(role).session for role in ("api", "web")} <= {agent.session for agent in after.agents}
    assert ran.result.verdict is Verdict.HELD
