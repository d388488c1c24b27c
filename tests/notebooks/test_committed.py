"""What is committed in `notebooks/`: executed in order, clean, readable without the figures."""

from __future__ import annotations

import copy
import re
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from pathlib import Path

import nbformat
import pytest
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from mtslib.base.paths import NOTEBOOKS, ROOT
from mtslib.workbook.execute import RAISES, WIDGET_VIEW

COMMITTED = sorted(NOTEBOOKS.glob("*.ipynb"))
MACHINE_PATH = re.compile(r"(?<![\w.])/(home|Users|root|tmp|var|opt|usr|mnt)/|[A-Z]:\\Users\\")
DATA_ADDRESS = re.compile(r"data:[a-z/+-]+;base64,[A-Za-z0-9+/=\s]*")
MARKDOWN_IMAGE = re.compile(r"!\[([^\]]*)\]\(")
EXCUSED = {"nbval-skip", "skip-execution"}


class _Pictures(HTMLParser):
    """Collects each picture of a piece of HTML as whether it has words in its place."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.described: list[bool] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "img":
            self.described.append(bool((given.get("alt") or "").strip()))
        elif tag == "svg":
            self.described.append(bool((given.get("aria-label") or "").strip()))


def _texts(output: NotebookNode) -> Iterator[str]:
    """All that an output says in words; pictures' bytes left out."""
    yield output.get("text", "")
    yield from output.get("traceback", [])
    yield output.get("evalue", "")
    for kind, value in output.get("data", {}).items():
        if isinstance(value, str) and not kind.startswith("image/"):
            yield DATA_ADDRESS.sub("", value)


def _undescribed_pictures(data: dict[str, str], metadata: dict) -> bool:
    """Whether an output shows a picture to which no words are given."""
    html = _Pictures(data.get("text/html", "")).described
    if not all(html):
        return True
    for kind in data:
        alt = metadata.get("alt") or metadata.get(kind, {}).get("alt")
        if kind.startswith("image/") and not html and not alt:
            return True
    return False


def problems(notebook: NotebookNode) -> list[str]:
    """What keeps a notebook from being committed, in words; empty when nothing does."""
    found = []
    executed = 0
    if "widgets" in notebook.metadata:
        found.append("widget state is saved in it")
    if notebook.metadata.get("kernelspec", {}).get("name") != "python3":
        found.append("its kernel is not python3")
    for number, cell in enumerate(notebook.cells, 1):
        here = f"cell {number}"
        if cell.cell_type != "code":
            alts = MARKDOWN_IMAGE.findall(cell.source)
            if not all(alt.strip() for alt in alts) or not all(_Pictures(cell.source).described):
                found.append(f"{here} shows a picture without alt text")
            continue
        tags = set(cell.metadata.get("tags", []))
        if tags & EXCUSED or "NBVAL_SKIP" in cell.source:
            found.append(f"{here} is never tested")
        if cell.source.strip():
            executed += 1
            if cell.execution_count != executed:
                found.append(f"{here} was not executed in order")
        raised = any(output.output_type == "error" for output in cell.outputs)
        if raised != (RAISES in tags):
            found.append(f"{here} and its tags disagree on whether it raises an error")
        for output in cell.outputs:
            said = "".join(_texts(output))
            if str(ROOT) in said or str(Path.home()) in said or MACHINE_PATH.search(said):
                found.append(f"{here} shows a path of one machine")
            data = output.get("data", {})
            if WIDGET_VIEW in data:
                found.append(f"{here} refers to a widget that is gone")
            if _undescribed_pictures(data, output.get("metadata", {})):
                found.append(f"{here} shows a picture without alt text")
    return found


def test_the_workbook_begins_with_chapter_00() -> None:
    assert COMMITTED, "there is no notebook"
    assert COMMITTED[0].name.startswith("00_")


@pytest.mark.parametrize("path", COMMITTED, ids=lambda path: path.stem)
def test_a_committed_notebook_has_no_problem(path: Path) -> None:
    assert problems(nbformat.read(path, as_version=4)) == []


@pytest.mark.parametrize("path", COMMITTED, ids=lambda path: path.stem)
def test_a_committed_notebook_is_valid_and_its_cells_have_ids(path: Path) -> None:
    notebook = nbformat.read(path, as_version=4)
    nbformat.validate(notebook)
    assert (notebook.nbformat, notebook.nbformat_minor) == (4, 5)
    ids = [cell["id"] for cell in notebook.cells]
    assert len(ids) == len(set(ids))


# The check itself is on trial: one thing spoilt, one problem found.


def _good() -> NotebookNode:
    figure = new_output(
        "display_data", data={"text/html": '<img alt="a line" src="data:image/png;base64,/tmp/">'}
    )
    return new_notebook(
        metadata={"kernelspec": {"name": "python3", "display_name": "Python 3"}},
        cells=[
            new_markdown_cell("# A chapter\n![a map](map.png)"),
            new_code_cell("1", execution_count=1, outputs=[figure]),
            new_code_cell(""),
            new_code_cell(
                "1 / 0",
                execution_count=2,
                metadata={"tags": [RAISES]},
                outputs=[new_output("error", ename="E", evalue="e", traceback=["line"])],
            ),
            new_code_cell(
                "2", execution_count=3, outputs=[new_output("stream", name="stdout", text="2\n")]
            ),
        ],
    )


def _picture(data: dict[str, str], metadata: dict | None = None) -> Callable[[NotebookNode], None]:
    def spoil(notebook: NotebookNode) -> None:
        output = new_output("display_data", data=data, metadata=metadata or {})
        notebook.cells[1].outputs = [output]

    return spoil


def _said(text: str) -> Callable[[NotebookNode], None]:
    return lambda notebook: notebook.cells[4].outputs[0].update(text=text)


SPOILT: dict[str, tuple[Callable[[NotebookNode], object], str]] = {
    "stripped": (lambda n: n.cells[1].update(execution_count=None), "not executed in order"),
    "out of order": (lambda n: n.cells[1].update(execution_count=7), "not executed in order"),
    "skipped": (lambda n: n.cells[1].update(source="# NBVAL_SKIP\n1"), "never tested"),
    "error": (lambda n: n.cells[3].metadata.update(tags=[]), "disagree on whether it raises"),
    "no error": (lambda n: n.cells[3].update(outputs=[]), "disagree on whether it raises"),
    "widget state": (lambda n: n.metadata.update(widgets={}), "widget state"),
    "other kernel": (lambda n: n.metadata.kernelspec.update(name="mine"), "not python3"),
    "checkout": (_said(f"{ROOT}/data"), "path of one machine"),
    "home": (_said("in /home/somebody/x"), "path of one machine"),
    "temporary": (_said("in '/tmp/x'"), "path of one machine"),
    "Windows": (_said(r"in C:\Users\somebody"), "path of one machine"),
    "bare png": (_picture({"image/png": "AAAA"}), "without alt text"),
    "empty alt": (_picture({"text/html": '<img src="x" alt=" ">'}), "without alt text"),
    "no alt": (_picture({"text/html": '<img src="x">'}), "without alt text"),
    "bare svg": (_picture({"text/html": "<svg></svg>"}), "without alt text"),
    "widget view": (_picture({WIDGET_VIEW: "{}"}), "widget that is gone"),
    "markdown": (lambda n: n.cells[0].update(source="![](map.png)"), "without alt text"),
    "markdown html": (lambda n: n.cells[0].update(source='<img src="x">'), "without alt text"),
}

DESCRIBED = {
    "alt in HTML": _picture({"text/html": '<img src="x" alt="a line that rises">'}),
    "label of an svg": _picture({"text/html": '<svg role="img" aria-label="a line"></svg>'}),
    "alt of the output": _picture({"image/png": "AAAA"}, {"alt": "a line that rises"}),
    "alt of the picture": _picture({"image/png": "AAAA"}, {"image/png": {"alt": "a line"}}),
    "png beside HTML": _picture({"image/png": "AAAA", "text/html": '<img src="x" alt="a line">'}),
}


def test_a_good_notebook_has_no_problem() -> None:
    assert problems(_good()) == []


@pytest.mark.parametrize("name", SPOILT)
def test_what_is_spoilt_is_found(name: str) -> None:
    spoil, expected = SPOILT[name]
    notebook = copy.deepcopy(_good())
    spoil(notebook)
    found = problems(notebook)
    assert found, name
    assert any(expected in problem for problem in found), found


@pytest.mark.parametrize("name", DESCRIBED)
def test_each_way_of_describing_a_picture_counts(name: str) -> None:
    notebook = _good()
    DESCRIBED[name](notebook)
    assert problems(notebook) == []
