"""The doctor names each missing piece, what it touches, why it matters and the command that gets it."""

from dataclasses import replace
from pathlib import Path

import pytest

from holdfast.machines import browser, doctor
from holdfast.machines.probe import Probe, version_in

WHOLE = Probe(
    root=True,
    kernel=(5, 14),
    bubblewrap=(0, 8),
    tmux=(3, 3),
    systemd=True,
    namespaces=1000,
    unprivileged=True,
    apparmor=False,
    cgroup2="/sys/fs/cgroup",
    cgroup_writable=True,
    controllers=frozenset({"memory", "pids"}),
    install="apt-get install -y",
    playwright=True,
    chromium=True,
)
USER = replace(WHOLE, root=False)


def test_a_host_that_has_all_gives_both_kinds_and_nothing_to_do() -> None:
    assert doctor.examine(WHOLE) == ()
    assert doctor.kinds(()) == {"namespace": None, "systemd": None}


@pytest.mark.parametrize(
    "probe, blocked, said, command",
    [
        (
            replace(WHOLE, bubblewrap=None),
            {"namespace", "systemd"},
            "bubblewrap is not installed",
            "install -y bubblewrap",
        ),
        (
            replace(WHOLE, bubblewrap=(0, 4)),
            {"namespace", "systemd"},
            "bubblewrap 0.4 is too old (at least 0.5)",
            "bubblewrap",
        ),
        (replace(WHOLE, tmux=None), {"namespace", "systemd"}, "tmux is not installed", "sudo apt-get install -y tmux"),
        (
            replace(WHOLE, tmux=(3, 1)),
            {"namespace", "systemd"},
            "tmux 3.1 is too old (at least 3.2)",
            "install -y tmux",
        ),
        (replace(WHOLE, systemd=False), {"systemd"}, "systemd is not installed", "sudo apt-get install -y systemd"),
        (replace(WHOLE, cgroup2=None), {"systemd"}, "no cgroup2 hierarchy is mounted", "mount -t cgroup2"),
        (replace(WHOLE, cgroup_writable=False), {"systemd"}, "/sys/fs/cgroup is read-only", "--privileged"),
        (replace(WHOLE, kernel=(5, 13)), {"systemd"}, "older than 5.14", "uname -r"),
        (USER, {"systemd"}, "this is not root", "sudo holdfast"),
    ],
)
def test_a_missing_piece_blocks_what_needs_it(probe: Probe, blocked: set[str], said: str, command: str) -> None:
    (finding,) = doctor.examine(probe)
    assert said in finding.missing
    assert command in finding.command
    assert finding.why
    kinds = doctor.kinds((finding,))
    assert {kind for kind, reason in kinds.items() if reason is not None} == blocked
    assert all(reason is None or said in reason for reason in kinds.values())


def test_an_older_kernel_takes_both_kinds_away() -> None:
    reasons = doctor.kinds(doctor.examine(replace(WHOLE, kernel=(5, 7))))
    assert reasons == {"namespace": "the kernel is older than 5.8", "systemd": "the kernel is older than 5.14"}


@pytest.mark.parametrize(
    "probe, setting",
    [
        (replace(USER, namespaces=0), "user.max_user_namespaces=15000"),
        (replace(USER, unprivileged=False), "kernel.unprivileged_userns_clone=1"),
        (replace(USER, apparmor=True), "kernel.apparmor_restrict_unprivileged_userns=0"),
    ],
)
def test_without_root_user_namespaces_are_needed_and_the_setting_is_named(probe: Probe, setting: str) -> None:
    commands = [finding.command for finding in doctor.examine(probe) if "namespace" in finding.kinds]
    assert commands == [f"sudo sysctl -w {setting}"]
    assert doctor.kinds(doctor.examine(probe))["namespace"] is not None


def test_root_needs_no_user_namespaces() -> None:
    assert doctor.examine(replace(WHOLE, namespaces=0, unprivileged=False, apparmor=True)) == ()


def test_a_missing_memory_controller_blocks_nothing_and_is_said() -> None:
    (finding,) = doctor.examine(replace(WHOLE, controllers=frozenset({"pids"})))
    assert not finding.blocks
    assert "unproven" in finding.why
    assert doctor.kinds((finding,))["systemd"] is None


@pytest.mark.parametrize(
    "probe, said, command",
    [
        (replace(WHOLE, playwright=False), "Playwright is not installed", "pip install 'holdfast[browser]'"),
        (replace(WHOLE, chromium=False), "Chromium is not installed", "sudo apt-get install -y chromium"),
    ],
)
def test_a_missing_browser_blocks_no_kind_and_is_said(probe: Probe, said: str, command: str) -> None:
    (finding,) = doctor.examine(probe)
    assert (finding.missing, finding.command, finding.blocks) == (said, command, False)
    assert "unproven" in finding.why
    assert set(doctor.kinds((finding,)).values()) == {None}


def test_what_a_browser_lacks_is_one_reason_with_its_commands(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(browser, "driver", lambda: True)
    monkeypatch.setattr(browser, "program", lambda: "/usr/bin/chromium")
    assert browser.lack() is None
    monkeypatch.setattr(browser, "driver", lambda: False)
    monkeypatch.setattr(browser, "program", lambda: None)
    said = browser.lack()
    assert said is not None
    assert "Playwright is not installed (`pip install 'holdfast[browser]'` gets it)" in said
    assert "Chromium is not installed" in said


@pytest.mark.parametrize(
    "text, runs", [(b"\x7fELF", True), (b"#!/bin/sh\nexec chromium", True), (b"#!/bin/sh\nexec /snap/bin/x", False)]
)
def test_a_script_that_leads_to_a_snap_is_no_browser(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: bytes, runs: bool
) -> None:
    (file := tmp_path / "chromium").write_bytes(text)
    monkeypatch.setattr(browser, "_PROGRAMS", (str(tmp_path / "gone"), str(file)))
    assert browser.program() == (str(file) if runs else None)


def test_a_user_with_all_the_rest_has_the_namespace_kind() -> None:
    kinds = doctor.kinds(doctor.examine(USER))
    assert kinds["namespace"] is None
    assert kinds["systemd"] == "this is not root"


def test_the_report_says_what_is_here_what_is_missing_and_what_to_do() -> None:
    findings = doctor.examine(replace(USER, tmux=None))
    said = doctor.report(findings, {})
    assert "namespace: not here: tmux is not installed. What only it can prove (kills and reboots) is unproven" in said
    assert "systemd: not here: tmux is not installed; this is not root" in said
    assert "    do    sudo apt-get install -y tmux" in said


def test_the_report_believes_a_boot_that_failed_more_than_the_facts() -> None:
    said = doctor.report((), {"namespace": None, "systemd": "it said nothing"})
    assert said.splitlines()[0] == "namespace: here, tried: proves kills and reboots"
    assert "systemd: nothing is missing, but a boot was tried and failed: it said nothing" in said


@pytest.mark.parametrize(
    "text, version",
    [
        ("tmux 3.3a\n", (3, 3)),
        ("tmux next-3.5", (3, 5)),
        ("bubblewrap 0.8.0", (0, 8)),
        ("tmux master", None),
        ("", None),
    ],
)
def test_versions_are_read_as_programs_say_them(text: str, version: tuple[int, int] | None) -> None:
    assert version_in(text) == version
