"""The record: what is written is what is read, whatever kills the writer."""

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdfast.history.events import Closed, Failed, Planned, Pressed, Stepped
from holdfast.history.record import History, Recorder, decode, encode, read
from tests.fast.histories import Play


def eventful() -> History:
    """A history with an event of nearly every kind."""
    play = Play().open()
    play.hold("api")
    play.kill_server()
    with play.press("api"):
        play.comes_back("api")
    play.reboot()
    play.events.append(Stepped(play.tick(), "a step, in words: „…“"))
    play.events.append(Failed(play.tick(), "why\nin two lines"))
    return play.close()


def keep(history: History, path: Path) -> None:
    recorder = Recorder(path)
    for event in history:
        recorder.append(event)
    recorder.close()


def test_every_event_is_read_back_as_it_was_written(tmp_path: Path) -> None:
    history = eventful()
    keep(history, tmp_path / "cell.jsonl")
    assert read(tmp_path / "cell.jsonl") == history


def test_a_recorder_keeps_what_it_appends_and_tells_the_time_since_it_began(tmp_path: Path) -> None:
    clock = iter((100.0, 100.0, 102.5))
    recorder = Recorder(tmp_path / "cell.jsonl", clock=lambda: next(clock))
    assert recorder.now() == 0.0
    recorder.append(Closed(recorder.now()))
    recorder.close()
    assert recorder.history == History((Closed(2.5),))
    assert read(tmp_path / "cell.jsonl") == recorder.history


def test_each_event_is_in_the_file_before_the_next_one_happens(tmp_path: Path) -> None:
    recorder = Recorder(tmp_path / "cell.jsonl")
    for count, event in enumerate(eventful(), start=1):
        recorder.append(event)
        assert len(read(tmp_path / "cell.jsonl").events) == count
    recorder.close()


HISTORY = eventful()


@given(st.data())
def test_a_record_cut_at_any_byte_reads_as_a_beginning_of_the_history(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    lines = b"".join(encode(event) + b"\n" for event in HISTORY)
    cut = data.draw(st.integers(0, len(lines)))
    path = tmp_path_factory.getbasetemp() / "cut.jsonl"
    path.write_bytes(lines[:cut])
    found = read(path).events
    assert found == HISTORY.events[: len(found)]
    assert len(found) == lines[:cut].count(b"\n")


@pytest.mark.parametrize(
    "line", [b"{", b"[]", b'{"at": 1}', b'{"event": "Nothing", "at": 1}', b'{"event": "Closed"}', b"\xff"]
)
def test_a_line_that_is_no_event_is_refused_with_its_file_and_number(tmp_path: Path, line: bytes) -> None:
    path = tmp_path / "cell.jsonl"
    path.write_bytes(encode(Closed(1.0)) + b"\n" + line + b"\n")
    with pytest.raises(ValueError, match=r"cell\.jsonl:2: not an event of a history"):
        read(path)


def test_an_unknown_event_is_refused_with_the_names_that_there_are() -> None:
    with pytest.raises(ValueError, match="no event is called 'Nothing'; there are: Asked, Booted"):
        decode(b'{"event": "Nothing", "at": 1}')


def test_a_press_of_before_there_were_pictures_is_read_and_has_none() -> None:
    line = (
        b'{"event":"Pressed","at":2.0,"began":1.0,"path":"cli","action":"resumes","kind":"run","role":"api",'
        b'"outcome":"done","code":0,"refused":false,"output":"back"}'
    )
    pressed = decode(line)
    assert isinstance(pressed, Pressed)
    assert (pressed.output, pressed.picture) == ("back", None)
    assert History((pressed,)).pictures == ()
    assert decode(encode(replace(pressed, picture="a.1.png"))) == replace(pressed, picture="a.1.png")


def test_what_is_kept_beside_a_history_is_named_by_it(tmp_path: Path) -> None:
    recorder = Recorder(tmp_path / "kill[server]--cli.jsonl")
    names = [recorder.keep(data, "png") for data in (b"one", b"two")]
    recorder.close()
    assert names == ["kill[server]--cli.1.png", "kill[server]--cli.2.png"]
    assert [(tmp_path / name).read_bytes() for name in names] == [b"one", b"two"]


def test_a_history_begins_with_what_was_planned() -> None:
    history = eventful()
    assert history.planned == history.events[0]
    assert history.all(Planned) == (history.planned,)
    with pytest.raises(ValueError, match="cut at the front"):
        _ = History(history.events[1:]).planned
    with pytest.raises(ValueError, match="begins with what was planned"):
        _ = History(()).planned
