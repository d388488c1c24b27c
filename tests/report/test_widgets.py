"""The slider: each position redraws figure and words, and the words are true."""

from __future__ import annotations

import re

import pandas as pd
import pytest
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output

from mtslib.minbert import BertConfig
from mtslib.report import tables, widgets
from mtslib.report.depth.freeze_slider import freeze_lines, freeze_slider

CONFIG = BertConfig(hidden_size=384, num_layers=6, intermediate_size=1536)
SCORES = pd.DataFrame(
    [
        dict(task="sst", freeze_depth="2", value=0.5, low=0.48, high=0.52, seeds=3, n=1101),
        dict(task="sst", freeze_depth="6", value=0.4, low=0.38, high=0.42, seeds=1, n=1101),
        dict(task="sts", freeze_depth="2", value=0.9, low=0.88, high=0.92, seeds=3, n=863),
    ]
)


@pytest.fixture
def box():
    return freeze_slider(CONFIG, "sst", SCORES, "cs224n, <minilm-l6>")


def words_of(page: str) -> list[str]:
    """The lines of text beside the picture."""
    text = page.split("line-height: 1.6")[1]
    return re.sub(r"^[^>]*>|</div>", "", text).split("<br>")


def picture_of(page: str) -> tuple[str, str]:
    """The picture's alt text and its bytes."""
    return re.search(r'<img alt="([^"]*)".*?src="([^"]*)"', page).groups()


def test_the_slider_reaches_every_depth_and_says_what_it_moves(box):
    slider, _ = box.children
    assert list(slider.options) == ["full", "0", "1", "2", "3", "4", "5", "6"]
    assert slider.description == "freeze_depth"
    assert slider.style.description_width == "initial", "the label is not cut off"
    assert not slider.disabled


def test_each_position_draws_its_own_figure_and_line(box):
    slider, shown = box.children
    seen = set()
    for name in slider.options:
        slider.value = name
        alt, picture = picture_of(shown.value)
        seen.add(picture)
        assert words_of(shown.value)[0] == f"freeze_depth = {name}"
        assert f"freeze_depth {name}:" in alt
    assert len(seen) == 8
    slider.value = "2"
    assert words_of(shown.value)[0] == "freeze_depth = 2"


def test_something_is_shown_before_the_slider_is_moved(box):
    slider, shown = box.children
    assert words_of(shown.value)[0] == f"freeze_depth = {slider.value}"


@pytest.mark.parametrize("name", ["full", "0", "2", "6"])
def test_the_lines_say_what_the_depth_costs(name):
    costs = tables.depth_costs(CONFIG, "sst")
    row = costs.set_index("freeze_depth").loc[name]
    lines = freeze_lines(CONFIG, "sst", name, costs, SCORES, "here")
    assert lines[1] == f"trained encoder layers: {row.k:.0f} of 6 (k/L = {row.k / 6:.2f})"
    assert lines[2] == f"trained parameters: {int(row.parameters):,}"
    assert lines[3] == f"checkpoint: {row.parameters * 4 / 1e6:.1f} MB"
    assert lines[4].startswith(f"multiply-adds of training: {row.training_macs:.0%} of full")


def test_a_recorded_score_is_shown_with_interval_seeds_and_source():
    costs = tables.depth_costs(CONFIG, "sst")
    lines = freeze_lines(CONFIG, "sst", "2", costs, SCORES, "cs224n, minilm-l6")
    assert lines[5:] == [
        "dev score: 0.500, 95 % interval 0.480 to 0.520 (mean of 3 seeds, n = 1,101)",
        "scores: cs224n, minilm-l6",
    ]
    lines = freeze_lines(CONFIG, "sst", "6", costs, SCORES, "cs224n, minilm-l6")
    assert "(1 seed, n = 1,101)" in lines[5]


@pytest.mark.parametrize("scores", [SCORES, pd.DataFrame()])
def test_a_score_that_was_not_measured_is_not_made_up(scores):
    costs = tables.depth_costs(CONFIG, "sst")
    lines = freeze_lines(CONFIG, "sst", "4", costs, scores, "cs224n")
    assert lines[5:] == ["dev score: not measured (cs224n)"]


def test_what_others_wrote_is_text_not_markup(box):
    assert "&lt;minilm-l6&gt;" in box.children[1].value


def test_where_no_widget_can_be_drawn_words_stand(box):
    InteractiveShell.instance()
    try:
        with capture_output() as captured:
            widgets.show(box, "freeze_depth = 3: three layers train")
    finally:
        InteractiveShell.clear_instance()
    (output,) = captured.outputs
    assert output.data["text/plain"] == "freeze_depth = 3: three layers train"
    view = output.data["application/vnd.jupyter.widget-view+json"]
    assert view["model_id"] == box.model_id


def test_without_a_kernel_every_frame_of_the_widget_stands(box):
    """The page's frames are those that the widget shows, in order; the start stands in sight."""
    slider, shown = box.children
    page = box.html()
    sight, folded = page.split("<details>", 1)
    assert f'data-position="{slider.value}"' in sight
    assert sight.count("mts-frame") == 1
    assert (sight + folded).count('class="mts-frame"') == len(slider.options)
    for index, option in enumerate(slider.options):
        slider.value = option
        assert f'data-index="{index}" data-position="{option}"' in page
        assert shown.value in page
