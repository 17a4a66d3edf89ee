"""How Claude Code names the folder of a project's conversations."""

from holdfast import Subject, contract


def folder(agent: Subject, *names: str) -> str:
    """The name of the folder that a conversation in this folder of the home gets, `…` for the home's part."""
    path = "/".join(("/home/dev", *names))
    agent.shell('mkdir -p "$0"', path, cwd="/")
    return agent.transcript(agent.born("alpha", cwd=path)).parent.name.replace("-home-dev-", "…", 1)


@contract("claude", "…a-b")
def a_dot_becomes_a_dash(agent: Subject) -> str:
    """`a.b` and `a-b` share one folder."""
    return folder(agent, "a.b")


@contract("claude", "…a-b")
def an_underscore_becomes_a_dash(agent: Subject) -> str:
    """`a_b` and `a-b` share one folder."""
    return folder(agent, "a_b")


@contract("claude", "…a--b")
def blanks_and_slashes_become_dashes(agent: Subject) -> str:
    """Each character by itself."""
    return folder(agent, "a ", "b")


@contract("claude", "…----b")
def a_character_beyond_ascii_becomes_a_dash_for_each_of_its_utf_16_units(agent: Subject) -> str:
    """`é` is one unit, an emoji two."""
    return folder(agent, "é😀-b")


@contract("claude", {"1.0.128": "all 251 characters", "2.1.197": "200 characters, a dash and fejlho"})
def a_long_path_is_cut_and_a_hash_appended(agent: Subject) -> str:
    """Above 200 characters: the first 200, `-`, and the 32-bit hash of the path in base 36."""
    cwd = f"/home/dev/{'n' * 120}/{'m' * 120}"
    agent.shell('mkdir -p "$0"', cwd, cwd="/")
    name = agent.transcript(agent.born("alpha", cwd=cwd)).parent.name
    if len(name) == len(cwd):
        return f"all {len(name)} characters"
    return f"{len(name.rpartition('-')[0])} characters, a dash and {name.rpartition('-')[2]}"


@contract("claude", "…real")
def a_link_is_followed(agent: Subject) -> str:
    """The folder is named by the real path, whatever PWD says."""
    agent.shell("mkdir ~/real && ln -s real ~/link", cwd="/")
    session = agent.born("alpha", cwd="/home/dev/link", env={"PWD": "/home/dev/link"})
    return agent.transcript(session).parent.name.replace("-home-dev-", "…", 1)


@contract("claude", {"2.1.197": "alpha", "2.1.329": "none"})
def two_folders_of_one_name_share_their_conversations(agent: Subject) -> str:
    """--continue in `a_b` went on with what was said in `a-b`, another project, until the agent looked at the cwd in
    its records."""
    agent.shell("mkdir ~/a-b ~/a_b", cwd="/")
    agent.born("alpha", cwd="/home/dev/a-b")
    return agent.known("--continue", cwd="/home/dev/a_b")
