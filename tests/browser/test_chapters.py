"""Chapters as a learner uses them: a wrong answer is named, sliders move, the button trains.

Each chapter is executed once; its tests share the page.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from mtslib.learn import registry
from mtslib.report.audit import detect_plots
from mtslib.report.depth import depth_plots

pytestmark = [pytest.mark.browser, pytest.mark.slow]

EXERCISE = "03.3"
SIZES = [f"{size:,}" for size in depth_plots.SIZES]
Executed = Callable[[str], Any]


def test_03_a_wrong_answer_is_named_and_the_right_one_moves_progress(executed: Executed) -> None:
    chapter = executed("03")
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


@pytest.mark.parametrize("name", ["scale-slider", "padding-slider"])
def test_03_a_slider_answers_to_keyboard_and_mouse(executed: Executed, name: str) -> None:
    slider = executed("03").slider(name, "")
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


@pytest.mark.long  # the chapter trains for a minute, and its slider is one of the book's too
def test_08_the_epoch_slider_names_the_lost_sentences(executed: Executed) -> None:
    chapter = executed("08")
    slider = chapter.slider("epoch-slider", "epoch = ")
    assert slider.value() == "1"
    assert "lost 0" in slider.text(), "in the first epoch nothing was there to lose"
    keys = [*(("ArrowRight", epoch) for epoch in "23456"), ("Home", "1")]
    told = slider.assert_followed(keys, {1.0: "6"})
    assert any("“" in words and "; now " in words for words in told), "no lost sentence is named"
    assert "dev after epoch 6" in slider.alt()
    groups = chapter.slider("error-microscope", "wrong answers of = ")
    keys = [("Home", "label: very negative"), ("End", "confidence: the surest third")]
    groups.assert_followed(keys, {0.0: "label: very negative"})
    chapter.assert_quiet()


def test_09_the_freeze_depth_slider_shows_each_depth(executed: Executed) -> None:
    keys = [("Home", "full"), ("ArrowRight", "0"), ("End", "6"), ("ArrowLeft", "5")]
    slider = executed("09").slider("freeze-slider", "freeze_depth = ")
    slider.assert_followed(keys, {0.0: "full", 1.0: "6"})


@pytest.mark.long
def test_09b_the_dev_slider_shows_each_size(executed: Executed) -> None:
    moves = (("Home", 0), ("ArrowRight", 1), ("End", -1), ("ArrowLeft", -2))
    slider = executed("09b").slider("dev-slider", "dev rows = ")
    slider.assert_followed([(key, SIZES[n]) for key, n in moves], {0.0: SIZES[0]})


def test_13_the_sliders_over_depth_and_budget_show_each_position(executed: Executed) -> None:
    chapter = executed("13")
    keys = [("Home", "0"), ("ArrowRight", "1"), ("End", "6"), ("ArrowLeft", "5")]
    depths = chapter.slider("plan-depth-slider", "freeze_depth = ")
    depths.assert_followed(keys, {0.0: "0", 1.0: "6"})
    budget = chapter.slider("plan-budget-slider", "budget = ")
    keys = [("Home", "6"), ("ArrowRight", "6.33"), ("End", "8"), ("ArrowLeft", "7.67")]
    told = budget.assert_followed(keys, {0.0: "6", 1.0: "8"})
    assert all("not distinguishable from the best" in words for words in told)


def test_09_the_button_trains_by_keyboard_and_adds_a_row(executed: Executed) -> None:
    """Chosen and pressed by keyboard, it counts its steps."""
    chapter = executed("09")
    page = chapter.page
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
    chapter.assert_quiet()


def test_11_the_slider_over_taps_moves_the_house(executed: Executed) -> None:
    slider = executed("11").slider("house-slider", "taps = ")
    keys = [("Home", "0,0,0"), ("ArrowRight", "2,0,0"), ("End", "6,6,6"), ("ArrowLeft", "5,5,5")]
    told = slider.assert_followed(keys, {0.0: "0,0,0", 1.0: "6,6,6"})
    assert "layers run, a text for each task: 18 of 18" in told[0]
    assert "sst at 6" in slider.alt()


def test_12_the_sliders_show_each_mix_and_each_load(executed: Executed) -> None:
    chapter = executed("12")
    mix = chapter.slider("mix-slider", "is asked about = ")
    mix.assert_followed([("End", "100%"), ("ArrowLeft", "75%"), ("Home", "0%")], {1.0: "100%"})
    assert "80 in place of 144" in mix.alt()
    load = chapter.slider("load-slider", "load = ")
    load.assert_followed([("Home", "10%"), ("End", "120%"), ("ArrowLeft", "95%")], {0.0: "10%"})
    chapter.assert_quiet()


def test_17_the_sliders_show_each_size_and_each_group_of_answers(executed: Executed) -> None:
    chapter = executed("17")
    sizes = [str(size) for size in detect_plots.ROWS]
    rows = chapter.slider("dev-rows-slider", "dev rows = ")
    moves = (("Home", 0), ("ArrowRight", 1), ("End", -1), ("ArrowLeft", -2))
    rows.assert_followed([(key, sizes[n]) for key, n in moves], {0.0: sizes[0], 1.0: sizes[-1]})
    thresholds = chapter.slider("threshold-slider", "threshold = ")
    keys = [("Home", "0.6"), ("ArrowRight", "0.7"), ("End", "0.9"), ("ArrowLeft", "0.85")]
    thresholds.assert_followed(keys, {0.0: "0.6", 1.0: "0.9"})
    microscope = chapter.slider("error-microscope", "wrong answers of = ")
    keys = [("Home", "label: different"), ("ArrowRight", "label: paraphrase")]
    keys += [("End", "confidence: the surest third"), ("ArrowLeft", "confidence: the second third")]
    microscope.assert_followed(keys, {0.0: "label: different"})
    assert "On a grey band: different" in microscope.alt()
    chapter.assert_quiet()


def test_15_the_temperature_slider_softens_what_is_believed(executed: Executed) -> None:
    keys = [("Home", "0.5"), ("ArrowRight", "1"), ("End", "10"), ("ArrowLeft", "5")]
    slider = executed("15").slider("temperature-slider", "temperature = ")
    told = slider.assert_followed(keys, {0.0: "0.5", 1.0: "10"})
    assert all("teacher: " in words and "student: " in words for words in told)


def test_16_depth_sentence_and_layer_are_moved(executed: Executed) -> None:
    chapter = executed("16")
    depth = chapter.slider("depth-slider", "depth = ")
    told = depth.assert_followed([("Home", "0"), ("ArrowRight", "1"), ("End", "6")], {0.0: "0"})
    assert all("full" in words and "freeze_depth 4" in words for words in told)
    sentence = chapter.slider("sentence-slider", "sentence = ")
    sentence.assert_followed([("End", "5"), ("ArrowLeft", "4"), ("Home", "1")], {1.0: "5"})
    assert "where the trunk ends" in sentence.alt()
    layer = chapter.slider("layer-slider", "layer = ")
    layer.assert_followed([("Home", "0"), ("ArrowRight", "1"), ("End", "5")], {0.0: "0"})
    chapter.assert_quiet()


def test_18_the_radius_slider_shows_the_worst_shift_beside_a_random_one(executed: Executed) -> None:
    keys = [("Home", "0.05"), ("ArrowRight", "0.1"), ("End", "0.8"), ("ArrowLeft", "0.4")]
    slider = executed("18").slider("radius-slider", "radius = ")
    told = slider.assert_followed(keys, {0.0: "0.05", 1.0: "0.8"})
    assert all("random shift: " in words and "worst shift: " in words for words in told)
