"""Grading reads the workbook's own chapters: blank, solved, and saved by editors that lose much."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import nbformat
import pytest
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell

from mtslib.base.paths import NOTEBOOKS
from mtslib.learn import registry
from mtslib.learn.instructor import cells
from mtslib.learn.instructor.grade import Limits, grade

NAME = "03_self_attention.ipynb"
CHAPTERS = [path.stem for path in sorted(NOTEBOOKS.glob("*.ipynb"))]


def _stripped(notebook: NotebookNode) -> NotebookNode:
    """As an editor saves it that keeps neither ids nor metadata of cells."""
    for cell in notebook.cells:
        cell.metadata = NotebookNode()
        del cell["id"]
    notebook.metadata, notebook.nbformat_minor = NotebookNode(), 2
    return notebook


@pytest.mark.parametrize("stem", CHAPTERS)
def test_a_chapter_without_metadata_is_read_as_with_it(stem: str, tmp_path: Path) -> None:
    own = registry.chapters().get(stem.split("_")[0], ())
    whole = nbformat.read(NOTEBOOKS / f"{stem}.ipynb", as_version=4)
    path = tmp_path / "mine.ipynb"
    path.write_text(json.dumps(_stripped(whole)), encoding="utf-8")
    with_it, said = cells.read(NOTEBOOKS / f"{stem}.ipynb")
    without, title = cells.read(path)
    number = stem.split("_")[0]
    assert cells.chapters(with_it, said) == ([number] if own else [])
    assert cells.chapters(without, title) == cells.chapters(with_it, said)
    for exercise in own:
        given = {other.name for other in own} - {exercise.name}
        found = cells.needed_source(without, exercise.id, exercise.name, given)
        assert found == cells.needed_source(with_it, exercise.id, exercise.name, given)
        assert exercise.name in found


@pytest.mark.slow
def test_a_blank_chapter_and_a_solved_one(tmp_path: Path) -> None:
    course = tmp_path / "course"
    for learner in ("blank", "solved"):
        (course / learner).mkdir(parents=True)
    shutil.copy(NOTEBOOKS / NAME, course / "blank" / NAME)
    solved = nbformat.read(NOTEBOOKS / NAME, as_version=4)
    with_answers = []
    for cell in solved.cells:
        with_answers.append(cell)
        number = cell.metadata.get("mts", {}).get("exercise")
        if number:  # below the stub, as many do
            with_answers.append(new_code_cell(registry.find(number).reference_source))
    solved.cells = with_answers
    (course / "solved" / NAME).write_text(json.dumps(_stripped(solved)), encoding="utf-8")
    rows = grade(course, tmp_path / "out.csv", limits=Limits(seconds=120), announce=lambda _: None)
    own = [exercise.id for exercise in registry.chapters()["03"]]
    assert [(r.learner, r.exercise) for r in rows] == [
        (who, number) for who in ("blank", "solved") for number in own
    ]
    outcomes = {who: {r.outcome for r in rows if r.learner == who} for who in ("blank", "solved")}
    assert outcomes == {"blank": {"not attempted"}, "solved": {"passed"}}
    assert all("word for word" in r.note for r in rows if r.learner == "solved")
