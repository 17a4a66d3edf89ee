"""Which traced launch made a server, a pane or a role's session."""

import pytest

from holdfast.history.events import Launched
from holdfast.model.launch import Launch, LaunchVerb
from holdfast.model.seen import Pane, Process, ProcessId
from holdfast.promises import launches
from holdfast.promises.placed import Placed
from tests.fast.rooms import SOCKET

SERVER = ProcessId(50, 500)


def traced(index: int, verb: LaunchVerb, start: int, *argv: str, **fields: object) -> Placed[Launched]:
    launch = Launch(index, verb, argv[0], argv, ProcessId(start, start), (), "/")
    return Placed(index, Launched(0.0, Launch(**{**launch.__dict__, **fields})))


def named(role: str) -> tuple[str, ...]:
    return ("tmux", "new-session", "-d", "-s", role)


def test_a_server_was_made_by_the_launch_whose_argv_it_still_has() -> None:
    known = [traced(n, LaunchVerb.START, 500, *named(role)) for n, role in enumerate(("api", "web"))]
    server = Process(SERVER, 1, ("/opt/holdfast/real/tmux", *named("api")[1:]))
    assert launches.of_server(known, server) == known[0]


def test_a_server_with_an_argv_that_nobody_traced_was_made_by_the_latest_launch_before_it() -> None:
    known = [traced(n, LaunchVerb.START, start, *named("api")) for n, start in enumerate((100, 490, 600))]
    assert launches.of_server(known, Process(SERVER, 1, ("tmux: server",))) == known[1]
    unit = traced(3, LaunchVerb.UNIT, 495, "systemctl", "start", "worker@api")
    assert launches.of_server([*known, unit], Process(SERVER, 1, ("tmux: server",))) == unit


def test_a_launch_one_tick_younger_than_its_server_counts_where_no_older_one_is_known_and_two_ticks_do_not() -> None:
    server = Process(SERVER, 1, ("tmux: server",))
    near, far = traced(0, LaunchVerb.START, 501, *named("api")), traced(1, LaunchVerb.START, 502, *named("api"))
    assert launches.of_server([near], server) == near
    assert launches.of_server([far], server) is None


@pytest.mark.parametrize("verb", [LaunchVerb.KILL, LaunchVerb.ATTACH, LaunchVerb.SERVE, LaunchVerb.OTHER])
def test_only_starts_and_units_make_servers(verb: LaunchVerb) -> None:
    assert launches.of_server([traced(0, verb, 100, "tmux", "x")], Process(SERVER, 1, ())) is None


def test_a_pane_was_made_by_the_latest_launch_that_names_its_session() -> None:
    known = [traced(n, LaunchVerb.START, n, *named(r), session=r) for n, r in enumerate(("api", "api", "web"))]
    pane = Pane(SERVER, SOCKET, "api", "%1", 51)
    assert launches.of_pane(known, pane, ProcessId(60, 600)) == known[1]


def test_a_pane_whose_session_nobody_named_was_made_by_the_launch_before_its_agent() -> None:
    agent = ProcessId(3, 3)
    known = [
        traced(0, LaunchVerb.START, 1, "tmux", "new-window"),
        traced(1, LaunchVerb.START, 2, "tmux", "new-window"),
        traced(2, LaunchVerb.SERVE, 3, "claude"),
        traced(3, LaunchVerb.START, 4, "tmux", "new-window"),
    ]
    pane = Pane(SERVER, SOCKET, "main", "%1", 51)
    assert launches.of_pane(known, pane, agent) == known[1]
    assert launches.of_pane(known[:2], pane, agent) == known[1]
    assert launches.of_pane([], pane, agent) is None


def test_an_agent_outside_tmux_was_made_by_its_own_start() -> None:
    serve = traced(0, LaunchVerb.SERVE, 3, "claude")
    assert launches.of_pane([serve], None, ProcessId(3, 3)) == serve
    assert launches.of_pane([serve], None, ProcessId(4, 4)) is None


@pytest.mark.parametrize(
    ("argv", "touches"),
    [
        (("tmux", "new-window", "-n", "api"), True),
        (("tmux", "new-session", "-c", "/home/dev/api", "claude"), True),
        (("tmux", "new-window", "claude --resume THE-ID"), True),
        (("tmux", "new-session", "-s", "api-2"), False),
        (("tmux", "new-session", "-s", "my-api"), False),
        (("tmux", "new-session", "-s", "apis"), False),
    ],
)
def test_a_launch_touches_a_role_by_its_name_as_a_word_or_by_its_conversation(
    argv: tuple[str, ...], touches: bool
) -> None:
    known = [traced(0, LaunchVerb.START, 1, *argv)]
    assert (launches.touching(known, "api", None, "THE-ID") == known[0]) is touches


def test_a_launch_touches_a_role_by_its_tmux_session_whatever_that_is_called() -> None:
    known = [traced(0, LaunchVerb.START, 1, "tmux", "new-session", session="fleet-7")]
    assert launches.touching(known, "api", "fleet-7", None) == known[0]
    assert launches.touching(known, "api", "fleet-8", None) is None


def test_an_agents_start_leads_to_what_it_was_started_from() -> None:
    start = traced(0, LaunchVerb.START, 7, "tmux", "new-window")
    later = traced(1, LaunchVerb.START, 8, "tmux", "new-window")
    serve = traced(2, LaunchVerb.SERVE, 9, "claude", "--resume", "THE-ID")
    below = traced(2, LaunchVerb.SERVE, 9, "claude", "--resume", "THE-ID", parents=(7, 1))
    alone = traced(2, LaunchVerb.SERVE, 9, "claude", "--resume", "THE-ID", site="s-own")
    assert launches.touching([start, later, serve], "api", None, "THE-ID") == later
    assert launches.touching([start, later, below], "api", None, "THE-ID") == start
    assert launches.touching([start, later, alone], "api", None, "THE-ID") == alone
    assert launches.touching([serve], "api", None, "THE-ID") == serve


def test_a_unit_is_charged_only_where_nothing_nearer_touched_the_role() -> None:
    unit = traced(1, LaunchVerb.UNIT, 2, "systemctl", "restart", "worker@api.service")
    start = traced(0, LaunchVerb.START, 1, *named("api"))
    assert launches.touching([unit], "api", None, None) == unit
    assert launches.touching([start, unit], "api", None, None) == start
    assert (
        launches.touching([traced(0, LaunchVerb.KILL, 1, "tmux", "kill-session", "-t", "api")], "api", None, None)
        is None
    )
