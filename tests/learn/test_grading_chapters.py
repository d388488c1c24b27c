"""Grading reads the workbook's own chapters: handed in blank, and with every answer written in."""

from __future__ import annotations

import shutil
from pathlib import Path

import nbformat
import pytest

from mtslib.base.paths import NOTEBOOKS
from mtslib.learn import registry
from mtslib.learn.instructor.grade import Limits, grade

NAME = "03_self_attention.ipynb"


@pytest.mark.slow
def test_a_blank_chapter_and_a_solved_one(tmp_path: Path) -> None:
    course = tmp_path / "course"
    for learner in ("blank", "solved"):
        (course / learner).mkdir(parents=True)
    shutil.copy(NOTEBOOKS / NAME, course / "blank" / NAME)
    solved = nbformat.read(NOTEBOOKS / NAME, as_version=4)
    for cell in solved.cells:
        number = cell.metadata.get("mts", {}).get("exercise")
        if number:
            cell.source = registry.find(number).reference_source
    nbformat.write(solved, course / "solved" / NAME)
    rows = grade(course, tmp_path / "out.csv", limits=Limits(seconds=120), announce=lambda _: None)
    own = [exercise.id for exercise in registry.chapters()["03"]]
    assert [(r.learner, r.exercise) for r in rows] == [
        (who, number) for who in ("blank", "solved") for number in own
    ]
    outcomes = {who: {r.outcome for r in rows if r.learner == who} for who in ("blank", "solved")}
    assert outcomes == {"blank": {"not attempted"}, "solved": {"passed"}}
    assert all("word for word" in r.note for r in rows if r.learner == "solved")
