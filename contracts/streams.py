"""How Claude Code talks to programs: its streams, its errors and its exit codes."""

import json

from holdfast import Subject, contract

NOBODYS = "11111111-2222-4333-8444-555555555555"
INIT = set("apiKeySource cwd mcp_servers model permissionMode session_id slash_commands tools uuid".split())
RESULT = set("permission_denials result session_id stop_reason terminal_reason total_cost_usd usage uuid".split())
STREAMS = ("-p", "--verbose", "--output-format", "stream-json", "--input-format", "stream-json")


def user(text: str) -> str:
    message = {"role": "user", "content": [{"type": "text", "text": text}]}
    return json.dumps({"type": "user", "message": message, "parent_tool_use_id": None, "session_id": "default"}) + "\n"


def messages(out: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in out.splitlines() if line.startswith("{")]


@contract("claude", "exit 0; noted")
def text_is_the_answer_and_nothing_else(agent: Subject) -> str:
    """The usual output of print mode."""
    said = agent.ask("remember alpha")
    noted = agent.agent.noted(said.out)
    return f"exit {said.code}; {'noted' if said.out == f'noted {noted} 1' + chr(10) else said.out}"


@contract("claude", "exit 0; noted")
def a_prompt_may_come_on_stdin(agent: Subject) -> str:
    """Without one as an argument."""
    said = agent.run("-p", stdin="remember alpha\n")
    return f"exit {said.code}; {'noted' if agent.agent.noted(said.out) else said}"


@contract("claude", "result success, no error, 1 turn")
def json_is_one_result(agent: Subject) -> str:
    """--output-format json."""
    result = json.loads(agent.ask("remember alpha", "--output-format", "json").out)
    error = "an error" if result["is_error"] else "no error"
    return f"{result['type']} {result['subtype']}, {error}, {result['num_turns']} turn"


@contract("claude", "system/init assistant result/success; one id")
def a_stream_begins_with_init_and_ends_with_a_result(agent: Subject) -> str:
    """--output-format stream-json: what an SDK reads the session's id from."""
    found = messages(agent.ask("remember alpha", "--output-format", "stream-json", "--verbose").out)
    known = [m for m in found if m["type"] in ("assistant", "result") or m.get("subtype") == "init"]
    names = [f"{m['type']}/{m['subtype']}" if "subtype" in m else str(m["type"]) for m in known]
    ids = {m["session_id"] for m in known}
    return f"{' '.join(names)}; {'one id' if len(ids) == 1 else 'several ids'}"


@contract(
    "claude",
    {
        "1.0.128": "init, no version: apiKeySource cwd mcp_servers model permissionMode session_id slash_commands "
        "tools uuid; result: permission_denials result session_id total_cost_usd usage uuid",
        "2.1.197": "init, its version: apiKeySource cwd mcp_servers model permissionMode session_id slash_commands "
        "tools uuid; result: permission_denials result session_id stop_reason terminal_reason total_cost_usd "
        "usage uuid",
    },
)
def a_stream_says_what_an_sdk_reads(agent: Subject) -> str:
    """What is missing is an older Claude Code to the Agent SDK, or none."""
    found = messages(agent.ask("remember alpha", "--output-format", "stream-json", "--verbose").out)
    init, result = (next(m for m in found if key in (m["type"], m.get("subtype"))) for key in ("init", "result"))
    version = agent.run("--version").out.split()[0]
    told = init.get("claude_code_version")
    which = "no" if told is None else "its" if told == version else "another"
    keys = [" ".join(sorted(wanted & message.keys())) for wanted, message in ((INIT, init), (RESULT, result))]
    return f"init, {which} version: {keys[0]}; result: {keys[1]}"


@contract("claude", "success of the request; init; result")
def an_initialize_request_is_answered(agent: Subject) -> str:
    """The first thing that the Agent SDK sends."""
    request = {"type": "control_request", "request_id": "r1", "request": {"subtype": "initialize", "hooks": None}}
    said = agent.run(*STREAMS, stdin=json.dumps(request) + "\n" + user("remember alpha"))
    found = messages(said.out)
    answers = [m["response"] for m in found if m["type"] == "control_response"]
    ok = [a for a in answers if isinstance(a, dict) and a.get("subtype") == "success" and a.get("request_id") == "r1"]
    init = "init" if any(m.get("subtype") == "init" for m in found) else "no init"
    result = "result" if any(m["type"] == "result" for m in found) else "no result"
    return f"{'success of the request' if ok else 'no answer'}; {init}; {result}"


@contract("claude", "2 results of one id; it knows alpha beta")
def a_stream_takes_one_prompt_after_another(agent: Subject) -> str:
    """--input-format stream-json: one process, one conversation."""
    agent.planted += ["alpha", "beta"]
    said = agent.run(*STREAMS, stdin=user("remember alpha") + user("remember beta"))
    results = [m for m in messages(said.out) if m["type"] == "result"]
    ids = {str(m["session_id"]) for m in results}
    known = agent.known("--resume", next(iter(ids))) if len(ids) == 1 else "nothing"
    return f"{len(results)} results of {'one id' if len(ids) == 1 else 'several ids'}; it knows {known}"


@contract(
    "claude",
    {
        "1.0.128": "exit 1; err: No conversation found with session ID: <id>",
        "2.1.197": "exit 1; result/error_during_execution with an error, No conversation found with session ID: <id>",
    },
)
def an_unknown_id_in_a_stream(agent: Subject) -> str:
    """A result that is an error bears an id too: one that must not be stored."""
    said = agent.run(*STREAMS, "--resume", NOBODYS, stdin=user("prove 1"))
    results = [m for m in messages(said.out) if m["type"] == "result"]
    if not results:
        return str(said)
    last = results[-1]
    error = "with an error" if last["is_error"] else "without an error"
    why = (
        "No conversation found with session ID: <id>" if "No conversation found" in json.dumps(last) + said.err else ""
    )
    return f"exit {said.code}; {last['type']}/{last['subtype']} {error}, {why}"


@contract("claude", {"1.0.128": "none", "2.1.197": "the id asked for"})
def the_id_of_a_failed_result(agent: Subject) -> str:
    """Which id the error names."""
    said = agent.run(*STREAMS, "--resume", NOBODYS, stdin=user("prove 1"))
    ids = [str(m["session_id"]) for m in messages(said.out) if "session_id" in m]
    if not ids:
        return "none"
    return "the id asked for" if set(ids) == {NOBODYS} else "an id of nobody's"


@contract(
    "claude",
    "exit 1; err: Error: Input must be provided either through stdin or as a prompt argument when using --print",
)
def no_prompt_is_an_error(agent: Subject) -> str:
    """Nothing on stdin, no argument."""
    return str(agent.run("-p"))


@contract("claude", "exit 1; err: error: unknown option '--nothing'")
def an_unknown_option_is_an_error(agent: Subject) -> str:
    """A launcher for a newer version meets an older one."""
    return str(agent.run("-p", "--nothing", "x"))


@contract(
    "claude",
    {
        "1.0.128": "exit 1; err: Error: --session-id cannot be used with --continue or --resume.",
        "2.1.197": "exit 1; err: Error: --session-id can only be used with --continue or --resume "
        "if --fork-session is also specified.",
        "2.1.329": "exit 1; err: Error: --session-id with --continue or --resume also needs --fork-session.",
    },
)
def a_chosen_id_and_a_resume_exclude_each_other(agent: Subject) -> str:
    """Unless it is a fork."""
    session = agent.born("alpha")
    return str(agent.ask("prove 1", "--resume", session, "--session-id", NOBODYS))
