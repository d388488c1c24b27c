"""The book: pages that need nothing but themselves, made from the committed notebooks."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from mtslib.base.paths import NOTEBOOKS, ROOT
from mtslib.workbook import book
from mtslib.workbook.chapters import CHAPTERS, Chapter
from mtslib.workbook.notebooks import find_notebooks, read_notebook

TAKES = {"minutes": 9, "seconds": 1, "megabytes": 9}
CHAPTER = Chapter("07", "07_x.ipynb", "heads", "a head", core=True, **TAKES)


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Every page of the book by its file name."""
    made = book.build(tmp_path_factory.mktemp("book"))
    return {path.name: path.read_text(encoding="utf-8") for path in made}


def test_a_formula_becomes_mathml_and_code_stays_as_it_is():
    made = book.with_mathml("The rate $\\eta$, $$x^2$$ and `cost in $` and `$HOME`.")
    assert made.count("<math") == 2
    assert 'display="block"' in made
    assert "`cost in $` and `$HOME`" in made


def test_a_page_has_its_headings_and_no_script():
    shown = new_output("display_data", data={"text/html": "<b>seen</b><script>bad()</script>"})
    cells = [
        new_markdown_cell("# 07 · Heads\n\n## Why *two*?\n\ntext"),
        new_code_cell("1", outputs=[shown]),
        new_code_cell("import sys", metadata={"tags": ["setup"]}),
        new_markdown_cell("### Why two?\n\nmore"),
    ]
    page, headings = book.body(new_notebook(cells=cells))
    assert "<b>seen</b>" in page
    assert "script" not in page
    assert "import sys" not in page, "what finds the library has nothing to do here"
    assert [(one.level, one.words) for one in headings] == [(2, "Why two ?"), (3, "Why two?")]
    assert len({one.anchor for one in headings}) == 2, "an anchor names one place"
    assert all(f'id="{one.anchor}"' in page for one in headings)


def test_the_search_knows_under_which_heading_words_stand():
    cells = [
        new_markdown_cell("# 07 · Heads\n\nbefore"),
        new_markdown_cell("## First\n\n| a | b |\n\nwith `code`"),
        new_code_cell("unsearched = 1"),
        new_markdown_cell("still first\n\n## Second\n\nlast"),
    ]
    notebook = new_notebook(cells=cells)
    found = book.sections(CHAPTER, notebook, book.body(notebook)[1])
    assert [(one.heading, one.words) for one in found] == [
        ("07 · heads", "07 · Heads before"),
        ("First", "a b with code still first"),
        ("Second", "last"),
    ]
    assert {one.page for one in found} == {"07_x.html"}


def test_there_is_a_page_for_every_chapter_and_none_is_heavy(pages: dict[str, str]):
    assert len(pages) == len(CHAPTERS) + 1
    for name, page in pages.items():
        assert len(page.encode()) < book.LARGEST, name


def test_a_page_asks_for_nothing(pages: dict[str, str]):
    for name, page in pages.items():
        asked = re.findall(r'(?:src|href)="((?!data:|#)[^"]+)"', page)
        assert set(asked) <= set(pages), name
        assert not re.search(r"@import|url\(", page), name


def test_every_link_and_anchor_leads_somewhere(pages: dict[str, str]):
    for name, page in pages.items():
        anchors = re.findall(r'\bid="([^"]+)"', page)
        assert len(anchors) == len(set(anchors)), name
        inside = [html.unescape(link) for link in re.findall(r'href="#([^"]*)"', page)]
        assert set(inside) <= set(anchors), name
    sections = re.search(r'id="sections">(.*?)</script>', pages["index.html"], re.DOTALL)
    for section in json.loads(sections[1]):
        assert not section["anchor"] or f'id="{section["anchor"]}"' in pages[section["page"]]


def test_every_slider_of_a_notebook_stands_in_its_page_with_all_its_frames(pages: dict[str, str]):
    for chapter in CHAPTERS:
        cells = read_notebook(NOTEBOOKS / chapter.file).cells
        wanted = sum(cell.source.count("widgets.show(slider") for cell in cells)
        wanted += sum(cell.source.count("widgets.show(dev_slider") for cell in cells)
        page = pages[Path(chapter.file).with_suffix(".html").name]
        boxes = page.split('<div class="mts-slider"')[1:]
        assert len(boxes) >= wanted, chapter.file
        for box in boxes:
            numbers = [int(n) for n in re.findall(r'class="mts-frame" data-index="(\d+)"', box)]
            assert sorted(numbers) == list(range(len(numbers)))
            assert len(numbers) > 1


def documents() -> Iterator[Path]:
    yield from (p for p in ROOT.glob("*.md"))
    yield from (ROOT / "data").rglob("*.md")
    yield from (ROOT / "LICENSES").glob("*.md")
    yield from (ROOT / "notebooks" / "exercises").rglob("*.md")


@pytest.mark.parametrize("path", list(documents()), ids=lambda path: str(path.relative_to(ROOT)))
def test_every_link_of_a_document_leads_somewhere(path: Path):
    assert_links(path, path.read_text(encoding="utf-8"))


def test_every_link_of_a_notebook_leads_somewhere():
    for path in find_notebooks():
        prose = [c.source for c in read_notebook(path).cells if c.cell_type == "markdown"]
        assert_links(path, "\n\n".join(prose))


def assert_links(path: Path, markdown: str) -> None:
    """The relative links of a document: their files are there, and so are their headings."""
    text = re.sub(r"```.*?```|`[^`\n]*`", "", markdown, flags=re.DOTALL)
    for link in re.findall(r"\]\(([^)\s]+)\)", text):
        if re.match(r"[a-z]+:", link):
            continue
        place, _, anchor = link.partition("#")
        target = (path.parent / unquote(place)).resolve() if place else path
        assert target.exists(), f"{path.name}: {link}"
        if anchor and target.suffix == ".md":
            headings = re.findall(r"^#+ (.+)$", target.read_text(encoding="utf-8"), re.MULTILINE)
            slugs = [re.sub(r"[^\w\- ]", "", h.lower()).replace(" ", "-") for h in headings]
            assert anchor in slugs, f"{path.name}: {link}"
