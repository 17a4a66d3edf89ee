"""Results written by hand, for the tests of reports: an incident, its gate, an empty run and a hostile one."""

from dataclasses import replace

from holdfast.model.cell import CellKey, CellResult, Obligation
from holdfast.model.charge import Charge, site
from holdfast.model.result import Change, Fix, FixSite, NotApplicable, RunResult, SiteResult, State, UnknownLaunch
from holdfast.model.site import Cause, Site, SiteKind
from holdfast.model.verdict import Verdict, worst
from tests.fast.sample_history import SESSION

PATHS = ("dashboard", "phone", "boot.restores")
SCENARIOS = ("resume_click", "kill_agent", "kill_pane", "kill_server", "service_restart", "reboot", "misleading_mtime")
HURT = ("resume_click", "service_restart")
NO_CARRIES = "the launcher declares no `carries`"
NO_BROWSER = "the press of `web` needs a browser, which this holdfast can't drive yet"
HOSTILE = (
    "</pre><script>document.title='owned'</script><img src=x onerror=\"document.title='owned'\">"
    "\x1b[2J\u202e{{7*7}}|`x`\x00]]>"
)


def _site(name: str, file: str, line: int, symbol: str, language: str, text: str) -> Site:
    argv = ("tmux", "new-session", "-d", "-s", "…", "-c", "…", "claude --session-id …")
    settings = (("detached", "yes"), ("scope", "none"), ("id", "stored"))
    causes = (Cause("units/fleet-worker@.service", 9, "KillMode", "control-group"),)
    return Site(name, SiteKind.START, file, line, line + 2, symbol, language, "tmux", argv, settings, causes, text)


SITES = (
    _site(
        "s-dashboard",
        "dashboard.py",
        42,
        "start_role",
        "python",
        'subprocess.run(\n    ["tmux", "new-session", "-d", "-s", role, "-c", folder, agent(role)],\n    check=True)',
    ),
    _site(
        "s-phone",
        "bin/phone",
        17,
        "resume",
        "bash",
        'tmux new-session -d -s "$role" \\\n  -c "$HOME/work/$role" \\\n  "claude --resume $(id_of "$role")"',
    ),
    _site(
        "s-restore",
        "restore.py",
        23,
        "restore_all",
        "python",
        'for role in registry.roles():\n    tmux("new-session", "-d", "-s", role, *agent(role))',
    ),
)
_BORN = dict(zip(PATHS, (found.id for found in SITES), strict=True))


def incident() -> RunResult:
    """A run of the incident: resume clicks and service restarts kill every session, all else holds."""
    cells = tuple(
        _cell(scenario, birth, press)
        for scenario in SCENARIOS
        for birth in PATHS
        for press in ((None,) if scenario == "service_restart" else PATHS)
    )
    lost = tuple(
        CellResult(CellKey(scenario, "web", "web", "systemd", "claude-standin"), (), 0.0, reason=NO_BROWSER)
        for scenario in SCENARIOS[:4]
    )
    sites = tuple(SiteResult(found, Verdict.BROKEN, True, _why("api")) for found in SITES)
    return RunResult(
        run="2026-03-02T09-14-07-4f1a",
        launcher="incident",
        launcher_file="fixtures/launchers/incident/holdfast.toml",
        verdict=worst(cell.verdict for cell in cells),
        scope="on systemd",
        agent="claude-standin",
        cells=cells + lost,
        sites=sites,
        planned=len(cells) + len(lost),
        seconds=41.27,
        unknown=(UnknownLaunch("dashboard", ("tmux", "-V"), cells[0].key.id),),
        missing=((NO_BROWSER, len(lost)),),
        versions=(("holdfast", "0.1.0"), ("kernel", "6.1.0-18-amd64"), ("tmux", "3.3a"), ("systemd", "252")),
        notes=("the launcher is planned on systemd only, as its holdfast.toml says",),
        not_applicable=(NotApplicable("equipped", NO_CARRIES),),
    )


def gate() -> RunResult:
    """The gate over the incident's first fix: it covers one call site of three."""
    run = incident()
    cells = tuple(_healed(cell) if cell.key.birth == PATHS[0] else cell for cell in run.cells)
    states = (State.COVERED, State.MISSED, State.MISSED)
    fix_sites = tuple(
        FixSite(
            site(found.id),
            found.file,
            found.line,
            Verdict.BROKEN,
            Verdict.HELD if state is State.COVERED else Verdict.BROKEN,
            state,
            "survives holds in 4 of 4 cells" if state is State.COVERED else f"api: survives: {_why('api')}",
        )
        for found, state in zip(SITES, states, strict=True)
    )
    sites = (SiteResult(SITES[0], Verdict.HELD, True, "everything charged to it holds"), *run.sites[1:])
    changes = tuple(
        Change(cell.key.id, "api", "survives", State.MISSED, _why("api"))
        for cell in cells
        if cell.verdict is Verdict.BROKEN
    )
    return replace(
        run, cells=cells, sites=sites, fix=Fix(1, 3, fix_sites), changes=changes, base="broken", head="first-fix"
    )


def empty() -> RunResult:
    """A run of which nothing came."""
    return RunResult(
        run="empty",
        launcher="reference",
        launcher_file="holdfast.toml",
        verdict=Verdict.UNPROVEN,
        scope="",
        agent="claude-standin",
        cells=(),
        sites=(),
        planned=0,
        seconds=0.0,
    )


def hostile() -> RunResult:
    """The incident with markup, escapes and template syntax in every text that a launcher can decide."""
    run = incident()
    bad = replace(SITES[0], file=HOSTILE, symbol=HOSTILE, text=HOSTILE, argv=(HOSTILE,), settings=((HOSTILE, HOSTILE),))
    first = replace(
        run.cells[0],
        obligations=tuple(replace(o, why=HOSTILE, symptom=HOSTILE, role=HOSTILE) for o in run.cells[0].obligations),
    )
    return replace(
        run,
        launcher=HOSTILE,
        cells=(first, replace(run.cells[1], reason=HOSTILE), *run.cells[2:]),
        sites=(SiteResult(bad, Verdict.BROKEN, True, HOSTILE), *run.sites[1:]),
        unknown=(UnknownLaunch(HOSTILE, (HOSTILE,), HOSTILE),),
        missing=((HOSTILE, 1),),
        notes=(HOSTILE,),
        versions=((HOSTILE, HOSTILE),),
    )


def _why(role: str) -> str:
    unit = f"fleet-worker@{role}.service"
    return f"{role}'s agent pid 44 (start 830) ended with its unit {unit}, which the press restarted"


def _cell(scenario: str, birth: str, press: str | None) -> CellResult:
    key = CellKey(scenario, birth, press, "systemd", "claude-standin")
    hurt = scenario in HURT
    charge = site(_BORN[birth])
    judged = (*_obligations("api", hurt, charge), *_obligations("web", False, charge))
    return CellResult(key, judged, 0.92, f"history/{key.id}.jsonl", reached=(charge.id,), unknown=(("tmux", "-V"),))


def _obligations(role: str, hurt: bool, charge: Charge) -> list[Obligation]:
    if not hurt:
        return [
            Obligation(role, promise, Verdict.HELD, why, None, charge)
            for promise, why in (
                ("survives", f"{role}'s agent, its server and its children are the same processes as before"),
                ("mapped", f"{role} led to {SESSION[role]}, which proved all its words"),
                ("single", f"one live process holds {role}'s conversation"),
            )
        ]
    fresh = f"{role} led to a conversation that knew no word"
    return [
        Obligation(role, "survives", Verdict.BROKEN, _why(role), "unit stopped", charge),
        Obligation(role, "mapped", Verdict.BROKEN, fresh, "a new one", charge, True),
        Obligation(role, "single", Verdict.HELD, f"one live process holds {role}'s conversation", None, charge),
    ]


def _healed(cell: CellResult) -> CellResult:
    if cell.verdict is not Verdict.BROKEN:
        return cell
    charge = site(_BORN[cell.key.birth])
    return replace(cell, obligations=(*_obligations("api", False, charge), *_obligations("web", False, charge)))


def charged_to(charge: Charge | None) -> RunResult:
    """A run of one cell in which `charge` answers for a broken promise."""
    broken = Obligation("api", "mapped", Verdict.BROKEN, "web's conversation answered", "another role's", charge)
    cell = replace(incident().cells[0], obligations=(broken,), history=None)
    return replace(empty(), verdict=Verdict.BROKEN, cells=(cell,), planned=1)
