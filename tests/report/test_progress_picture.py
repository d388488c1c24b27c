"""The house of progress: what is drawn is what was done, and nothing is said by colour alone."""

from __future__ import annotations

from report.test_plots import pixels

from mtslib.report.plots import BLUE, ORANGE
from mtslib.report.progress_picture import PASSED, TRIED, UNTOUCHED, Floor, progress_picture


def _house(*windows: str):
    return progress_picture([Floor("03", "self-attention", windows)], here="03")


def test_each_passed_exercise_fills_a_window():
    none = pixels(_house(UNTOUCHED, UNTOUCHED, UNTOUCHED), BLUE)
    one = pixels(_house(PASSED, UNTOUCHED, UNTOUCHED), BLUE)
    two = pixels(_house(PASSED, PASSED, UNTOUCHED), BLUE)
    assert one - none > 500, "a window is an area, not a line"
    assert abs((two - one) - (one - none)) < 0.1 * (one - none)


def test_what_was_tried_is_hatched_and_what_was_not_is_an_outline():
    tried, untouched = _house(TRIED, TRIED), _house(UNTOUCHED, UNTOUCHED)
    assert pixels(tried, ORANGE) - pixels(untouched, ORANGE) > 100, "hatch and edge"
    assert pixels(tried, BLUE) == pixels(untouched, BLUE), "the legend's window alone"


def test_the_roof_is_filled_when_every_window_is():
    unfinished, finished = _house(PASSED, TRIED), _house(PASSED, PASSED)
    assert "the roof is an outline" in unfinished.alt
    assert "the roof is filled" in finished.alt
    window = pixels(_house(PASSED, UNTOUCHED), BLUE) - pixels(_house(UNTOUCHED, UNTOUCHED), BLUE)
    assert pixels(finished, BLUE) - pixels(unfinished, BLUE) > 1.5 * window


def test_the_alt_text_counts_floor_by_floor_and_says_where_the_reader_is():
    floors = [
        Floor("02", "embeddings", (PASSED, PASSED)),
        Floor("03", "self-attention", (PASSED, TRIED, UNTOUCHED)),
    ]
    alt = progress_picture(floors, here="03").alt
    assert "3 of 5 windows are filled" in alt
    assert "02 embeddings: 2 of 2; 03 self-attention: 1 of 3" in alt
    assert "The floor of chapter 03 is marked." in alt
    assert "marked" not in progress_picture(floors).alt
