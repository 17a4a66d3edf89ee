"""What a variable of Python was given before it is used."""

from collections.abc import Callable

from ast_grep_py import SgNode

from holdfast.sweep.found import Found, Scope, joined
from holdfast.sweep.names import enclosing

Evaluate = Callable[[SgNode, Scope], tuple[Found, ...]]


def assigned(name: str, block: SgNode, use: SgNode, scope: Scope, evaluate: Evaluate) -> tuple[Found, ...]:
    """The values that `name` was given in `block` itself before `use`, with what was added to it on the way."""
    before = use.range().start.index if scope.function is not None else block.range().end.index
    found: list[Found] = []
    for node in scope.module.given.get(name, ()):
        where = node.range()
        if not block.range().start.index <= where.start.index or where.end.index > before:
            continue
        if (scope.function is None) != (enclosing(node) is None):
            continue
        if node.kind() == "call":
            found = _added(node, found, scope, evaluate)
            continue
        right = node.field("right")
        if right is None:
            continue
        line = where.start.line + 1
        if node.kind() == "augmented_assignment":
            found = [joined(one, more) for one in found for more in evaluate(right, scope)]
        else:
            values = [Found(one.value, one.line or line, one.open) for one in evaluate(right, scope)]
            found = [*found, *values] if found and _branches(node, block) else values
    return tuple(dict.fromkeys(found))


def _branches(node: SgNode, block: SgNode) -> bool:
    """Whether an assignment is one of several ways: then what was assigned before may hold as well."""
    for above in node.ancestors():
        if above.kind() in (
            "if_statement",
            "else_clause",
            "elif_clause",
            "except_clause",
            "try_statement",
            "case_clause",
        ):
            return True
        if above.range() == block.range():
            return False
    return False


def _added(call: SgNode, found: list[Found], scope: Scope, evaluate: Evaluate) -> list[Found]:
    """`name.append(x)` and `name.extend(xs)`."""
    target, arguments = call.field("function"), call.field("arguments")
    if target is None or arguments is None:
        return found
    items = [child for child in arguments.children() if child.is_named()]
    if target.text().endswith(".append"):
        words = tuple(str(one.value) for item in items for one in evaluate(item, scope)[:1])
        return [joined(one, Found(words)) for one in found]
    return [joined(one, more) for one in found for more in evaluate(items[0], scope)] if items else found
