"""What the names of a Python file stand for: read once, looked up often."""

from dataclasses import dataclass

from ast_grep_py import SgNode


@dataclass(frozen=True)
class Names:
    """`given`: by name, the assignments to it and the calls of its append and extend, in their order; `functions`: by
    name, their definitions; `calls`: by the last part of what is called, the calls; `libtmux` and `agent_sdk`: whether
    the file names libtmux, or the SDK of Claude Code."""

    root: SgNode
    given: dict[str, list[SgNode]]
    functions: dict[str, list[SgNode]]
    calls: dict[str, list[SgNode]]
    libtmux: bool
    agent_sdk: bool


def names(root: SgNode, text: str) -> Names:
    given: dict[str, list[SgNode]] = {}
    functions: dict[str, list[SgNode]] = {}
    calls: dict[str, list[SgNode]] = {}
    kinds = ("assignment", "augmented_assignment", "call", "function_definition")
    for node in root.find_all(any=[{"kind": kind} for kind in kinds]):
        kind = node.kind()
        named = node.field({"call": "function", "function_definition": "name"}.get(kind, "left"))
        if named is None:
            continue
        name = named.text()
        if kind == "function_definition":
            functions.setdefault(name, []).append(node)
        elif kind == "call":
            before, _, last = name.rpartition(".")
            calls.setdefault(last.strip(), []).append(node)
            if last in ("append", "extend"):
                given.setdefault(before, []).append(node)
        else:
            given.setdefault(name, []).append(node)
    return Names(root, given, functions, calls, "libtmux" in text, "claude_agent_sdk" in text)


def enclosing(node: SgNode) -> SgNode | None:
    """The function that `node` stands in."""
    return next((above for above in node.ancestors() if above.kind() == "function_definition"), None)
