"""Argv templates: what source code says of a command before it runs."""

import pytest

from holdfast.model.shell import simple_commands
from holdfast.model.template import matches


@pytest.mark.parametrize("word", ["312ecd30", "0", "77", "x1F", "9", "", "two words", "a\nb", "(", "…x"])
def test_a_command_agrees_with_itself_whatever_its_words(word: str) -> None:
    """A word that began with an octal digit was once read as part of the separator before it."""
    argv = ("claude", "--resume", word, "end")
    assert matches(argv, argv)


def test_unknown_text_stands_for_anything_in_one_word_only() -> None:
    assert matches(("tmux", "-t", "=…"), ("tmux", "-t", "=7"))
    assert not matches(("tmux", "-t", "=…"), ("tmux", "-t", "7"))
    assert not matches(("tmux", "…"), ("tmux", "a", "b"))


def test_unknown_words_may_be_none_or_many() -> None:
    assert matches(("claude", "*…"), ("claude",))
    assert matches(("claude", "*…"), ("claude", "--resume", "0312"))
    assert not matches(("claude", "*…"), ("tmux", "--resume"))


def test_a_home_is_unknown_until_a_shell_has_put_it_there() -> None:
    (template,) = simple_commands("tmux -S ~/.fleet/tmux -L a~b '~' kill-server")
    assert matches(template, ("tmux", "-S", "/home/dev/.fleet/tmux", "-L", "a~b", "~", "kill-server"))
    assert not matches(template, ("tmux", "-S", "/home/dev/.fleet/other", "-L", "a~b", "~", "kill-server"))
