"""The workbook as a book: one page per chapter, to read anywhere, without a kernel or a network.

`make book` executes nothing. It turns the committed notebooks into `build/book/`: what they put out
stands there as in JupyterLab, sliders are native range inputs over the frames that the notebooks
hold, and mathematics is MathML. A page needs no other file; only its links lead to its neighbours.
"""

from __future__ import annotations

import html
import json
import re
from collections import deque
from copy import deepcopy
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path

import jinja2
from latex2mathml.converter import convert
from nbconvert import HTMLExporter
from nbformat import NotebookNode

from mtslib.base.files import file_written_whole
from mtslib.base.paths import BUILD, NOTEBOOKS
from mtslib.workbook.chapters import CHAPTERS, PARTS, Chapter
from mtslib.workbook.notebooks import read_notebook

OUT = BUILD / "book"
LARGEST = 1_500_000  # bytes of a page
FORMULA = re.compile(r"\$\$(.+?)\$\$|\$([^$\n]+?)\$", re.DOTALL)
CODE = re.compile(r"(```.*?```|`[^`\n]+`)", re.DOTALL)
HEADING = re.compile(r"<h([23])>(.*?)</h\1>", re.DOTALL)
TAG = re.compile(r"<[^>]+>")


@dataclass(frozen=True)
class Heading:
    """A heading of level 2 or 3: where a link finds it, and its words."""

    level: int
    anchor: str
    words: str


@dataclass(frozen=True)
class Section:
    """A part of a page under one heading: where it is, and its words, for the search."""

    page: str
    chapter: str
    anchor: str
    heading: str
    words: str


def with_mathml(markdown: str) -> str:
    """Formulas between dollar signs as MathML; what stands in code stays as it is."""
    parts = CODE.split(markdown)
    parts[::2] = [FORMULA.sub(_mathml, part) for part in parts[::2]]
    return "".join(parts)


def _mathml(found: re.Match) -> str:
    block, inline = found.groups()
    return convert(block or inline, display="block" if block else "inline")


def body(notebook: NotebookNode) -> tuple[str, list[Heading]]:
    """The cells of a notebook and what they put out, as HTML without a script; its headings.

    What finds the library is left out: nothing runs here.
    """
    notebook = deepcopy(notebook)
    notebook.cells = [c for c in notebook.cells if "setup" not in c.metadata.get("tags", [])]
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            cell.source = with_mathml(cell.source)
    exporter = HTMLExporter(template_name="basic", exclude_anchor_links=True)
    exporter.exclude_input_prompt = exporter.exclude_output_prompt = True
    made, _ = exporter.from_notebook_node(notebook)
    made = re.sub(r"<script\b.*?</script>", "", made, flags=re.DOTALL)
    found: list[Heading] = []

    def with_anchor(heading: re.Match) -> str:
        level, inside = heading.groups()
        words = " ".join(html.unescape(TAG.sub(" ", inside)).split())
        slug = re.sub(r"\W+", "-", words.lower()).strip("-")
        found.append(Heading(int(level), f"{slug}-{len(found)}", words))
        return f'<h{level} id="{found[-1].anchor}">{inside}</h{level}>'

    return HEADING.sub(with_anchor, made), found


def sections(chapter: Chapter, notebook: NotebookNode, found: list[Heading]) -> list[Section]:
    """Headings and prose of a chapter; code and what it puts out are not searched."""
    title = f"{chapter.number} · {chapter.title}"
    ahead = deque(found)
    made, here = [], Heading(1, "", title)
    prose = (cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    for block in re.split(r"^(?=#{2,3} )", "\n\n".join(prose), flags=re.MULTILINE):
        if re.match(r"#{2,3} ", block):
            here, block = ahead.popleft(), block.partition("\n")[2]
        words = " ".join(re.sub(r"[#*_`$>|]+", " ", TAG.sub(" ", block)).split())
        made.append(Section(_name(chapter), title, here.anchor, here.words, words))
    return made


def _name(chapter: Chapter) -> str:
    return Path(chapter.file).with_suffix(".html").name


@cache
def _template() -> jinja2.Environment:
    loader = jinja2.PackageLoader("mtslib.workbook", "pages")
    return jinja2.Environment(loader=loader, autoescape=True, trim_blocks=True, lstrip_blocks=True)


def _page(template: str, **values: object) -> str:
    pages = files("mtslib.workbook") / "pages"
    shared = {
        "style": (pages / "book.css").read_text(encoding="utf-8"),
        "script": (pages / "book.js").read_text(encoding="utf-8"),
    }
    return _template().get_template(template).render(**shared, **values)


def build(out: Path = OUT) -> list[Path]:
    """Write every page → their paths, the index first.

    Raises MtsError for a notebook that cannot be read.
    """
    out.mkdir(parents=True, exist_ok=True)
    found: list[Section] = []
    made: list[Path] = []
    names = {chapter.number: _name(chapter) for chapter in CHAPTERS}
    for chapter, before, after in zip(
        CHAPTERS, (None, *CHAPTERS[:-1]), (*CHAPTERS[1:], None), strict=True
    ):
        notebook = read_notebook(NOTEBOOKS / chapter.file)
        inside, contents = body(notebook)
        found += sections(chapter, notebook, contents)
        page = _page(
            "chapter.html",
            chapter=chapter,
            body=inside,
            headings=contents,
            before=before,
            after=after,
            names=names,
        )
        made.append(_write(out / names[chapter.number], page))
    floors = {part: [c for c in CHAPTERS if c.part == part] for part in PARTS}
    search = json.dumps([vars(section) for section in found], ensure_ascii=False)
    index = _page(
        "index.html", floors=floors, names=names, chapters=CHAPTERS, search=search.replace("<", "‹")
    )
    return [_write(out / "index.html", index), *made]


def _write(path: Path, page: str) -> Path:
    with file_written_whole(path) as part:
        part.write_text(page, encoding="utf-8", newline="\n")
    return path
