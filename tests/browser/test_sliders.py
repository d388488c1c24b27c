"""Sliders move by keyboard and by mouse, and text and figure follow: seen in a browser."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from mtslib.base.paths import NOTEBOOKS

pytestmark = [pytest.mark.browser, pytest.mark.slow]

TWIN = "freeze_depth = "
DEPTHS = ("full", "0", "1", "2", "3", "4", "5", "6")

SMALL_SLIDER = f"""
import base64, io
import ipywidgets as widgets
import matplotlib
matplotlib.use("agg")
import matplotlib.pyplot as plt

def picture(depth):
    figure = plt.figure(figsize=(2, 1))
    plt.bar([0], [{DEPTHS!r}.index(depth)])
    plt.ylim(0, 8)
    stream = io.BytesIO()
    figure.savefig(stream, format="png")
    plt.close(figure)
    data = base64.b64encode(stream.getvalue()).decode()
    return f'<img alt="a bar for {{depth}}" src="data:image/png;base64,{{data}}">'

slider = widgets.SelectionSlider(
    options={DEPTHS!r}, value="3", description="freeze depth of the encoder layers",
    style={{"description_width": "initial"}}, layout={{"width": "600px"}},
)
slider.add_class("freeze-slider")
text, figure = widgets.HTML(), widgets.HTML()

def redraw(change=None):
    text.value = f"{TWIN}{{slider.value}}"
    figure.value = picture(slider.value)

redraw()
OBSERVED
widgets.VBox([slider, text, figure])
"""


def _small(folder: Path, name: str, observe: str) -> Path:
    path = folder / f"{name}.ipynb"
    source = SMALL_SLIDER.replace("OBSERVED", observe)
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    notebook = new_notebook(cells=[new_code_cell(source)], metadata={"kernelspec": kernel})
    nbformat.write(notebook, path)
    return path


def check_slider(notebook: Any, seconds: float = 60) -> None:
    """The slider answers to keyboard and mouse, and text and figure follow it both times.

    seconds: how long to wait for the text after each move.
    """
    slider = notebook.slider("freeze-slider", TWIN)
    assert slider.value() in DEPTHS
    slider.assert_reachable()

    figures = {}
    for key, depth in (("Home", "full"), ("ArrowRight", "0"), ("End", "6"), ("ArrowLeft", "5")):
        slider.press(key)
        slider.wait_for(depth, seconds)
        figures[depth] = slider.settled()[1]
        assert slider.alt()
    assert len(set(figures.values())) == len(figures), "the figure stays the same"

    for share, depth in ((0.0, "full"), (1.0, "6")):
        slider.drag(share)
        slider.wait_for(depth, seconds)
        assert slider.settled()[1] == figures[depth]


def test_a_slider_moves_text_and_figure(
    tmp_path: Path, open_notebook: Callable[[Path], Any]
) -> None:
    """The harness's own test, on a small notebook; and JupyterLab keeps to itself."""
    path = _small(tmp_path, "small", 'slider.observe(redraw, "value")')
    notebook = open_notebook(path)
    notebook.run_all(120)
    check_slider(notebook)
    assert notebook.popups() == []
    assert notebook.strangers == []


@pytest.mark.parametrize(
    "observe, complaint",
    [
        ("", "expected, saw '3'"),
        ("slider.observe(lambda c: text.set_trait('value', TWIN + c.new), 'value')", "stays the"),
    ],
    ids=["nothing follows the slider", "only the text follows the slider"],
)
def test_a_slider_that_is_not_followed_is_noticed(
    tmp_path: Path, open_notebook: Callable[[Path], Any], observe: str, complaint: str
) -> None:
    """The negative control: the check fails where it should."""
    path = _small(tmp_path, "broken", f"TWIN = {TWIN!r}\n{observe}")
    notebook = open_notebook(path)
    notebook.run_all(120)
    with pytest.raises(AssertionError, match=complaint):
        check_slider(notebook, seconds=10)


def test_a_cell_that_raises_is_noticed(
    tmp_path: Path, open_notebook: Callable[[Path], Any]
) -> None:
    path = _small(tmp_path, "raises", "1 / 0")
    notebook = open_notebook(path)
    with pytest.raises(AssertionError, match="ZeroDivisionError"):
        notebook.run_all(120)


def test_the_freeze_depth_slider_of_chapter_09(open_notebook: Callable[[Path], Any]) -> None:
    notebook = open_notebook(NOTEBOOKS / "09_freeze_depth.ipynb")
    notebook.run_all(300)
    check_slider(notebook)
    assert notebook.popups() == []
    assert notebook.strangers == []


def test_the_epoch_slider_of_chapter_08(open_notebook: Callable[[Path], Any]) -> None:
    """Picture and words follow through the epochs, and the lost sentences are named."""
    notebook = open_notebook(NOTEBOOKS / "08_full_fine_tuning.ipynb")
    notebook.run_all(600)
    slider = notebook.slider("epoch-slider", "epoch = ")
    assert slider.value() == "1"
    slider.assert_reachable()
    assert "lost 0" in slider.text(), "in the first epoch nothing was there to lose"

    figures, told = {"1": slider.settled()[1]}, []
    for epoch in ("2", "3", "4", "5", "6"):
        slider.press("ArrowRight")
        slider.wait_for(epoch, 60)
        _, figures[epoch], words = slider.settled()
        assert f"dev after epoch {epoch}" in slider.alt()
        told.append(words)
    assert len(set(figures.values())) == len(figures), "the figure stays the same"
    assert any("“" in words and "; now " in words for words in told), "no lost sentence is named"

    slider.press("Home")
    slider.wait_for("1", 60)
    assert slider.settled()[1] == figures["1"]
    slider.drag(1.0)
    slider.wait_for("6", 60)
    assert slider.settled()[1] == figures["6"]
    assert notebook.popups() == []
    assert notebook.strangers == []
