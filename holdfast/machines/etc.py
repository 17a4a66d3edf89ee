"""The /etc of a machine: what programs need to run, made here or copied. No host's accounts, keys or settings."""

import shlex
import shutil
from collections.abc import Mapping
from pathlib import Path

from holdfast.machines.layout import Layout
from holdfast.machines.protocol import HOME, PATH, PERSON

COPIED = (
    "bash.bashrc",
    "ca-certificates.conf",
    "inputrc",
    "ld.so.cache",
    "ld.so.conf",
    "locale.conf",
    "localtime",
    "mime.types",
    "os-release",
    "protocols",
    "services",
    "shells",
    "ssl/openssl.cnf",
    "timezone",
)
SHARED = (
    "alternatives",
    "ca-certificates",
    "crypto-policies",
    "fonts",
    "pki/ca-trust",
    "pki/tls/certs",
    "ssl/certs",
    "terminfo",
)
"""Folders of the host's /etc without secrets, which a machine has read-only. /etc/ssl/private is not among them."""
HOSTNAME = "machine"
_PERSON_ID = 1000


def write(layout: Layout, user: str, uid: int, gid: int, login: Mapping[str, str]) -> None:
    """Make the machine's /etc. `login` is exported by /etc/profile, as a login gives it."""
    etc = layout.etc
    for name in COPIED:
        source = Path("/etc", name)
        if source.exists():
            (etc / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, etc / name)
    for name in shared():
        (etc / name).mkdir(parents=True, exist_ok=True)
    for name, text in _made(user, uid, gid, login).items():
        (etc / name).write_text(text)


def shared() -> tuple[str, ...]:
    """Those of SHARED that this host has."""
    return tuple(name for name in SHARED if Path("/etc", name).is_dir())


def _made(user: str, uid: int, gid: int, login: Mapping[str, str]) -> dict[str, str]:
    nobody = "nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin\n"
    # As root, `dev` is a second name for the same account: a launcher's unit may say User=dev.
    accounts = f"{user}:x:{uid}:{gid}::{HOME}:/bin/bash\n" + (
        "" if user == "dev" else f"dev:x:{uid}:{gid}::{HOME}:/bin/bash\n"
    )
    person = f"{PERSON}:x:{_PERSON_ID}:{_PERSON_ID}::{HOME}:/bin/bash\n"
    other = person if uid == 0 else "root:x:0:0:root:/root:/bin/bash\n"
    groups = f"{user}:x:{gid}:\n" + (f"{PERSON}:x:{_PERSON_ID}:\n" if uid == 0 else "")
    groups += ("" if gid == 0 else "root:x:0:\n") + "tty:x:5:\nnogroup:x:65534:\n"
    exports = "".join(f"export {name}={shlex.quote(value)}\n" for name, value in {"PATH": PATH, **login}.items())
    return {
        "passwd": accounts + other + nobody,
        "group": groups,
        "hostname": f"{HOSTNAME}\n",
        "hosts": f"127.0.0.1 localhost {HOSTNAME}\n::1 localhost\n",
        "nsswitch.conf": "passwd: files\ngroup: files\nhosts: files dns\nservices: files\n",
        "profile": exports,
    }
