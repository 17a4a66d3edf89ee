"""The page: it says what the result says, needs nothing else, and runs nothing that a launcher wrote."""

import base64
import hashlib
import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest
from holdfast.reports import html

from holdfast.model.result import RunResult
from tests.fast import sample_history, sample_result

Tag = tuple[str, dict[str, str | None]]


class Page(HTMLParser):
    """The tags of a page, and its text without markup."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.tags: list[Tag] = []
        self.text = ""
        self.feed(source)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data

    def all(self, tag: str, word: str = "") -> list[dict[str, str | None]]:
        return [a for name, a in self.tags if name == tag and set(word.split()) <= set((a.get("class") or "").split())]


def _source(result: RunResult, run: Path, screen: str = "") -> str:
    sample_history.keep(result, run, screen)
    html.render(result, run)
    return (run / "index.html").read_text(encoding="utf-8")


def test_the_verdict_the_scope_and_the_fix_stand_on_top(tmp_path: Path) -> None:
    source = _source(sample_result.gate(), tmp_path)
    top = Page(source[source.index("<header") : source.index("</header>")]).text
    assert re.search(r"broken\s+on systemd", top)
    assert "This fix covers 1 of 3 call sites." in top
    assert "8 of 61 cells broken" in top


def test_a_promise_that_does_not_apply_is_said_on_top(tmp_path: Path) -> None:
    source = _source(sample_result.incident(), tmp_path)
    top = Page(source[source.index("<header") : source.index("</header>")]).text
    assert "not applicable: equipped: the launcher declares no `carries`" in top


def test_every_cell_is_a_box_that_opens_its_panel(tmp_path: Path) -> None:
    page = Page(_source(sample_result.incident(), tmp_path))
    panels = {panel["id"] for panel in page.all("section", "panel")}
    boxes = [a["href"] for a in page.all("a", "box")]
    assert {cell.key.id for cell in sample_result.incident().cells} == panels
    assert {f"#{panel}" for panel in panels} == set(boxes)
    assert len(page.all("a", "box unproven empty")) == 4


def test_planned_cells_without_a_result_stay_visible(tmp_path: Path) -> None:
    page = Page(_source(replace(sample_result.incident(), planned=64), tmp_path))
    assert "3 cells of the plan without any result" in page.text
    legend, missing = 1, 3
    assert len(page.all("i", "box unproven empty")) == legend + missing


def test_a_call_site_shows_its_source_and_its_cause(tmp_path: Path) -> None:
    page = Page(_source(sample_result.incident(), tmp_path))
    assert '43    ["tmux", "new-session"'.replace(" ", "") in page.text.replace(" ", "")
    assert "KillMode=control-group" in page.text


def test_the_lines_of_a_call_keep_their_shape_whatever_it_was_indented_by(tmp_path: Path) -> None:
    text = 'subprocess.run(\n            ["tmux"],\n        )'
    result = sample_result.incident()
    found = replace(result.sites[0], site=replace(result.sites[0].site, text=text, line=51))
    page = _source(replace(result, sites=(found,)), tmp_path)
    assert '<span class="n">52</span>    [&#34;tmux&#34;],\n<span class="n">53</span>)' in page


def test_a_history_tells_what_happened_and_what_stood_on_the_screen(tmp_path: Path) -> None:
    page = Page(_source(sample_result.incident(), tmp_path))
    assert "pressed phone (resumes, by http) for api: code 200" in page.text
    assert "from dashboard.py:42 (known by the language's hook)" in page.text
    assert "Welcome back!" in page.text
    assert "ran 1 other command" in page.text


@pytest.mark.parametrize("content", [None, b"{}\n"])
def test_a_history_that_cannot_be_read_is_said_and_the_page_stands(content: bytes | None, tmp_path: Path) -> None:
    result = sample_result.charged_to(None)
    cell = replace(result.cells[0], history="history/lost.jsonl")
    if content is not None:
        (tmp_path / "history").mkdir()
        (tmp_path / "history" / "lost.jsonl").write_bytes(content)
    html.render(replace(result, cells=(cell,)), tmp_path)
    assert "its history can't be read" in Page((tmp_path / "index.html").read_text(encoding="utf-8")).text


def test_an_empty_run_has_a_page(tmp_path: Path) -> None:
    page = Page(_source(sample_result.empty(), tmp_path))
    assert "no cell was planned" in page.text
    assert "No cell ran." in page.text


def test_nothing_that_a_launcher_wrote_is_run(tmp_path: Path) -> None:
    source = _source(sample_result.hostile(), tmp_path, sample_result.HOSTILE)
    page = Page(source)
    assert len(page.all("script")) == 1
    assert not page.all("img")
    assert not [name for _, attributes in page.tags for name in attributes if name.startswith("on")]
    assert "{{7*7}}" in page.text
    assert not set("\x00\x1b\u202e") & set(source)


def test_the_page_allows_its_own_script_and_nothing_from_elsewhere(tmp_path: Path) -> None:
    source = _source(sample_result.incident(), tmp_path)
    script = source.split("<script>")[1].split("</script>")[0]
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    policy = next(m["content"] for m in Page(source).all("meta") if m.get("http-equiv") == "Content-Security-Policy")
    assert policy == f"default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src 'sha256-{digest}'"
    assert not re.findall(r"(?:src|href)=\"(?!#)", source)


def test_the_page_after_a_click_stands_beside_its_press_and_in_the_page_itself(tmp_path: Path) -> None:
    result = sample_result.incident()
    cell = result.cells[0]
    sample_history.keep(result, tmp_path)
    sample_history.clicked(tmp_path / str(cell.history))
    html.render(result, tmp_path)
    source = (tmp_path / "index.html").read_text(encoding="utf-8")
    (image,) = Page(source).all("img")
    assert image["src"] == f"data:image/png;base64,{base64.b64encode(sample_history.PNG).decode()}"
    assert not re.findall(r"(?:src|href)=\"(?!#|data:image/png;base64,)", source)
    (tmp_path / "history" / "page.1.png").unlink()
    html.render(result, tmp_path)
    assert not Page((tmp_path / "index.html").read_text(encoding="utf-8")).all("img")


def test_a_large_run_stays_a_page_that_a_browser_opens_at_once(tmp_path: Path) -> None:
    small = sample_result.incident()
    cells = tuple(
        replace(cell, key=replace(cell.key, machine=f"systemd{n}"), history=f"history/{n}-{cell.key.id}.jsonl")
        for n in range(3)
        for cell in small.cells
        if cell.history is not None
    )
    source = _source(replace(small, cells=cells, planned=len(cells)), tmp_path)
    assert len(cells) > 150
    assert len(source) < 2_000_000
