"""Where and when Claude Code keeps a conversation."""

from contextlib import suppress

from holdfast import Subject, contract


@contract("claude", "0 before the first prompt, 1 after it")
def a_transcript_appears_with_the_first_prompt(agent: Subject) -> str:
    """Before a person's first prompt there is no file: a launcher that looks for one too early finds another's."""
    with agent.start() as terminal:
        terminal.ready()
        before = len(agent.transcripts())
        agent.transcript(terminal.remember("alpha"))
        return f"{before} before the first prompt, {len(agent.transcripts())} after it"


@contract("claude", "exit 0; 0 transcripts")
def a_session_that_was_never_prompted_leaves_nothing(agent: Subject) -> str:
    """Not even when its id was chosen with --session-id: that id can't be resumed afterwards."""
    with agent.start("--session-id", "11111111-2222-4333-8444-555555555555") as terminal:
        code = terminal.leave()
    return f"exit {code}; {len(agent.transcripts())} transcripts"


@contract("claude", {"1.0.128": "file 644, folder 700", "2.1.197": "file 600, folder 755"})
def only_its_owner_can_read_a_transcript(agent: Subject) -> str:
    """The file's and the folder's modes."""
    file = agent.transcript(agent.born("alpha"))
    return f"file {file.stat().st_mode & 0o777:o}, folder {file.parent.stat().st_mode & 0o777:o}"


@contract("claude", "0 descriptors")
def no_descriptor_of_the_transcript_is_held(agent: Subject) -> str:
    """A file that is unlinked or moved under a live session is not written to any more."""
    with agent.start() as terminal:
        agent.answered(terminal.remember("alpha"))
        folder = agent.machine.root / "proc" / str(terminal.pid) / "fd"

        def held() -> int:
            found = 0
            for link in folder.iterdir():
                with suppress(FileNotFoundError):  # closed meanwhile
                    found += link.readlink().suffix == ".jsonl"
            return found

        with suppress(TimeoutError):
            agent.wait("the end of the last write", lambda: not held(), within=5.0)
        return f"{held()} descriptors"


@contract("claude", "1 under the named folder, 0 under ~/.claude")
def the_config_dir_moves_every_transcript(agent: Subject) -> str:
    """CLAUDE_CONFIG_DIR: whoever resumes without it looks elsewhere."""
    agent.born("alpha", env={"CLAUDE_CONFIG_DIR": "/home/dev/other"})
    moved = list((agent.home / "other" / "projects").glob("*/*.jsonl"))
    return f"{len(moved)} under the named folder, {len(agent.transcripts())} under ~/.claude"


@contract("claude", {"1.0.128": "None, None", "2.1.197": "cli, sdk-cli"})
def a_transcript_says_how_its_prompts_came(agent: Subject) -> str:
    """The entrypoint of a typed prompt, and of one in print mode."""
    with agent.start() as terminal:
        typed = terminal.remember("alpha")
        agent.answered(typed)
    printed = agent.born("beta")
    found = [next(r for r in agent.records(one) if r["type"] == "user").get("entrypoint") for one in (typed, printed)]
    return ", ".join(map(str, found))


@contract("claude", "cwd, gitBranch, sessionId, timestamp, userType, uuid, version")
def a_prompts_record_says_whose_it_is(agent: Subject) -> str:
    """What a reader of transcripts may rely on."""
    record = next(r for r in agent.records(agent.born("alpha")) if r["type"] == "user")
    wanted = {"cwd", "gitBranch", "sessionId", "timestamp", "userType", "uuid", "version"}
    return ", ".join(sorted(wanted & record.keys()))


@contract("claude", "the answer leads to its prompt, the second prompt to the first answer")
def records_are_linked_by_their_parents(agent: Subject) -> str:
    """uuid and parentUuid, through whatever stands between."""
    records = agent.records(agent.born("alpha", "beta"))
    parents = {r["uuid"]: r.get("parentUuid") for r in records if "uuid" in r}
    spoken = [r for r in records if r["type"] in ("user", "assistant")]

    def leads(later: int, earlier: int) -> bool:
        link: object = spoken[later]["uuid"]
        while link is not None and link != spoken[earlier]["uuid"]:
            link = parents.get(link)
        return link is not None

    answer = "the answer leads to its prompt" if leads(1, 0) else "the answer leads nowhere"
    return answer + (", the second prompt to the first answer" if leads(2, 1) else ", the second prompt elsewhere")


@contract("claude", "made again, knowing beta only")
def a_transcript_that_was_unlinked_is_made_again_without_its_past(agent: Subject) -> str:
    """A clean-up under a live session takes what was said before, silently."""
    with agent.start() as terminal:
        session = terminal.remember("alpha")
        agent.answered(session)
        agent.transcript(session).unlink()
        terminal.remember("beta")
        agent.answered(session)
    return f"made again, knowing {agent.known('--resume', session)} only"


@contract("claude", {"1.0.128": "exit 1; nothing said; 0 transcripts", "2.1.197": "exit 0; noted; 0 transcripts"})
def a_projects_folder_that_can_not_be_written_is_not_noticed(agent: Subject) -> str:
    """Exit 0, no warning, nothing saved; an old one ends without a word. A file stands where the folder is to be: root
    may write where others can't."""
    agent.config.mkdir(exist_ok=True)
    agent.projects.write_text("")
    said = agent.ask("remember alpha")
    noted = "noted" if agent.agent.noted(said.out) else said.out + said.err or "nothing said"
    return f"exit {said.code}; {noted}; {0 if agent.projects.is_file() else len(agent.transcripts())} transcripts"
