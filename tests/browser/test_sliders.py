"""The harness is itself on trial, on a small notebook: it passes a slider that text and figure
follow, and fails the others."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook

pytestmark = [pytest.mark.browser, pytest.mark.slow]

TWIN = "freeze_depth = "
DEPTHS = ("full", "0", "1", "2", "3", "4", "5", "6")
KEYS = [("Home", "full"), ("ArrowRight", "0"), ("End", "6"), ("ArrowLeft", "5")]
DRAGS = {0.0: "full", 1.0: "6"}

SHOW = f"""
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

def show(name, *followers):
    slider = widgets.SelectionSlider(
        options={DEPTHS!r}, value="3", description="freeze depth of the encoder layers",
        style={{"description_width": "initial"}}, layout={{"width": "600px"}},
    )
    slider.add_class(name)
    text, figure = widgets.HTML(f"{TWIN}3"), widgets.HTML(picture("3"))

    def redraw(change):
        if "text" in followers:
            text.value = f"{TWIN}{{slider.value}}"
        if "figure" in followers:
            figure.value = picture(slider.value)

    slider.observe(redraw, "value")
    return widgets.VBox([slider, text, figure])
"""


def write(path: Path, *sources: str) -> Path:
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    cells = [new_code_cell(source) for source in sources]
    nbformat.write(new_notebook(cells=cells, metadata={"kernelspec": kernel}), path)
    return path


def test_a_slider_passes_only_where_text_and_figure_follow(
    tmp_path: Path, open_notebook: Callable[[Path], Any]
) -> None:
    shows = ['show("whole", "text", "figure")', 'show("still")', 'show("half", "text")']
    notebook = open_notebook(write(tmp_path / "small.ipynb", SHOW, *shows))
    notebook.run_all(120)
    notebook.slider("whole", TWIN).assert_followed(KEYS, DRAGS)
    with pytest.raises(AssertionError, match="expected, saw '3'"):
        notebook.slider("still", TWIN).assert_followed(KEYS, DRAGS, seconds=2)
    with pytest.raises(AssertionError, match="the figure stays the same"):
        notebook.slider("half", TWIN).assert_followed(KEYS, DRAGS)
    notebook.assert_quiet()


def test_a_cell_that_raises_is_noticed(
    tmp_path: Path, open_notebook: Callable[[Path], Any]
) -> None:
    notebook = open_notebook(write(tmp_path / "raises.ipynb", "1 / 0"))
    with pytest.raises(AssertionError, match="ZeroDivisionError"):
        notebook.run_all(120)
