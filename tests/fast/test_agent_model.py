"""The model of real agents: one conversation in four APIs, known from the messages of a request alone."""

import http.client
import json
import socket
import subprocess
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from http.server import ThreadingHTTPServer
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from tests.fast.standin import PROGRAM, WITHIN, digest

SESSION = "019aa6a5-1111-7222-8333-444455556666"
MODEL = PROGRAM.with_name("model")


@dataclass(frozen=True)
class Api:
    """How one kind of agent asks. `session` is what the model calls it: only some requests carry SESSION."""

    name: str
    path: str
    headers: dict[str, str]
    session: str
    carries: str | None

    def body(self, *typed: str) -> dict[str, Any]:
        """The request of a conversation in which every prompt but the last was answered."""
        said = [pair for text in typed for pair in (("user", text), ("model", "ok"))][:-1]
        return {"model": "m", "stream": True, "tools": [{"name": "shell"}], **_BODIES[self.name](said)}

    def frames(self, *typed: str) -> list[bytes | None]:
        module = import_module(f"holdfast.fixtures.agents.model.{self.name}")
        headers = http.client.HTTPMessage()
        for name, value in self.headers.items():
            headers[name] = value
        return list(module.reply(self.path, headers, self.body(*typed)).frames)

    def answer(self, *typed: str) -> str:
        return b"".join(frame or b"" for frame in self.frames(*typed)).decode()


def _messages(said: list[tuple[str, str]]) -> dict[str, Any]:
    turns: list[dict[str, Any]] = [{"role": role.replace("model", "assistant"), "content": text} for role, text in said]
    reminder = {"type": "text", "text": "<system-reminder>remember nothing</system-reminder>"}
    turns[0]["content"] = [reminder, {"type": "text", "text": turns[0]["content"]}]
    return {"messages": turns}


def _responses(said: list[tuple[str, str]]) -> dict[str, Any]:
    def item(role: str, text: str) -> dict[str, Any]:
        of, kind = ("user", "input_text") if role == "user" else ("assistant", "output_text")
        return {"type": "message", "role": of, "content": [{"type": kind, "text": text}]}

    added = item("user", "<environment_context>remember nothing</environment_context>")
    return {"input": [added, *(item(*turn) for turn in said)], "prompt_cache_key": SESSION}


def _gemini(said: list[tuple[str, str]]) -> dict[str, Any]:
    return {"contents": [{"role": role, "parts": [{"text": text}]} for role, text in said]}


def _completions(said: list[tuple[str, str]]) -> dict[str, Any]:
    return {"messages": [{"role": role.replace("model", "assistant"), "content": text} for role, text in said]}


_BODIES = {"messages": _messages, "responses": _responses, "gemini": _gemini, "completions": _completions}
APIS = (
    Api("messages", "/v1/messages?beta=true", {"X-Claude-Code-Session-Id": SESSION}, SESSION, SESSION),
    Api("responses", "/v1/responses", {}, SESSION, SESSION),
    Api("gemini", "/v1beta/models/m:streamGenerateContent?alt=sse", {}, "nobody", None),
    Api("completions", "/v1/chat/completions", {"x-session-affinity": "ses_1"}, "ses_1", "ses_1"),
)
each_api = pytest.mark.parametrize("api", APIS, ids=lambda api: str(api.name))


@each_api
def test_words_are_noted_and_proven_from_the_messages_alone(api: Api) -> None:
    assert f'"noted {api.session} 1"' in api.answer("remember alpha")
    assert f'"noted {api.session} 2"' in api.answer("remember alpha", "something else", "remember beta")
    assert f'"proof {api.session} {digest(["alpha", "beta"], "7")}"' in api.answer(
        "remember alpha", "remember beta", "prove 7"
    )
    assert '"ok"' in api.answer("remember alpha", "something else")


@each_api
def test_a_request_that_lost_a_message_gives_another_proof(api: Api) -> None:
    whole = digest(["alpha", "beta"], "7")
    assert whole in api.answer("remember alpha", "remember beta", "prove 7")
    assert digest(["beta"], "7") in api.answer("remember beta", "prove 7")
    assert whole not in api.answer("remember beta", "remember alpha", "prove 7")


@each_api
def test_hold_asks_for_a_shell_tool_and_pause_leaves_half_an_answer(api: Api) -> None:
    assert "tail -f /dev/null" in api.answer("hold")
    assert None not in api.frames("hold")
    assert "tail -f /dev/null" not in api.answer("hold", "remember alpha")
    *said, last = api.frames("pause")
    assert last is None
    assert b'"half of"' in b"".join(frame or b"" for frame in said)


def test_a_full_context_is_told_by_the_tokens_of_its_answer() -> None:
    assert '"input_tokens": 2000000' in APIS[0].answer("remember alpha", "fill")
    assert '"input_tokens": 1,' in APIS[0].answer("fill", "remember alpha")


@pytest.mark.parametrize(
    "api, ends",
    [
        (APIS[0], ["content_block_stop", "message_delta", "message_stop"]),
        (APIS[1], ["response.output_item.done", "response.completed"]),
    ],
    ids=["messages", "responses"],
)
def test_events_are_named_and_an_answer_is_ended(api: Api, ends: list[str]) -> None:
    frames = [(frame or b"").decode() for frame in api.frames("anything")]
    names = [frame.partition("event: ")[2].partition("\n")[0] for frame in frames]
    assert names == [json.loads(frame.partition("data: ")[2])["type"] for frame in frames]
    assert names[-len(ends) :] == ends


def test_an_old_request_names_its_session_in_its_metadata_only() -> None:
    module = import_module("holdfast.fixtures.agents.model.messages")
    asked = APIS[0].body("remember alpha")
    whose = {"user_id": f"user_{'0' * 64}_account__session_{SESSION}"}
    told = [module.reply("", http.client.HTTPMessage(), body).session for body in (asked, {**asked, "metadata": whose})]
    assert told == [None, SESSION]


def test_a_request_for_a_title_is_no_question() -> None:
    module = import_module("holdfast.fixtures.agents.model.messages")
    body = {**APIS[0].body("remember alpha"), "tools": []}
    told = b"".join(module.reply("", APIS[0].headers, body).frames)
    assert b'"ok"' in told


def test_codex_is_told_to_wait_on_for_a_command_that_runs_and_that_one_is_over() -> None:
    module = import_module("holdfast.fixtures.agents.model.responses")
    body = APIS[1].body("hold")

    def asked(output: str) -> str:
        more = {"type": "function_call_output", "call_id": "call_2", "output": output}
        frames = module.reply("", http.client.HTTPMessage(), {**body, "input": [*body["input"], more]}).frames
        return b"".join(frames).decode()

    assert "exec_command" in APIS[1].answer("hold")
    waiting = asked("Process running with session ID 28046\nOutput:\n")
    assert "write_stdin" in waiting
    assert "28046" in waiting
    assert '"released"' in asked("Process exited with code 143\nOutput:\n")


def test_a_prompt_in_quotation_marks_is_what_stands_in_them() -> None:
    """`opencode run` puts them there."""
    assert '"noted ses_1 1"' in APIS[3].answer('"remember alpha"')


def test_gemini_is_answered_whole_where_it_does_not_ask_for_a_stream() -> None:
    module = import_module("holdfast.fixtures.agents.model.gemini")
    body = APIS[2].body("remember alpha")
    (whole,) = module.reply("/v1beta/models/m:generateContent", {}, body).frames
    assert json.loads(whole)["candidates"][0]["content"]["parts"] == [{"text": "noted nobody 1"}]
    (count,) = module.reply("/v1beta/models/m:countTokens", {}, body).frames
    assert json.loads(count) == {"totalTokens": 1}


@contextmanager
def served(record: Path | None = None) -> Iterator[http.client.HTTPConnection]:
    """A connection to the model, which serves in a thread of its own."""
    handler = import_module("holdfast.fixtures.agents.model.server").Handler
    mine = type("Mine", (handler,), {"record": record})
    with ThreadingHTTPServer(("127.0.0.1", 0), mine) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        connection = http.client.HTTPConnection("127.0.0.1", server.server_address[1], timeout=WITHIN)
        try:
            yield connection
        finally:
            connection.close()
            server.shutdown()
            thread.join(WITHIN)


def post(connection: http.client.HTTPConnection, api: Api, *typed: str) -> http.client.HTTPResponse:
    connection.request("POST", api.path, json.dumps(api.body(*typed)), api.headers)
    return connection.getresponse()


def test_every_request_is_recorded_with_the_session_that_it_carries(tmp_path: Path) -> None:
    record = tmp_path / "record"
    with served(record) as connection:
        for api in APIS:
            assert b"noted" in post(connection, api, "remember alpha").read()
    lines = [json.loads(line) for line in record.read_text().splitlines()]
    assert lines == [{"api": api.name, "session": api.carries} for api in APIS]


@each_api
def test_half_an_answer_is_there_while_the_rest_is_held_back(api: Api) -> None:
    with served() as connection:
        response = post(connection, api, "pause")
        got = b""
        while b"half of" not in got:
            got += response.read1()
        connection.sock.settimeout(0.05)
        with pytest.raises(TimeoutError):
            response.read1()


@pytest.mark.parametrize(
    "path, body, status",
    [
        ("/v1/messages", b"{}", 404),
        ("/v1/responses", b"{}", 400),
        ("/v1/responses", b'{"stream": true}', 400),
        ("/v1/chat/completions", b"no JSON", 400),
        ("/v1beta/models/m:generateContent", b"[]", 400),
    ],
)
def test_what_is_no_question_is_refused_in_words(path: str, body: bytes, status: int) -> None:
    with served() as connection:
        connection.request("POST", path, body)
        response = connection.getresponse()
        assert (response.status, b"message" in response.read()) == (status, status == 400)


def test_it_runs_as_a_folder_with_the_systems_python_alone(tmp_path: Path) -> None:
    """As a machine runs it: isolated, and without site-packages."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    argv = ["/usr/bin/python3", "-IS", str(MODEL), str(port)]
    with subprocess.Popen(argv, stderr=subprocess.PIPE, cwd=tmp_path) as model:
        try:
            with closing(connected(port, model)) as connection:
                assert f"noted {SESSION} 1".encode() in post(connection, APIS[0], "remember alpha").read()
        finally:
            model.kill()


def connected(port: int, model: "subprocess.Popen[bytes]") -> http.client.HTTPConnection:
    """A connection as soon as it listens; its end, said with its last words, is the bound."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=WITHIN)
    while True:
        try:
            connection.connect()
        except ConnectionRefusedError:
            assert model.poll() is None, model.communicate()[1].decode()
        else:
            return connection
