"""`holdfast sites`: what the sweep reads, for a person and for a program."""

import json
from pathlib import Path

from tests.machine.command_line import assert_refused, holdfast

INCIDENT = str(Path(__file__).parents[2] / "fixtures" / "launchers" / "incident")


def test_sites_are_printed_and_written(tmp_path: Path) -> None:
    said = holdfast(tmp_path, "sites", "--launcher", INCIDENT, "--json", "sites.json")
    assert said.code == 0, said.text
    starts = {site["file"]: site for site in json.loads((tmp_path / "sites.json").read_text())["sites"]}
    assert starts.keys() >= {"worker/phone.sh", "worker/restore.py", "worker/web.py"}
    for file, site in starts.items():
        assert f"{file}:{site['line']}: {site['kind']} in" in said.text


def test_sites_that_can_not_be_written_are_refused(tmp_path: Path) -> None:
    said = holdfast(tmp_path, "sites", "--launcher", INCIDENT, "--json", "none/sites.json")
    assert_refused(said, "--json none/sites.json can't be written: No such file or directory")
