"""A site keeps its name when lines move, files are renamed and settings change, and never takes another's."""

from collections.abc import Mapping
from pathlib import Path

from holdfast.model.site import Site
from holdfast.sweep import sweep

START = """import subprocess

def {name}(role):
    subprocess.run(["tmux", "new-session", "-d", "-s", role{more}])
"""


def swept(folder: Path, sources: Mapping[str, str]) -> dict[str, Site]:
    """The sites of a tree of `sources` by their place."""
    folder.mkdir()
    for name, text in sources.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text)
    return {site.place: site for site in sweep(folder).sites}


def test_a_site_outlives_moved_lines_a_renamed_file_and_changed_settings(tmp_path: Path) -> None:
    text = START.format(name="resume", more="")
    before = swept(tmp_path / "a", {"dashboard.py": text})["dashboard.py:4"]
    moved = swept(tmp_path / "b", {"dashboard.py": "# more\n\n" + text})["dashboard.py:6"]
    renamed = swept(tmp_path / "c", {"web/panel.py": text})["web/panel.py:4"]
    changed = text.replace('["tmux", "new-session", "-d"', '["systemd-run", "--scope", "tmux", "-L", "x", "new", "-d"')
    fixed = swept(tmp_path / "d", {"dashboard.py": changed})["dashboard.py:4"]
    resumes = swept(tmp_path / "e", {"dashboard.py": START.format(name="resume", more=', "claude", "--resume", "x"')})
    assert {site.id for site in (moved, renamed, fixed, *resumes.values())} == {before.id}
    assert fixed.settings != before.settings


def test_sites_alike_in_other_files_are_told_apart_and_one_gone_renames_no_other(tmp_path: Path) -> None:
    text = START.format(name="resume", more="")
    three = swept(tmp_path / "a", {f"{stem}.py": text for stem in ("boot", "phone", "web")})
    two = swept(tmp_path / "b", {f"{stem}.py": text for stem in ("boot", "web")})
    assert len({site.id for site in three.values()}) == 3
    assert {place: two[place].id for place in two} == {place: three[place].id for place in two}


def test_a_site_left_alone_does_not_take_the_name_of_the_one_that_went(tmp_path: Path) -> None:
    text = START.format(name="resume", more="")
    two = swept(tmp_path / "a", {"boot.py": text, "web.py": text})
    one = swept(tmp_path / "b", {"web.py": text})
    assert one["web.py:4"].id != two["boot.py:4"].id


def test_two_sites_in_one_function_have_two_names(tmp_path: Path) -> None:
    text = "start() {\n  tmux new-session -d -s a || \\\n  tmux new-session -d -s b\n}\n"
    found = swept(tmp_path / "a", {"x.sh": text})
    assert len({site.id for site in found.values()}) == 2


def test_a_unit_rules_the_script_that_it_runs_and_its_default_kill_mode_is_a_cause(tmp_path: Path) -> None:
    unit = "[Service]\nType=forking\nExecStart=/usr/bin/python3 %h/fleet/worker.py start %i\n"
    found = swept(tmp_path / "a", {"worker.py": START.format(name="start", more=""), "deploy/worker@.service": unit})
    causes = {(cause.name, cause.value) for cause in found["worker.py:4"].causes}
    assert ("Type", "forking") in causes
    assert ("KillMode", "control-group (systemd's default)") in causes


def test_what_is_not_read_is_said(tmp_path: Path) -> None:
    folder = tmp_path / "a"
    swept(
        folder,
        {
            "third.go": 'exec.Command("tmux", "new-session")\n',
            "broken.py": "import subprocess\nsubprocess.run(['tmux', 'kill-server'\ndef (\n",
            "broken.conf": "set-option -g @a b\nbind K { kill-server\n",
            "other.conf": "set daemon 45\n  include /etc/monit.d/*\n",
            "README.md": "tmux\n",
            "large.rb": "# tmux\n" + "x" * 1024 * 1024,
            "node_modules/x.py": START.format(name="x", more=""),
        },
    )
    result = sweep(folder)
    assert {entry.file: entry.why.split(":")[0] for entry in result.unread} == {
        "broken.conf": "does not parse from line 2 on",
        "broken.py": "does not parse from line 2 on",
        "large.rb": "larger than 1 MiB",
        "third.go": "names tmux or an agent, and the sweep doesn't read go",
    }
    assert all(site.file in ("broken.conf", "broken.py") for site in result.sites)


def test_units_from_outside_the_source_rule_it_too(tmp_path: Path) -> None:
    folder = tmp_path / "a"
    swept(folder, {"worker.py": START.format(name="start", more="")})
    unit = tmp_path / "w.service"
    unit.write_text("[Service]\nKillMode=process\nExecStart=/srv/fleet/worker.py\n")
    (site,) = sweep(folder, [unit]).sites
    assert [(cause.name, cause.value, cause.line) for cause in site.causes] == [("KillMode", "process", 2)]
