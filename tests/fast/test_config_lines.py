"""The locator finds the line on which each key, table and array element begins, in every spelling that TOML has."""

import tomllib

import pytest

from holdfast.config.locate import Lines, Where, places

TEXT = '''\
# a comment with [brackets] = "and quotes
top = 1
dotted.key = "a # no comment"

[plain]  # a comment
words = [
    "one",  # one, two ] three
    # ["none"]
    "two",
    """three
]
""", "four",
]
literal = \'C:\\\'
many = \'\'\'
x = [[[
\'\'\'
quotes = """a "quoted" word""""
after = { run = ["a", "b"], deep = { er = true } }
"quoted key" = 1979-05-27 07:32:00
\'lit\'."e\\u0072al" = -1.5e3
empty = []
nested = [[1, 2], [
  3]]

[[many]]
name = "first"
  [many.sub]
  x = 1
  [[many.sub.leaf]]
  y = 1
  [[many.sub.leaf]]
  y = 2
[[ many ]]
name = "second"
sub.x = 2
[a."b.c".d]
last = true'''

PLACES: list[tuple[Where, int]] = [
    (("top",), 2),
    (("dotted",), 3),
    (("dotted", "key"), 3),
    (("plain",), 5),
    (("plain", "words"), 6),
    (("plain", "words", 0), 7),
    (("plain", "words", 1), 9),
    (("plain", "words", 2), 10),
    (("plain", "words", 3), 12),
    (("plain", "literal"), 14),
    (("plain", "many"), 15),
    (("plain", "quotes"), 18),
    (("plain", "after", "run"), 19),
    (("plain", "after", "run", 1), 19),
    (("plain", "after", "deep", "er"), 19),
    (("plain", "quoted key"), 20),
    (("plain", "lit", "eral"), 21),
    (("plain", "empty"), 22),
    (("plain", "nested", 1), 23),
    (("plain", "nested", 1, 0), 24),
    (("many",), 26),
    (("many", 0), 26),
    (("many", 0, "name"), 27),
    (("many", 0, "sub"), 28),
    (("many", 0, "sub", "x"), 29),
    (("many", 0, "sub", "leaf", 0), 30),
    (("many", 0, "sub", "leaf", 1, "y"), 33),
    (("many", 1), 34),
    (("many", 1, "name"), 35),
    (("many", 1, "sub", "x"), 36),
    (("a", "b.c", "d"), 37),
    (("a", "b.c", "d", "last"), 38),
]


@pytest.mark.parametrize("where, line", PLACES, ids=str)
def test_a_place_is_on_its_line(where: Where, line: int) -> None:
    assert Lines(TEXT).of(where) == line


def test_what_is_not_there_has_the_line_of_the_table_around_it() -> None:
    lines = Lines(TEXT)
    assert lines.of(("plain", "missing", "deeper")) == 5
    assert lines.of(("many", 1, "missing")) == 34
    assert lines.of(("nothing",)) == 1
    assert lines.of(()) == 1


def test_every_value_that_tomllib_reads_has_a_line_of_its_own() -> None:
    def values(value: object, where: Where) -> list[Where]:
        if isinstance(value, dict):
            return [where, *(place for key in value for place in values(value[key], (*where, key)))]
        if isinstance(value, list):
            return [
                where,
                *(place for index, element in enumerate(value) for place in values(element, (*where, index))),
            ]
        return [where]

    assert set(places(TEXT)) == set(values(tomllib.loads(TEXT), ())[1:])
