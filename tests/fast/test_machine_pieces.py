"""The parts of machines that need no machine: what is read, what is refused, what is stale."""

import os
from pathlib import Path

import pytest

from holdfast.machines import cgroup, network, rights, state
from holdfast.machines.protocol import MachineError

HYBRID = """\
31 23 0:28 / /sys/fs/cgroup rw,relatime - tmpfs tmpfs rw,mode=755
35 31 0:32 / /sys/fs/cgroup/memory rw,relatime - cgroup cgroup rw,memory
41 31 0:38 / /sys/fs/cgroup/unified rw,relatime shared:9 - cgroup2 cgroup2 rw
"""


@pytest.mark.parametrize(
    "mounts, found",
    [
        (HYBRID, Path("/sys/fs/cgroup/unified")),
        ("30 23 0:26 / /sys/fs/cgroup rw,nosuid shared:4 - cgroup2 cgroup2 rw\n", Path("/sys/fs/cgroup")),
        ("30 23 0:26 /system.slice /mnt/part rw - cgroup2 cgroup2 rw\n", None),
        (HYBRID.replace("cgroup2", "cgroup"), None),
        ("", None),
    ],
)
def test_the_hierarchy_is_found_on_hybrid_and_pure_hosts(mounts: str, found: Path | None) -> None:
    assert cgroup.hierarchy(mounts) == found


def test_a_living_claim_is_not_stale(tmp_path: Path) -> None:
    claim = state.claim(tmp_path)
    assert list(state.stale(tmp_path)) == []
    assert claim.folder.is_dir()
    claim.release()
    assert list(tmp_path.iterdir()) == []


def test_a_claim_whose_holder_died_is_stale_and_goes(tmp_path: Path) -> None:
    claim = state.claim(tmp_path)
    (claim.folder / "m1").mkdir()
    (claim.folder / "m1" / "console").write_text("…")
    living = state.claim(tmp_path)
    os.close(claim.lock)
    assert list(state.stale(tmp_path)) == [claim.token]
    assert sorted(tmp_path.iterdir()) == sorted([living.folder, living.folder.with_suffix(".lock")])
    living.release()


def test_a_lock_without_a_folder_is_stale_too(tmp_path: Path) -> None:
    (tmp_path / "abc.lock").touch()
    assert list(state.stale(tmp_path)) == ["abc"]
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("mode", [0o755, 0o770])
def test_a_folder_that_others_may_enter_is_refused(tmp_path: Path, mode: int) -> None:
    (tmp_path / "open").mkdir()
    (tmp_path / "open").chmod(mode)
    with pytest.raises(MachineError, match="only this user may enter"):
        state.private(tmp_path / "open")


def test_a_link_in_place_of_the_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "own").mkdir(mode=0o700)
    (tmp_path / "link").symlink_to("own")
    with pytest.raises(MachineError, match="only this user may enter"):
        state.private(tmp_path / "link")


def test_a_right_over_the_host_that_was_not_dropped_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """As seen where the host's root had all rights but one: bubblewrap dropped none."""
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    with pytest.raises(MachineError, match="not safe for this host"):
        rights.check("CapInh:\t0\nCapPrm:\t000001fffeffffff\n", rights.MANAGER)
    rights.check("CapPrm:\t00000000000004fb\n", rights.USUAL)


def test_in_a_user_namespace_of_its_own_all_rights_are_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    rights.check("CapPrm:\t000001fffeffffff\n", rights.USUAL)


def test_only_what_concerns_the_network_is_passed_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("https_proxy", "http://x:1")
    monkeypatch.setenv("SSH_AUTH_SOCK", "/tmp/agent")
    passed = network.environment()
    assert passed["https_proxy"] == "http://x:1"
    assert "SSH_AUTH_SOCK" not in passed


@pytest.fixture
def user(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home of a user, with nothing about networks in the environment."""
    for name in network.environment():
        monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path / "user"))
    (tmp_path / "user").mkdir()
    return tmp_path / "user"


def own_binds() -> dict[Path, str]:
    """What is bound because of a user, not of the host's /etc."""
    return {bind.outside: bind.inside for bind in network.binds() if not bind.inside.startswith("/etc/")}


def test_a_host_that_configures_nothing_has_nothing_bound(user: Path) -> None:
    assert not [path for path in own_binds() if path.is_relative_to(user.parent)]


def test_a_local_index_is_bound_with_the_files_that_it_leads_to(user: Path) -> None:
    index, wheels = user.parent / "pypi" / "simple", user.parent / "wheels"
    index.mkdir(parents=True)
    wheels.mkdir()
    configuration = user / ".config/pip/pip.conf"
    configuration.parent.mkdir(parents=True)
    configuration.write_text(
        f"[global]\nextra-index-url = file://{index} https://index{index}\n    file:///gone/simple\n"
        f"find-links = {wheels}\n"
    )
    bound = own_binds()
    assert bound[configuration] == "/home/dev/.config/pip/pip.conf"
    assert bound[index.parent] == str(index.parent)
    assert bound[wheels] == str(wheels)
    assert Path("/gone/simple") not in bound


def test_what_variables_name_is_bound_and_what_those_files_name(user: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    certificate, configuration = user.parent / "ca.pem", user.parent / "pip.conf"
    certificate.touch()
    configuration.write_text(f"[global]\ncert={certificate}\n")
    monkeypatch.setenv("PIP_CONFIG_FILE", str(configuration))
    bound = own_binds()
    assert bound[certificate] == str(certificate)
    assert bound[configuration] == str(configuration)


def test_no_home_and_no_folder_at_the_top_is_ever_bound(user: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PIP_FIND_LINKS", f"{user} {user.parent} /opt /")
    assert not {user, user.parent, Path("/opt"), Path("/")} & set(own_binds())
