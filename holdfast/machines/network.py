"""What a machine with the host's network needs in order to install things: names, certificates, proxies, package
indexes."""

import os
import re
from collections.abc import Iterable, Mapping
from pathlib import Path

from holdfast.machines import etc
from holdfast.machines.protocol import HOME, Bind

_PREFIXES = ("PIP_", "UV_", "NPM_CONFIG_")
_NAMES = {
    "CURL_CA_BUNDLE",
    "GIT_SSL_CAINFO",
    "GOPROXY",
    "NODE_EXTRA_CA_CERTS",
    "REQUESTS_CA_BUNDLE",
    "SSL_CERT_DIR",
    "SSL_CERT_FILE",
}
_CONFIGURATION = ("/etc/pip.conf", "/etc/xdg/pip/pip.conf", "/etc/npmrc", "/etc/resolv.conf")
_OWN = (".config/pip/pip.conf", ".pip/pip.conf")
_NAMED_BY = ("PIP_CONFIG_FILE", "UV_CONFIG_FILE", "NPM_CONFIG_USERCONFIG", "NPM_CONFIG_GLOBALCONFIG")
_PATH = re.compile(r"(?:\bfile://(?:localhost)?|(?<![\w.:/~-]))(/[^\s=,;'\"#]+)")
_THERE_ALREADY = ("/usr", "/proc", "/dev", *(f"/etc/{name}" for name in (*etc.COPIED, *etc.SHARED)))


def environment() -> Mapping[str, str]:
    """The host's variables about proxies, certificates and indexes."""
    return {name: value for name, value in os.environ.items() if _passed(name.upper())}


def _passed(name: str) -> bool:
    return name in _NAMES or name.startswith(_PREFIXES) or name.endswith("_PROXY")


def binds() -> tuple[Bind, ...]:
    """The host's files of the same, each where its program looks for it, and what those files and the variables name:
    certificates, folders of wheels, local indexes."""
    said = environment()
    files = {path: str(path) for path in map(Path, _CONFIGURATION)}
    files |= {Path.home() / name: f"{HOME}/{name}" for name in _OWN}
    files |= {Path(said[name]): said[name] for name in _NAMED_BY if name in said}
    there = {path: inside for path, inside in files.items() if path.is_file() and os.access(path, os.R_OK)}
    texts = [*(path.read_text(errors="replace") for path in there), *said.values()]
    named = {path: str(path) for path in _named(texts)}
    return tuple(Bind(path, inside) for path, inside in sorted({**named, **there}.items()))


def _named(texts: Iterable[str]) -> set[Path]:
    """The existing files and folders that the texts name, without what a machine has already. A home as a whole, or a
    folder at the very top, is never meant. An index named `simple` leads to files beside itself (PEP 503's links are
    relative), so its parent is taken."""
    paths = {Path(path) for text in texts for path in _PATH.findall(text)}
    return {
        path.parent if path.name == "simple" and _narrow(path.parent) else path
        for path in paths
        if os.access(path, os.R_OK) and _narrow(path) and not any(path.is_relative_to(one) for one in _THERE_ALREADY)
    }


def _narrow(path: Path) -> bool:
    return len(path.parts) > 2 and path != Path.home() and path not in Path.home().parents
