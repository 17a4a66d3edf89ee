"""A disk whose power can be cut, where none can be had: each refusal says why, and what to do."""

from pathlib import Path
from typing import cast

import pytest

from holdfast.machines import disk
from holdfast.machines.doorkeeping import Doorkeeping
from holdfast.machines.holder import Holding
from holdfast.machines.protocol import MachineError
from holdfast.machines.state import Claim
from holdfast.machines.wire import Format


def test_nothing_is_mounted_where_the_host_would_see_it(tmp_path: Path) -> None:
    holding = Holding(Claim("1-0", tmp_path, -1), cast(Doorkeeping, None), own_mounts=False)
    with pytest.raises(MachineError, match=r"takes root, and a mount namespace of its own.* Run it with sudo"):
        holding.do(Format("d1"))
    assert list(tmp_path.iterdir()) == []


def test_a_missing_program_is_named_with_its_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.which", lambda *_, **__: None)
    with pytest.raises(MachineError, match=r"takes mkfs\.ext4, which isn't installed.*e2fsprogs"):
        disk.make(disk.Files(tmp_path / "d1"))


def test_what_the_program_says_is_passed_on(tmp_path: Path) -> None:
    with pytest.raises(MachineError, match=r"no disk whose power can be cut can be had here: mount said: .+"):
        disk.mount(disk.Files(tmp_path / "nowhere"))
