"""Call sites in Python: programs started by the standard library, libtmux, and the project's own helpers for either."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from ast_grep_py import SgNode, SgRoot

from holdfast.model.wrapper import shell_text
from holdfast.sweep.draft import Draft
from holdfast.sweep.files import Source
from holdfast.sweep.found import Found, Scope, words
from holdfast.sweep.judging import judge, judge_text, undecided
from holdfast.sweep.names import Names, enclosing, names
from holdfast.sweep.pycalls import arguments, command
from holdfast.sweep.values import bind

_ROUNDS = 4


@dataclass(frozen=True)
class Module:
    """A parsed file."""

    source: Source
    names: Names

    @property
    def broken(self) -> int | None:
        """The first line that could not be parsed."""
        found = self.names.root.find(kind="ERROR")
        return None if found is None else found.range().start.line + 1


@dataclass(frozen=True)
class Helper:
    """A function that is handed what it runs: its callers are the call sites. `call` is the launch inside it."""

    function: SgNode
    module: Module
    call: SgNode
    inner: "Helper | None" = None


def parse(source: Source) -> Module:
    return Module(source, names(SgRoot(source.text, "python").root(), source.text))


def sites(modules: Iterable[Module]) -> tuple[Draft, ...]:
    """The call sites of the modules of one project. A helper that is handed its argv passes the site on to its callers.
    Where one call has several ways to its argv, the longest tells most."""
    modules = tuple(modules)
    drafts: list[Draft] = []
    helpers: dict[str, list[Helper]] = {}
    for module in modules:
        for nodes in module.names.calls.values():
            for node in nodes:
                scope = Scope(enclosing(node), module.names)
                for found in command(node, scope):
                    drafts.extend(_drafts(module, node, found))
                    _hand_on(helpers, module, node, found, None)
    fresh = dict(helpers)
    for _ in range(_ROUNDS):
        known: dict[str, list[Helper]] = {}
        for name, offered in fresh.items():
            for helper in offered:
                for module, node in _callers(name, modules):
                    for found in _through(helper, node, Scope(enclosing(node), module.names)):
                        drafts.extend(_drafts(module, node, found))
                        _hand_on(known, module, node, found, helper)
        fresh = {name: found for name, found in known.items() if name not in helpers}
        helpers.update(fresh)
        if not fresh:
            break
    unique: dict[tuple[str, int, int, str, str, str], Draft] = {}
    for draft in sorted(drafts, key=lambda draft: len(draft.argv)):
        unique[draft.file, draft.line, draft.last_line, draft.tool, draft.action, draft.text] = draft
    return tuple(unique.values())


def _callers(name: str, modules: tuple[Module, ...]) -> Iterator[tuple[Module, SgNode]]:
    for module in modules:
        for node in module.names.calls.get(name, ()):
            yield module, node


def _through(helper: Helper, node: SgNode, scope: Scope) -> tuple[Found, ...]:
    """What `helper` would run for the call `node`."""
    scope = Scope(helper.function, helper.module.names, bind(helper.function, arguments(node), scope))
    inner = helper.inner
    return command(helper.call, scope) if inner is None else _through(inner, helper.call, scope)


def _hand_on(
    helpers: dict[str, list[Helper]], module: Module, node: SgNode, found: Found, inner: Helper | None
) -> None:
    """Make the function around `node` a helper, where its parameters decide what runs."""
    function = enclosing(node)
    if function is None or not found.open or not _undecided(found):
        return
    name = function.field("name")
    if name is not None:
        offered = helpers.setdefault(name.text(), [])
        helper = Helper(function, module, node, inner)
        if not any(known.call.range() == node.range() and known.module is module for known in offered):
            offered.append(helper)


def _undecided(found: Found) -> bool:
    argv = words(found)
    return undecided(argv) if argv else False


def _drafts(module: Module, node: SgNode, found: Found) -> Iterator[Draft]:
    function = enclosing(node)
    around = node.text() if function is None else function.text()
    symbol = _symbol(node)
    named = f"{symbol} {module.source.name}"
    argv = words(found)
    text = shell_text(argv)
    judged = judge_text(text, around, named) if text is not None else ()
    if not judged and (verdict := judge(argv, around, named)) is not None:
        judged = ((argv, verdict),)
    where = node.range()
    first = where.start.line + 1
    own = function is not None and found.line is not None and function.range().start.line < found.line <= first
    for words_of, verdict in judged:
        if undecided(words_of) and found.open:
            continue
        yield Draft(
            kind=verdict.kind,
            file=module.source.name,
            line=found.line if own and found.line is not None else first,
            last_line=where.end.line + 1,
            symbol=symbol,
            language="python",
            tool=verdict.tool,
            action=verdict.action,
            argv=words_of,
            settings=verdict.settings,
            text=node.text(),
        )


def _symbol(node: SgNode) -> str:
    """The function's name with those around it, as Python's own `__qualname__` without `<locals>`."""
    names = [
        name.text()
        for above in node.ancestors()
        if above.kind() in ("function_definition", "class_definition") and (name := above.field("name")) is not None
    ]
    return ".".join(reversed(names)) or "<module>"
