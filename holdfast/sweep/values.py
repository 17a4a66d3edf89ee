"""What Python expressions amount to, as far as the source decides it in place: words of an argv, or a text."""

import shlex

from ast_grep_py import SgNode

from holdfast.model.shell import simple_commands
from holdfast.model.template import ANY_WORDS, UNKNOWN
from holdfast.sweep.assigned import assigned
from holdfast.sweep.found import Found, Scope, joined, parameters
from holdfast.sweep.names import enclosing

_DEPTH = 12
_MOST = 8


def evaluate(node: SgNode, scope: Scope) -> tuple[Found, ...]:
    """The values that `node` may have; what isn't decided in place is `…`."""
    if scope.depth > _DEPTH:
        return (Found(UNKNOWN),)
    reader = _READERS.get(node.kind())
    return reader(node, scope.deeper()) if reader is not None else (Found(UNKNOWN),)


def _string(node: SgNode, scope: Scope) -> tuple[Found, ...]:
    parts: list[str] = []
    opened = False
    for child in node.children():
        if child.kind() == "interpolation":
            inner = [part for part in child.children() if part.is_named()]
            values = evaluate(inner[0], scope) if len(inner) == 1 else (Found(UNKNOWN),)
            single = values[0] if len(values) == 1 and isinstance(values[0].value, str) else Found(UNKNOWN)
            parts.append(str(single.value))
            opened = opened or single.open
        elif child.kind() == "string_content":
            parts.append(child.text())
        elif child.kind() == "escape_sequence":
            parts.append(child.text()[1:])
    return (Found("".join(parts), open=opened),)


def _concatenated(node: SgNode, scope: Scope) -> tuple[Found, ...]:
    parts = [evaluate(child, scope)[0] for child in node.children() if child.is_named()]
    return (Found("".join(str(part.value) for part in parts), open=any(part.open for part in parts)),)


def _list(node: SgNode, scope: Scope) -> tuple[Found, ...]:
    items = [child for child in node.children() if child.is_named() and child.kind() != "comment"]
    line = node.range().start.line + 1
    return tuple(Found(found.value, line, found.open) for found in sequences(items, scope))


def sequences(items: list[SgNode], scope: Scope) -> tuple[Found, ...]:
    """The words that items of a list or arguments of a call make; several ways where a `*spread` has several."""
    ways: list[Found] = [Found(())]
    for item in items:
        if item.kind() == "list_splat":
            spread = [one for one in evaluate(item.children()[-1], scope) if isinstance(one.value, tuple)]
            more = spread or [Found((ANY_WORDS,), open=any(one.open for one in evaluate(item.children()[-1], scope)))]
        else:
            one = _one(evaluate(item, scope))
            more = [Found((one.value if isinstance(one.value, str) else UNKNOWN,), open=one.open)]
        ways = [joined(way, Found(one.value, None, one.open)) for way in ways for one in more][:_MOST]
    return tuple(ways)


def _name(node: SgNode, scope: Scope) -> tuple[Found, ...]:
    name = node.text()
    if scope.function is not None:
        for parameter in parameters(scope.function):
            if parameter.lstrip("*") == name:
                given = assigned(name, scope.function, node, scope, evaluate)
                if given:
                    return given
                if name in scope.bound:
                    return (scope.bound[name],)
                return (Found((ANY_WORDS,) if parameter.startswith("*") else UNKNOWN, open=True),)
        given = assigned(name, scope.function, node, scope, evaluate)
        if given:
            return given
    outside = Scope(None, scope.module, {}, scope.depth)
    return assigned(name, scope.module.root, node, outside, evaluate) or (Found(UNKNOWN),)


def _binary(node: SgNode, scope: Scope) -> tuple[Found, ...]:
    left, right = node.field("left"), node.field("right")
    if left is None or right is None or "+" not in [child.kind() for child in node.children()]:
        return (Found(UNKNOWN),)
    return tuple(joined(one, more) for one in evaluate(left, scope) for more in evaluate(right, scope))


def _either(node: SgNode, scope: Scope) -> tuple[Found, ...]:
    """`a if c else b`, `a or b`: whichever of the two is known better."""
    named = [child for child in node.children() if child.is_named()]
    ways = [named[0], named[-1]]
    found = [one for way in ways for one in evaluate(way, scope)]
    return tuple(one for one in found if one.value != UNKNOWN) or (Found(UNKNOWN, open=any(one.open for one in found)),)


def _inner(node: SgNode, scope: Scope) -> tuple[Found, ...]:
    named = [child for child in node.children() if child.is_named()]
    return evaluate(named[-1], scope) if named else (Found(UNKNOWN),)


def _call(node: SgNode, scope: Scope) -> tuple[Found, ...]:
    """Calls whose value the source gives away: shlex and join, which() and environment lookups with a default."""
    function, arguments = node.field("function"), node.field("arguments")
    items = [child for child in (arguments.children() if arguments else []) if child.is_named()]
    if function is None:
        return (Found(UNKNOWN),)
    if not items:
        return _returned(function, items, scope)
    name = function.text().rpartition(".")[2]
    last = evaluate(items[-1], scope)
    one = last[0] if len(last) == 1 else Found(UNKNOWN)
    if name in ("which", "str", "fspath", "list", "tuple", "Path"):
        return last
    if name in ("getenv", "get") and len(items) > 1 and "env" in function.text():
        return last
    if name == "join" and isinstance(one.value, tuple):
        quote = shlex.quote if function.text() == "shlex.join" else str
        return (Found(" ".join(word if UNKNOWN in word else quote(word) for word in one.value), one.line, one.open),)
    if function.text() == "shlex.split" and isinstance(one.value, str):
        commands = simple_commands(one.value)
        return (Found(commands[-1] if commands else (), one.line, one.open),)
    return _returned(function, items, scope)


def _returned(function: SgNode, items: list[SgNode], scope: Scope) -> tuple[Found, ...]:
    """What a function of the same file returns, for these arguments."""
    name = function.text().rpartition(".")[2]
    for defined in scope.module.functions.get(name, ()):
        inner = Scope(defined, scope.module, bind(defined, items, scope), scope.depth + 1)
        values: list[Found] = []
        for statement in defined.find_all(kind="return_statement"):
            around = enclosing(statement)
            if around is not None and around.range() == defined.range():
                values.extend(_inner(statement, inner))
        return tuple(dict.fromkeys(values)) or (Found(UNKNOWN),)
    return (Found(UNKNOWN, open=any(one.open for item in items for one in evaluate(item, scope))),)


def bind(function: SgNode, items: list[SgNode], scope: Scope) -> dict[str, Found]:
    """The values that a call with the arguments `items` gives to `function`'s parameters."""
    bound: dict[str, Found] = {}
    names = list(parameters(function))
    places = [item for item in items if item.kind() != "keyword_argument"]
    for index, name in enumerate(names):
        if name == "*":
            break
        if name.startswith("*"):
            if not name.startswith("**"):
                bound[name.lstrip("*")] = _one(sequences(places[index:], scope))
            break
        if index < len(places) and places[index].kind() != "list_splat":
            bound[name] = _one(evaluate(places[index], scope))
    for item in items:
        name_node, value = item.field("name"), item.field("value")
        if item.kind() == "keyword_argument" and name_node is not None and value is not None:
            bound[name_node.text()] = _one(evaluate(value, scope))
    for name in names:
        bound.setdefault(name.lstrip("*"), Found((ANY_WORDS,) if name.startswith("*") else UNKNOWN))
    return bound


def _one(found: tuple[Found, ...]) -> Found:
    return found[0] if len(found) == 1 else Found(UNKNOWN, open=any(one.open for one in found))


_READERS = {
    "string": _string,
    "concatenated_string": _concatenated,
    "list": _list,
    "tuple": _list,
    "identifier": _name,
    "binary_operator": _binary,
    "conditional_expression": _either,
    "boolean_operator": _either,
    "parenthesized_expression": _inner,
    "await": _inner,
    "call": _call,
}
