"""The list of chapters: in order, and what it says is there is there."""

from __future__ import annotations

import nbformat
import pytest

from mtslib.base.paths import NOTEBOOKS
from mtslib.learn import registry
from mtslib.workbook.chapters import CHAPTERS, MAP, PARTS


def test_the_chapters_stand_in_reading_order_once_each():
    numbers = [chapter.number for chapter in CHAPTERS]
    assert numbers == sorted(set(numbers))
    assert numbers[0] == "00"
    shown = [chapter for own in MAP.values() for chapter in own]
    assert shown == [(chapter.number, chapter.title) for chapter in CHAPTERS]


def test_each_chapter_stands_in_its_part():
    assert list(MAP) == list(PARTS)
    parts = {chapter.number: chapter.part for chapter in CHAPTERS}
    assert [parts[number] for number in ("00", "00b", "06", "07", "10", "11")] == [
        "build",
        "build",
        "build",
        "fine-tune",
        "fine-tune",
        "serve",
    ]


def test_each_chapter_says_what_it_builds_and_how_long_it_takes():
    for chapter in CHAPTERS:
        assert chapter.file.startswith(f"{chapter.number}_")
        assert chapter.file.endswith(".ipynb")
        assert chapter.title
        assert chapter.built
        assert not chapter.built.endswith("."), "it stands in a cell of a table"
        assert 5 <= chapter.minutes <= 120


@pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda chapter: chapter.number)
def test_a_chapter_opens_with_the_minutes_that_the_table_gives(chapter):
    opening = nbformat.read(NOTEBOOKS / chapter.file, as_version=4).cells[0].source
    assert f"About {chapter.minutes} minutes" in opening


def test_the_core_route_fits_its_twenty_hours():
    """A chapter's minutes hold all its exercises; the optional ones are not on the route."""
    optional = [
        exercise.minutes
        for chapter in CHAPTERS
        if chapter.core
        for exercise in registry.chapters().get(chapter.number, ())
        if not exercise.core
    ]
    whole = sum(chapter.minutes for chapter in CHAPTERS if chapter.core)
    assert whole - sum(optional) <= 20 * 60


def test_every_chapter_is_a_notebook_and_every_notebook_a_chapter():
    assert [chapter.file for chapter in CHAPTERS] == sorted(
        path.name for path in NOTEBOOKS.glob("*.ipynb")
    )
