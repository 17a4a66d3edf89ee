"""A screen that is fed in pieces shows what it shows when it is fed at once: a terminal is read as its bytes arrive."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from holdfast.agents.screen import Screen, strip

ROWS, COLUMNS = 5, 12
_WORDS = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=9)
_SEQUENCES = st.sampled_from(
    ["\x1b[2;3H", "\x1b[K", "\x1b[J", "\x1b[31;1m", "\x1b[?25l", "\x1b]0;a title\x07", "\x1b]2;a\x1b\\", "\x1b(B"]
)
_MORE = st.sampled_from("\x1b7 \x1b8 \x1bM \x1b[3P \x1b[2L \x1b[2;4r \x1b[4b \r\n \r \b \t \x1b[ \x1b".split(" "))


@given(st.lists(_WORDS | _SEQUENCES | _MORE, max_size=12), st.lists(st.integers(0, 80), max_size=5))
def test_a_screen_fed_in_pieces_shows_the_same(parts: list[str], cuts: list[int]) -> None:
    data = "".join(parts).encode()
    screen = Screen(ROWS, COLUMNS)
    edges = [0, *sorted(min(cut, len(data)) for cut in cuts), len(data)]
    for start, end in pairwise(edges):
        screen.feed(data[start:end])
    assert screen.text() == strip(data, ROWS, COLUMNS)


def test_a_letter_that_is_cut_in_two_shows_once_it_is_whole() -> None:
    screen = Screen(ROWS, COLUMNS)
    first, second = "é".encode()[:1], "é".encode()[1:]
    screen.feed(b"caf" + first)
    assert screen.text() == "caf"
    screen.feed(second)
    assert screen.text() == "café"
