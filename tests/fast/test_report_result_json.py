"""result.json: what is written is read again, and is what docs/result.schema.json says."""

import json
from pathlib import Path

import jsonschema
import pytest

from holdfast.model.charge import LAUNCHER, Charge, launch_path, site
from holdfast.model.result import RunResult
from holdfast.run import result_json
from holdfast.run.result_decoding import result_of
from holdfast.run.result_encoding import record_of
from tests.fast import sample_result

DOCS = Path(__file__).parents[2] / "docs"
SAMPLES = pytest.mark.parametrize(
    "result", [sample_result.incident(), sample_result.gate(), sample_result.empty(), sample_result.hostile()]
)


@SAMPLES
def test_what_is_written_is_read_again(result: RunResult, tmp_path: Path) -> None:
    result_json.write(result, tmp_path)
    assert result_json.read(tmp_path) == result
    assert result_json.read(tmp_path / "result.json") == result


@pytest.mark.parametrize("charge", [site("s-1"), launch_path("cli.stops"), LAUNCHER, None])
def test_every_charge_is_read_again(charge: Charge | None) -> None:
    assert result_of(record_of(sample_result.charged_to(charge))) == sample_result.charged_to(charge)


@SAMPLES
def test_the_file_is_what_its_schema_says(result: RunResult) -> None:
    jsonschema.validate(json.loads(result_json.encode(result)), json.loads(result_json.schema()))


def test_the_schema_refuses_an_unknown_verdict() -> None:
    written = json.loads(result_json.encode(sample_result.incident()))
    with pytest.raises(jsonschema.ValidationError, match="green"):
        jsonschema.validate(written | {"verdict": "green"}, json.loads(result_json.schema()))


def test_the_documented_schema_is_the_one_in_use() -> None:
    assert (DOCS / "result.schema.json").read_bytes() == result_json.schema()


def test_the_fields_that_were_promised_are_there() -> None:
    written = json.loads(result_json.encode(sample_result.gate()))
    assert written["verdict"] == "broken"
    cell = written["cells"][0]
    assert {"scenario", "birth", "press", "machine", "agent", "verdict", "seconds", "obligations"} <= cell.keys()
    promised = {"role", "promise", "verdict", "symptom", "why", "charged_to", "masked"}
    assert promised <= cell["obligations"][0].keys()
    assert {"id", "file", "line", "symbol", "kind", "verdict"} <= written["sites"][0].keys()
    assert (written["fix"]["covers"], written["fix"]["of"]) == (1, 3)
    assert {"id", "file", "line", "base", "head", "state"} <= written["fix"]["sites"][0].keys()


def test_a_field_that_a_newer_holdfast_added_is_left_alone() -> None:
    written = json.loads(result_json.encode(sample_result.incident())) | {"moon": "full"}
    assert result_json.decode(json.dumps(written).encode()) == sample_result.incident()


@pytest.mark.parametrize(
    "content, what",
    [(b'{"verdict": "held", ', "truncated"), (b'{"verdict": "green"}', "green"), (b"\xff", "UTF-8|malformed")],
)
def test_a_broken_file_is_named_and_what_is_wrong_with_it(content: bytes, what: str, tmp_path: Path) -> None:
    file = tmp_path / "result.json"
    file.write_bytes(content)
    with pytest.raises(result_json.UnreadableResult, match=what) as refused:
        result_json.read(tmp_path)
    assert str(file) in str(refused.value)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(result_json.UnreadableResult, match=r"result\.json: no result can be read here"):
        result_json.read(tmp_path)


def test_sites_that_were_only_swept_are_written_as_a_result_has_them() -> None:
    result = sample_result.incident()
    swept = result.sites[0].site
    document = json.loads(result_json.encode_sites([swept], [("x.py", "line 1: no Python")]))
    assert document["unread"] == [{"file": "x.py", "why": "line 1: no Python"}]
    (found,) = document["sites"]
    (in_a_result, *_) = json.loads(result_json.encode(result))["sites"]
    assert found.keys() == in_a_result.keys()
    assert (found["id"], found["verdict"], found["reached"]) == (swept.id, "unproven", False)
