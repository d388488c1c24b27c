"""A hundred hostile notebooks cost no honest learner a grade, and each has a row that says why."""

from __future__ import annotations

import csv
import os
import subprocess
from collections import Counter
from pathlib import Path

import pytest
from hostile import EXERCISE, FILES, STARTED, STATEMENTS, course

from mtslib.learn import registry
from mtslib.learn.instructor import grade as grading
from mtslib.learn.instructor.grade import Limits
from mtslib.learn.instructor.keeper import descendants

SOME = (
    *("kill-parent", "hostile-str", "loop-catching", "lock", "compiled", "memory", "daemon"),
    *("passed", "endless-lines", "no-os-write", "writes-library"),
)


@pytest.fixture(autouse=True)
def one_exercise(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only the exercise in question is expected of a notebook."""
    monkeypatch.setattr(registry, "chapters", lambda: {EXERCISE.chapter: (EXERCISE,)})


def _graded(tmp_path: Path, names: tuple[str, ...], files: bool, honest: int) -> Counter[str]:
    before = descendants(os.getpid())
    chosen = {name: STATEMENTS[name] for name in names}
    hostile = course(tmp_path / "course", chosen, files, honest)
    out = tmp_path / "out.csv"
    limits = Limits(seconds=6.0, megabytes=512)
    rows = grading.grade(tmp_path / "course", out, limits=limits, announce=lambda _: None)
    kinds = Counter(row.outcome for row in rows)
    by = {row.learner: row for row in rows}
    assert len(rows) == len(by) == hostile + honest, "one row each"
    right = [row.learner for row in rows if row.outcome == "passed"]
    assert right == sorted(name for name in by if name.startswith("honest")), kinds
    told = ("passed", "not attempted")  # which say all there is
    silent = [row for row in rows if row.outcome not in told and not row.note]
    assert not silent
    with out.open(encoding="utf-8", newline="") as stream:
        assert len(list(csv.reader(stream))) == len(rows) + 1
    assert descendants(os.getpid()) <= before, "nothing is left"
    running = subprocess.run(["ps", "-eo", "args"], capture_output=True, text=True, check=True)
    assert STARTED not in running.stdout
    assert sorted(path.name for path in tmp_path.iterdir()) == ["course", "out.csv"]
    return kinds


@pytest.mark.slow
def test_some_hostile_notebooks_among_honest_ones(tmp_path: Path) -> None:
    _graded(tmp_path, SOME, files=True, honest=2)


@pytest.mark.long
def test_a_hundred_hostile_notebooks_among_twenty_honest_ones(tmp_path: Path) -> None:
    assert len(STATEMENTS) + len(FILES) + 4 >= 100
    _graded(tmp_path, tuple(STATEMENTS), files=True, honest=20)
