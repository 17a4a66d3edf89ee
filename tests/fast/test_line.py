"""What counts as an answer among all that a screen shows."""

from holdfast.agents import dialect
from holdfast.operations.line import below, newer

SESSION = "5a4fa07a-dc76-4cba-9d83-d0228d2a77ac"
OLD, NEW = "9b8c3d2017cd996a962acf31dfad2eaa", "0f" * 16
BEFORE = f"❯ prove 937159012\n● proof {SESSION} {OLD}\n"
ASKED = "❯ prove 475293214\n"


def test_a_screen_that_is_drawn_again_below_the_question_answers_nothing_old() -> None:
    """As Claude Code 2.1.330 did: what stood above stood below as well, and the answer came after that."""
    find = below("prove 475293214", newer(dialect.proof, {OLD}))
    assert find(BEFORE) is None
    assert find(BEFORE + ASKED + "  ▐▛███▛█   Claude Code v2.1.330\n" + BEFORE) is None
    assert find(BEFORE + ASKED + BEFORE + f"● proof {SESSION} {NEW}\n") == (SESSION, NEW)
    assert find(BEFORE + ASKED + f"● proof {SESSION} {NEW}\n") == (SESSION, NEW)
