"""Chapter 03 as a learner uses it: a wrong answer is named, the right one counts, sliders move."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from mtslib.base.paths import NOTEBOOKS
from mtslib.learn import registry

pytestmark = [pytest.mark.browser, pytest.mark.slow]

CHAPTER = NOTEBOOKS / "03_self_attention.ipynb"
EXERCISE = "03.3"
SLIDERS = ("scale-slider", "padding-slider")


@pytest.fixture
def chapter(open_notebook: Callable[[Path], Any]) -> Any:
    """The chapter in JupyterLab, all of its cells executed."""
    notebook = open_notebook(CHAPTER)
    notebook.run_all(300)
    return notebook


def test_a_wrong_answer_is_named_and_the_right_one_moves_progress(chapter: Any) -> None:
    exercise = registry.find(EXERCISE)
    (unscaled,) = [m for m in exercise.mistakes if "not-scaled" in m.name]
    assert "NOT ATTEMPTED" in chapter.run_exercise(EXERCISE)
    assert f"{EXERCISE}: passed" not in _progress(chapter)

    chapter.write_answer(EXERCISE, exercise.mistaken_source(unscaled))
    said = chapter.run_exercise(EXERCISE)
    assert "NOT YET" in said
    assert unscaled.name in said
    assert unscaled.cause in said
    assert f"{EXERCISE}: passed" not in _progress(chapter)

    chapter.write_answer(EXERCISE, exercise.reference_source)
    assert "PASSED" in chapter.run_exercise(EXERCISE)
    assert f"{EXERCISE}: passed" in _progress(chapter)


def _progress(chapter: Any) -> str:
    """Each exercise of the chapter and how it stands, as the progress cell says it now."""
    said = chapter.run_cell_with("learn.progress(")
    lines = [" ".join(line.split()) for line in said.splitlines()]
    return "\n".join(
        f"{number}: {state}"
        for line in lines
        for number in [line.split(" ")[0]]
        for state in ("not attempted", "passed", "tried")
        if state in line
    )


@pytest.mark.parametrize("name", SLIDERS)
def test_a_slider_answers_to_keyboard_and_mouse(chapter: Any, name: str) -> None:
    slider = chapter.slider(name, "")
    slider.assert_reachable()
    start = slider.settled()
    slider.press("Home")
    first = slider.settled(unlike=start)
    slider.press("ArrowRight")
    second = slider.settled(unlike=first)
    slider.press("End")
    last = slider.settled(unlike=second)
    assert len({first, second, last}) == 3
    slider.drag(0.0)
    assert slider.settled(unlike=last) == first
    assert slider.alt()
