"""What the stand-in makes of a damaged transcript: the same as the real one made of the same damage."""

import json
import uuid
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.fast.standin import Home, digest, make_home


class Story:
    """A conversation with the words a, b, c, one line a record."""

    def __init__(self, home: Home) -> None:
        self.home = home
        self.session = home.born("remember a", "remember b", "remember c")
        self.path = home.project / f"{self.session}.jsonl"
        self.lines = self.path.read_text().splitlines()

    def index(self, kind: str, turn: int) -> int:
        """The line of the `turn`-th record of `kind`, counted from 0."""
        return [i for i, line in enumerate(self.lines) if json.loads(line)["type"] == kind][turn]

    def record(self, kind: str, turn: int) -> dict[str, object]:
        found: dict[str, object] = json.loads(self.lines[self.index(kind, turn)])
        return found

    def spoil(self, kind: str, turn: int) -> None:
        at = self.index(kind, turn)
        self.lines[at] = self.lines[at][: len(self.lines[at]) // 2]

    def words(self, text: str | None = None) -> str:
        """The words that a resumed agent has, found by its proof; "?" if they are others."""
        self.path.write_text("\n".join(self.lines) + "\n" if text is None else text)
        proof = self.home.ask("-p", "--resume", self.session, "prove 7").stdout.split()[2]
        told = ("abc", "ab", "ac", "bc", "a", "b", "c", "abd", "acd", "")
        return next((words for words in told if digest(list(words), "7") == proof), "?")


@pytest.fixture
def story(tmp_path: Path) -> Story:
    return Story(make_home(tmp_path))


@pytest.mark.parametrize(
    "kind, turn, left",
    [("user", 0, "bc"), ("user", 1, "ac"), ("user", 2, "ab"), ("assistant", 0, "abc"), ("assistant", 1, "abc")],
)
def test_a_spoiled_line_costs_only_its_own_turn_where_the_neighbours_are_near_in_time(
    story: Story, kind: str, turn: int, left: str
) -> None:
    story.spoil(kind, turn)
    assert story.words() == left


def test_a_spoiled_line_costs_all_that_is_before_it_where_the_neighbours_are_far(story: Story) -> None:
    for turn in (0, 1):
        for kind in ("user", "assistant"):
            at = story.index(kind, turn)
            old = {**json.loads(story.lines[at]), "timestamp": f"2020-01-01T00:0{turn}:00.000Z"}
            story.lines[at] = json.dumps(old)
    story.spoil("assistant", 1)
    assert story.words() == "c"


def _torn(text: str) -> str:
    return text[:-30]


def _nuls(text: str) -> str:
    return text + "\0" * 500


def _unfinished(text: str) -> str:
    return text.rstrip("\n")


@pytest.mark.parametrize("harm", [_torn, _nuls, _unfinished])
def test_a_bad_end_does_not_matter(story: Story, harm: Callable[[str], str]) -> None:
    assert story.words(harm("\n".join(story.lines) + "\n")) == "abc"


def test_a_torn_last_prompt_is_lost(story: Story) -> None:
    at = story.index("user", 2)
    assert story.words("\n".join([*story.lines[:at], story.lines[at][:100]])) == "ab"


def branch(story: Story, word: str) -> list[str]:
    """A turn that follows the first one, beside the second."""
    prompt = story.record("user", 1) | {
        "uuid": str(uuid.uuid4()),
        "message": {"role": "user", "content": f"remember {word}"},
    }
    answer = story.record("assistant", 1) | {"uuid": str(uuid.uuid4()), "parentUuid": prompt["uuid"]}
    return [json.dumps(prompt), json.dumps(answer)]


def test_of_two_branches_only_the_last_written_is_seen(story: Story) -> None:
    story.lines = [*story.lines[: story.index("user", 1)], *branch(story, "b"), *branch(story, "c")]
    assert story.words() == "ac"


def test_a_branch_that_was_left_properly_hides_one_that_was_killed_later(story: Story) -> None:
    """On leaving, the leaf is named in a last-prompt record; the other process's branch is not below that leaf."""
    left = branch(story, "b")
    named = {"type": "last-prompt", "leafUuid": json.loads(left[1])["uuid"], "sessionId": story.session}
    start = story.lines[: story.index("user", 1)]
    story.lines = [*start, *left, *branch(story, "c"), json.dumps(named)]
    assert story.words() == "ab"


def test_an_unlinked_transcript_is_made_again_with_later_records_only(story: Story) -> None:
    story.path.unlink()
    assert story.home.ask("-p", "--resume", story.session, "prove 7").returncode == 1


def test_a_folder_that_can_not_be_written_loses_everything_without_a_word(tmp_path: Path) -> None:
    home = make_home(tmp_path)
    (home.config).mkdir()
    (home.config / "projects").write_text("in the way")
    done = home.ask("-p", "remember alpha")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.endswith(" 1\n")
