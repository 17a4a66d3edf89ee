"""The oracle refuses what looks like a role's conversation and isn't: a copy, a fork, the same prompts said again."""

from pathlib import Path

import pytest

from holdfast.machines import Holder
from holdfast.model.verdict import Verdict
from tests.machine import small

_ID = 'id=$(cat "$HOME/$role.id")'

COPY = f"""
        {_ID}; other=$(new)
        cp "$transcripts/$id.jsonl" "$transcripts/$other.jsonl"
        window --resume "$other" """

FORK = f"""
        {_ID}
        window --resume "$id" --fork-session"""

COPY_IN_ANOTHER_FOLDER = f"""
        {_ID}; folder=$HOME/elsewhere
        mkdir -p "$folder" "$HOME/.claude/projects/-home-dev-elsewhere"
        cp "$transcripts/$id.jsonl" "$HOME/.claude/projects/-home-dev-elsewhere/"
        window --resume "$id" """

# Says every planted prompt again to whatever agent now runs in the role's window.
_PROMPTS = 'prompts=$(grep -o "remember w[0-9a-f]*" "$transcripts/$id.jsonl" | sort -u)'
_AGAIN = """
        until tmux capture-pane -p -t "=$role:" | grep -q '^>'; do :; done
        echo "$prompts" | while read -r prompt; do
            tmux send-keys -t "=$role:" "$prompt" Enter
            until tmux capture-pane -p -t "=$role:" | grep -A1 "$prompt" | grep -q noted; do :; done
        done"""

INTO_A_FRESH_ONE = f"""
        {_ID}; {_PROMPTS}
        window --session-id "$(new)"{_AGAIN}"""

INTO_A_FRESH_ONE_OF_THE_SAME_ID = f"""
        {_ID}; {_PROMPTS}
        rm "$transcripts/$id.jsonl"
        window --session-id "$id"{_AGAIN}"""

INTO_ITS_OWN = f"""
        {_ID}; {_PROMPTS}
        window --resume "$id"{_AGAIN}"""


@pytest.mark.parametrize("scenario", ["hard_kill[agent]", "hard_kill[server]"])
@pytest.mark.parametrize(
    ("resume", "promise", "symptom", "why"),
    [
        (COPY, "mapped", "nobody's", "a copy or fork of its own conversation"),
        (FORK, "mapped", "nobody's", "a copy or fork of its own conversation"),
        (COPY_IN_ANOTHER_FOLDER, "mapped", "copied or changed conversation", "from a copy of its file"),
        (INTO_A_FRESH_ONE, "mapped", "nobody's", "a copy or fork of its own conversation"),
        (INTO_A_FRESH_ONE_OF_THE_SAME_ID, "continues", "turns lost", "turns of api that were on the disk"),
        (INTO_ITS_OWN, "mapped", "copied or changed conversation", "with other words than were said to it"),
    ],
    ids=["copied", "forked", "copied elsewhere", "said again", "said again under its id", "said twice"],
)
def test_it_is_not_the_roles_own(
    holder: Holder, tmp_path: Path, scenario: str, resume: str, promise: str, symptom: str, why: str
) -> None:
    ran = small.run(holder, small.write(tmp_path / "l", resume=resume), scenario)
    assert ran.result.verdict is Verdict.BROKEN
    assert ran.broken[("api", promise)] == symptom
    assert why in ran.obligation("api", promise).why


def test_what_was_said_twice_is_told_word_by_word(holder: Holder, tmp_path: Path) -> None:
    ran = small.run(holder, small.write(tmp_path / "l", resume=INTO_ITS_OWN), "hard_kill[agent]")
    continues = ran.obligation("api", "continues")
    assert (continues.verdict, continues.symptom) == (Verdict.BROKEN, "turns added")
