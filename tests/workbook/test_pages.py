"""The README's tables are computed: what stands there is what the snapshot and chapters say."""

from __future__ import annotations

import re

import pages
import pytest

from mtslib.base.paths import NOTEBOOKS, ROOT
from mtslib.workbook.chapters import CHAPTERS


@pytest.mark.parametrize("page", pages.PAGES, ids=lambda page: page.parent.name)
def test_a_page_holds_what_is_computed_now(page):
    text = page.read_text(encoding="utf-8")
    assert pages.refreshed(page, text) == text, "run `make pages`"


def test_the_results_and_the_datasheet_say_the_same_of_layers():
    """The verdicts of chapter 09, computed once, on both pages; nbval holds the chapter to them."""
    said = [
        page.read_text(encoding="utf-8").split("<!-- layers -->")[1].split("<!-- /layers -->")[0]
        for page in (pages.RESULTS_PAGE, pages.DATA_PAGE)
    ]
    assert said[0] == said[1]
    assert said[0].strip() == pages.layers_table()


def test_an_edited_figure_is_noticed():
    text = pages.RESULTS_PAGE.read_text(encoding="utf-8")
    edited = text.replace("| untrained head |", "| trained head |")
    assert edited != text
    assert pages.refreshed(pages.RESULTS_PAGE, edited) == text


def test_a_readme_without_its_marks_is_refused():
    with pytest.raises(ValueError, match="0 parts marked chapters"):
        pages.refreshed(pages.README, "# BERT-MTS")


def test_every_notebook_is_a_chapter_and_every_chapter_a_notebook():
    assert [c.file for c in CHAPTERS] == sorted(path.name for path in NOTEBOOKS.glob("*.ipynb"))


def test_the_readme_is_short_and_its_pictures_have_words():
    text = pages.README.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= 120
    pictures = re.findall(r"!\[([^\]]+)\]\((notebooks/pictures/[^)]+)\)", text)
    assert len(pictures) == 3
    for words, place in pictures:
        assert len(words) > 40
        assert (ROOT / place).is_file()
