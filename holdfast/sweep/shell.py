"""Call sites in shell scripts: commands that name tmux, an agent or a killer, and functions that only pass words on."""

import re

from ast_grep_py import SgNode, SgRoot

from holdfast.model.shell import simple_commands
from holdfast.model.template import ANY_WORDS
from holdfast.sweep.draft import Draft
from holdfast.sweep.files import Source
from holdfast.sweep.judging import judge, undecided

_ROUNDS = 4
_VARIABLE = re.compile(r"\$(?:\{(\w+)\}|(\w+))")


def sites(source: Source) -> tuple[tuple[Draft, ...], int | None]:
    """The script's call sites, and the first line that could not be parsed, if there is one."""
    root = SgRoot(source.text, "bash").root()
    constants = _constants(root)
    commands = [(node, _words(node, constants)) for node in root.find_all(kind="command")]
    handed: dict[str, tuple[str, ...]] = {}
    for _ in range(_ROUNDS):
        found = {
            symbol: argv
            for node, words in commands
            if (symbol := _symbol(node)) != "main"
            and ANY_WORDS in words
            and undecided(argv := _resolved(words, handed))
            and ('"$@"' in node.text() or '"${@' in node.text() or "$*" in node.text())
        }
        if found == handed:
            break
        handed = found
    drafts = []
    for node, words in commands:
        if words:
            draft = _draft(source, node, _resolved(words, handed))
            if draft is not None:
                drafts.append(draft)
    broken = root.find(kind="ERROR")
    return tuple(drafts), None if broken is None else broken.range().start.line + 1


def _words(node: SgNode, constants: dict[str, str]) -> tuple[str, ...]:
    """The command's own words: those of its substitutions are commands of their own."""
    text = _VARIABLE.sub(lambda found: constants.get(found[1] or found[2], found[0]), node.text())
    found = simple_commands(text)
    return found[-1] if found else ()


def _constants(root: SgNode) -> dict[str, str]:
    """Variables that are given one plain word in the whole script: `TMUX_BIN=/usr/bin/tmux`, `T=${T:-tmux}`."""
    values: dict[str, set[str]] = {}
    for node in root.find_all(kind="variable_assignment"):
        name, value = node.field("name"), node.field("value")
        if name is not None:
            values.setdefault(name.text(), set()).add("" if value is None else value.text().strip("\"'"))
    plain = {name: next(iter(found)) for name, found in values.items() if len(found) == 1}
    defaults = {name: text.partition(":-")[2].rstrip("}") if ":-" in text else text for name, text in plain.items()}
    return {name: text for name, text in defaults.items() if text and not set(text) & set("$` \t")}


def _resolved(words: tuple[str, ...], handed: dict[str, tuple[str, ...]]) -> tuple[str, ...]:
    """`words` where the script's own function, which passes its words on, is replaced by what it runs."""
    argv = handed.get(words[0]) if words else None
    if argv is None:
        return words
    place = argv.index(ANY_WORDS) if ANY_WORDS in argv else len(argv)
    return (*argv[:place], *words[1:], *argv[place + 1 :])


def _draft(source: Source, node: SgNode, argv: tuple[str, ...]) -> Draft | None:
    symbol = _symbol(node)
    within = _function(node)
    verdict = judge(argv, node.text() if within is None else within.text(), f"{symbol} {source.name}")
    if verdict is None:
        return None
    where = node.range()
    return Draft(
        kind=verdict.kind,
        file=source.name,
        line=where.start.line + 1,
        last_line=where.end.line + 1,
        symbol=symbol,
        language="bash",
        tool=verdict.tool,
        action=verdict.action,
        argv=argv,
        settings=verdict.settings,
        text=node.text(),
    )


def _function(node: SgNode) -> SgNode | None:
    return next((above for above in node.ancestors() if above.kind() == "function_definition"), None)


def _symbol(node: SgNode) -> str:
    """The function that `node` stands in, by the name that bash gives it; "main" outside all functions."""
    function = _function(node)
    name = None if function is None else function.field("name")
    return "main" if name is None else name.text()
