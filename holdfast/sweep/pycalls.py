"""Which calls of Python start a program, drive tmux or dispatch to an agent, and what of their arguments is the
command."""

import re

from ast_grep_py import SgNode

from holdfast.model.template import ANY_WORDS, UNKNOWN
from holdfast.sweep.found import Found, Scope
from holdfast.sweep.names import enclosing
from holdfast.sweep.values import evaluate, sequences

# The first argument is an argv, or a text for a shell.
_FIRST = frozenset(
    ("run", "Popen", "call", "check_call", "check_output", "getoutput", "getstatusoutput", "system", "popen",
     "create_subprocess_shell", "subprocess_exec", "run_process", "open_process")
)  # fmt: skip
_EACH = frozenset(("create_subprocess_exec", "execl", "execlp"))
_SECOND = frozenset(("execv", "execvp", "execve", "execvpe", "posix_spawn", "posix_spawnp"))
_THIRD = frozenset(("spawnv", "spawnvp", "spawnve", "spawnvpe"))
_FROM_THIRD = frozenset(("spawnl", "spawnlp"))
_LIBTMUX = {
    "new_session": ("new-session", "-d"),
    "new_window": ("new-window",),
    "split_window": ("split-window",),
    "kill_session": ("kill-session", "-t"),
    "kill_window": ("kill-window",),
    "kill_pane": ("kill-pane",),
    "kill_server": ("kill-server",),
    "attach_session": ("attach-session", "-t"),
    "switch_client": ("switch-client", "-t"),
    "send_keys": ("send-keys",),
}
_SDK = frozenset(("query", "ClaudeSDKClient"))
_SDK_OPTIONS = (
    (re.compile(r"\bresume\s*="), f"--resume={UNKNOWN}"),
    (re.compile(r"\bcontinue_conversation\s*=\s*True"), "--continue"),
    (re.compile(r"\bfork_session\s*=\s*True"), "--fork-session"),
)
_HOLDERS = ("session", "server", "window", "pane")
_SHORT = {"kill": "kill-", "attach": "attach-session"}


def command(node: SgNode, scope: Scope) -> tuple[Found, ...]:
    """The commands that the call `node` may run; () where it runs none that is known of."""
    called = node.field("function")
    items = arguments(node)
    if called is None:
        return ()
    name = called.text().rpartition(".")[2].strip()
    plain = [item for item in items if item.kind() != "keyword_argument"]
    libtmux = _libtmux(called, name, plain, scope)
    if libtmux is not None:
        return (libtmux,)
    if scope.module.agent_sdk and called.text().removeprefix("claude_agent_sdk.") in _SDK:
        return (_dispatched(node),)
    if name in _FIRST:
        first = plain[0] if plain else _keyword(items, ("args", "cmd", "command"))
        return () if first is None else evaluate(first, scope)
    if name == "spawn" and "pexpect" in called.text() and plain:
        words = evaluate(plain[0], scope)
        rest = evaluate(plain[1], scope)[0].value if len(plain) > 1 else ()
        more = rest if isinstance(rest, tuple) else ()
        return tuple(Found((str(one.value), *more), one.line, one.open) if more else one for one in words)
    if name == "spawn" and called.text().startswith("pty") and plain:
        return evaluate(plain[0], scope)
    if name in _EACH:
        return sequences(plain if name == "create_subprocess_exec" else plain[1:], scope)
    if name in _SECOND and len(plain) > 1:
        return evaluate(plain[1], scope)
    if name in _THIRD and len(plain) > 2:
        return evaluate(plain[2], scope)
    if name in _FROM_THIRD:
        return sequences(plain[2:], scope)
    if called.text() in ("os.kill", "os.killpg") and len(plain) == 2 and plain[1].text() != "0":
        return (Found(("kill", f"-{plain[1].text()}", UNKNOWN)),)
    return ()


def arguments(node: SgNode) -> list[SgNode]:
    listed = node.field("arguments")
    return [child for child in (listed.children() if listed else []) if child.is_named() and child.kind() != "comment"]


def _keyword(items: list[SgNode], names: tuple[str, ...]) -> SgNode | None:
    for item in items:
        name = item.field("name")
        if item.kind() == "keyword_argument" and name is not None and name.text() in names:
            return item.field("value")
    return None


def _dispatched(node: SgNode) -> Found:
    """What the SDK starts for this call: its options stand in the call, or before it in the same function."""
    function = enclosing(node)
    options = node.text() if "ClaudeAgentOptions" in node.text() or function is None else function.text()
    given = (word for pattern, word in _SDK_OPTIONS if pattern.search(options))
    return Found(("claude", "--output-format", "stream-json", ANY_WORDS, *given, ANY_WORDS))


def _libtmux(called: SgNode, name: str, plain: list[SgNode], scope: Scope) -> Found | None:
    """A method of libtmux's server, session, window or pane, in a file that imports libtmux."""
    holder = called.field("object")
    if holder is None or not scope.module.libtmux:
        return None
    on = holder.text().lower().rpartition(".")[2]
    kind = next((held for held in _HOLDERS if held in on), None)
    if name == "cmd" and kind is not None:
        words = sequences(plain, scope)[0]
        return Found(("tmux", *words.value), open=words.open)
    if name in _SHORT and kind is not None:
        return Found(("tmux", _SHORT[name] + (kind if name == "kill" else ""), "-t", UNKNOWN))
    if name not in _LIBTMUX:
        return None
    words = sequences(plain, scope)[0]
    return Found(("tmux", *_LIBTMUX[name], *words.value), open=words.open)
