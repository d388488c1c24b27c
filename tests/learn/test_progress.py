"""`learn.progress`: what was passed, tried and left, in a picture and in words."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from mtslib import learn
from mtslib.base.errors import MtsError
from mtslib.learn import progress_store, registry
from mtslib.learn.exercise import Exercise
from mtslib.learn.progress_store import Record
from mtslib.learn.progress_view import progress


@pytest.fixture
def chapter(monkeypatch: pytest.MonkeyPatch) -> tuple[Exercise, ...]:
    """A registry with three exercises in chapter 03, of 10, 20 and 30 minutes."""
    first = registry.find("03.1")
    made = tuple(
        replace(first, id=f"03.{n}", title=f"step {n}", minutes=10 * n, core=n < 3)
        for n in (1, 2, 3)
    )
    monkeypatch.setattr(registry, "chapters", lambda: {"00": (), "03": made})
    return made


def test_a_fresh_start_has_everything_before_it(chapter):
    shown = progress()
    assert shown.headline == "0 of 3 exercises of the workbook passed, 0 of 60 minutes"
    assert shown.rows == (("03 self-attention", "0", "0", "3", "0 of 60"),)


def test_passed_tried_and_not_attempted_are_told_apart(chapter):
    progress_store.write(Record("03.1", passed=True, tries=2))
    progress_store.write(Record("03.2", tries=1, mistakes=("scores-not-scaled",)))
    shown = progress("03")
    assert shown.headline == "1 of 3 exercises of chapter 03 passed, 10 of 60 minutes"
    assert shown.rows == (
        ("03.1 step 1", "✓ passed", "2", "10"),
        ("03.2 step 2", "… tried", "1", "20"),
        ("03.3 step 3 (optional)", "○ not attempted", "0", "30"),
    )
    assert progress().rows == (("03 self-attention", "1", "1", "1", "10 of 60"),)


def test_in_a_notebook_the_house_stands_beside_its_table(chapter):
    progress_store.write(Record("03.1", passed=True, tries=1))
    bundle = progress("03")._repr_mimebundle_()
    page = bundle["text/html"]
    assert re.search(r'<img alt="A house .*; 1 of 3 windows are filled', page)
    for words in ("✓ passed", "○ not attempted", "1 of 3 exercises"):
        assert words in page
        assert words in bundle["text/plain"]


def test_in_a_terminal_it_is_a_table(chapter, capsys):
    learn.progress("03")
    lines = capsys.readouterr().out.splitlines()
    assert lines[1].split() == ["exercise", "state", "tries", "minutes"]
    assert len(lines) == 5


def test_a_check_that_passes_moves_it():
    before = progress("03").headline
    assert before.startswith("0 of ")
    learn.check("03.1", registry.find("03.1").make(registry.find("03.1").styles[0].source, "mine"))
    assert progress("03").headline.startswith("1 of ")


@pytest.mark.parametrize("number", ["00", "3", "99", ""])
def test_a_chapter_without_exercises_is_named(number, chapter):
    with pytest.raises(MtsError, match="has no exercises; these have: 03"):
        learn.progress(number)
