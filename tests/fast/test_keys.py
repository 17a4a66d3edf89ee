"""Keys by tmux's names: the bytes that a terminal sends for them, and what can't be meant."""

import pytest

from holdfast.model.keys import key, mistake
from holdfast.operations.keys import strokes

BYTES = {
    "C-b": b"\x02",
    "c-B": b"\x02",
    "^b": b"\x02",
    "C-Space": b"\x00",
    "C-[": b"\x1b",
    "C-?": b"\x7f",
    "M-x": b"\x1bx",
    "C-M-x": b"\x1b\x18",
    "M-Enter": b"\x1b\r",
    "M--": b"\x1b-",
    "Enter": b"\r",
    "enter": b"\r",
    "Escape": b"\x1b",
    "Tab": b"\t",
    "BTab": b"\x1b[Z",
    "S-Tab": b"\x1b[Z",
    "Space": b" ",
    "BSpace": b"\x7f",
    "Up": b"\x1bOA",
    "Down": b"\x1bOB",
    "Right": b"\x1bOC",
    "Left": b"\x1bOD",
    "C-Up": b"\x1b[1;5A",
    "M-S-Left": b"\x1b[1;4D",
    "Home": b"\x1bOH",
    "DC": b"\x1b[3~",
    "PageUp": b"\x1b[5~",
    "C-PgDn": b"\x1b[6;5~",
    "F1": b"\x1bOP",
    "F4": b"\x1bOS",
    "F5": b"\x1b[15~",
    "F12": b"\x1b[24~",
    "S-F5": b"\x1b[15;2~",
}
TEXTS = ("F", "api", "a b", "resume", "^", "-", "c-level", "Domain", "x" * 50, "é", "{{role}}", "up-to-date", "Deploy")
MISTAKES = {
    "": "nothing is typed",
    "C-": "no terminal",
    "C-1": "no terminal",
    "C-foo": "no terminal",
    "S-a": "no terminal",
    "F0": "no terminal",
    "F13": "no terminal",
    "Ctrl-b": "no terminal",
    "alt+x": "no terminal",
    "Entr": "mean Enter",
    "Escpe": "mean Escape",
    "Return": "mean Enter",
    "esc": "mean Escape",
    "Backspace": "mean BSpace",
    "\r": "control character",
    "a\tb": "control character",
}


@pytest.mark.parametrize("word", BYTES)
def test_a_key_is_what_a_terminal_sends(word: str) -> None:
    assert key(word) == BYTES[word]
    assert mistake(word) is None


@pytest.mark.parametrize("word", TEXTS)
def test_text_is_typed_as_it_stands(word: str) -> None:
    assert (key(word), mistake(word)) == (None, None)


@pytest.mark.parametrize("word", MISTAKES)
def test_what_can_t_be_meant_is_refused(word: str) -> None:
    assert key(word) is None
    assert MISTAKES[word] in str(mistake(word))


def test_words_become_strokes_and_a_role_is_text_whatever_its_name_is() -> None:
    words = ("C-b", "ab", "{role}", "Enter")
    assert tuple(strokes(words, "Up")) == ((b"\x02",), (b"a", b"b"), (b"U", b"p"), (b"\r",))
    assert tuple(strokes(("é", "{{role}}"), None)) == (("é".encode(),), tuple(c.encode() for c in "{role}"))
