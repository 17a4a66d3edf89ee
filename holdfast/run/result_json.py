"""result.json, written and read again: the stable interface, and what a kept run is rendered from."""

from collections.abc import Sequence
from pathlib import Path

import msgspec

from holdfast.model.result import RunResult, SiteResult
from holdfast.model.site import Site
from holdfast.model.verdict import Verdict
from holdfast.run.result_decoding import result_of
from holdfast.run.result_encoding import record_of, site_record
from holdfast.run.result_records import ResultRecord

NAME = "result.json"


class UnreadableResult(ValueError):
    """A result.json that can't be read: what is wrong, where, and what to do next."""


def write(result: RunResult, run: Path) -> Path:
    """Writes `run`/result.json, whole or not at all: a reader never meets half a file. Returns its path."""
    path = run / NAME
    half = path.with_suffix(".json.part")
    half.write_bytes(encode(result))
    return half.replace(path)


def read(run: Path) -> RunResult:
    """The result kept in the folder `run`, or in the file `run`."""
    path = run / NAME if run.is_dir() else run
    try:
        return decode(path.read_bytes())
    except OSError as error:
        raise UnreadableResult(
            f"{path}: no result can be read here ({error.strerror}). Name a run's folder, such as .holdfast/latest"
        ) from error
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise UnreadableResult(
            f"{path}: not a result of holdfast: {error}. Was it cut or edited, or written by a newer one? Run again"
        ) from error


def encode(result: RunResult) -> bytes:
    """`result` as JSON in UTF-8, indented by two, with a last newline."""
    return _written(record_of(result))


def encode_sites(sites: Sequence[Site], unread: Sequence[tuple[str, str]]) -> bytes:
    """`sites` as a result has them that nothing was run for; `unread`: (file, why) of what the sweep could not read."""
    found = [site_record(SiteResult(site, Verdict.UNPROVEN, False, "swept only: nothing was run")) for site in sites]
    return _written({"sites": found, "unread": [{"file": file, "why": why} for file, why in unread]})


def decode(data: bytes) -> RunResult:
    """The result in `data`. Unknown fields are left alone: a newer holdfast may have added them."""
    return result_of(msgspec.json.decode(data, type=ResultRecord))


def schema() -> bytes:
    """The JSON Schema (2020-12) of result.json, as docs/result.schema.json keeps it."""
    described = {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "result.json of holdfast"}
    return _written(described | msgspec.json.schema(ResultRecord))


def _written(document: object) -> bytes:
    return msgspec.json.format(msgspec.json.encode(document), indent=2) + b"\n"
