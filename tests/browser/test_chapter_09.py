"""Chapter 09 as a learner uses it: the dev-set slider moves, and the button trains, by keyboard.

The freeze-depth slider has its test in `test_sliders.py`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from mtslib.base.paths import NOTEBOOKS
from mtslib.report.depth import depth_plots

pytestmark = [pytest.mark.browser, pytest.mark.slow]

CHAPTER = NOTEBOOKS / "09_freeze_depth.ipynb"
SIZES = [f"{size:,}" for size in depth_plots.SIZES]


def test_slider_and_button_of_chapter_09(open_notebook: Callable[[Path], Any]) -> None:
    notebook = open_notebook(CHAPTER)
    notebook.run_all(600)
    check_dev_slider(notebook)
    check_button(notebook.page)
    assert notebook.popups() == []
    assert notebook.strangers == []


def check_dev_slider(notebook: Any) -> None:
    """Keyboard and mouse move it, and the words and the picture follow."""
    slider = notebook.slider("dev-slider", "dev rows = ")
    slider.assert_reachable()
    figures = {}
    for key, size in (
        ("Home", SIZES[0]),
        ("ArrowRight", SIZES[1]),
        ("End", SIZES[-1]),
        ("ArrowLeft", SIZES[-2]),
    ):
        slider.press(key)
        slider.wait_for(size, 60)
        figures[size] = slider.settled()[1]
        assert slider.alt()
    assert len(set(figures.values())) == len(figures), "the figure stays the same"
    slider.drag(0.0)
    slider.wait_for(SIZES[0], 60)
    assert slider.settled()[1] == figures[SIZES[0]]


def check_button(page: Any) -> None:
    """Chosen and pressed by keyboard, it counts its steps and adds a row to the table."""
    lab = page.locator(".train-lab")
    choice, button = lab.locator("select"), lab.get_by_role("button", name="train it now")
    assert lab.locator(".widget-label").first.inner_text().strip() == "freeze_depth"
    rows = lab.locator("tbody tr")
    before = rows.count()
    choice.focus()
    page.keyboard.press("End")  # the last depth, the head alone: the shortest run
    page.keyboard.press("Tab")
    assert button.evaluate("button => button === document.activeElement"), "Tab leads elsewhere"
    page.keyboard.press("Enter")
    lab.get_by_text(re.compile(r"^step [1-9]\d* of \d+$")).wait_for(timeout=120_000)
    assert button.is_disabled()
    lab.get_by_text(re.compile("^trained freeze_depth = 6: accuracy")).wait_for(timeout=300_000)
    assert rows.count() == before + 1
    assert button.is_enabled()
