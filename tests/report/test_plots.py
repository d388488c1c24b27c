"""Pictures: each has alt text, the alt text is true, and what is drawn is what was asked."""

from __future__ import annotations

import base64
import io
import itertools
import re

import matplotlib.image
import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from own_tasks import EVERY_TASK

from mtslib.report import plots
from mtslib.report.plots import Picture

LAYERS = 6
DEPTHS = [None, *range(LAYERS + 1)]


def pixels(picture: Picture, colour: str) -> int:
    """How many pixels have a colour, give or take its rounding."""
    image = matplotlib.image.imread(io.BytesIO(picture.png))[:, :, :3]
    wanted = np.array([int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)])
    return int((np.abs(image - wanted).max(axis=-1) < 0.01).sum())


# A picture -------------------------------------------------------------------------------------


@pytest.mark.parametrize("alt", ["", "  ", "\n"])
def test_a_picture_without_alt_text_is_refused(alt):
    made, _ = plots.figure(1, 1)
    with pytest.raises(ValueError, match="needs alt text"):
        Picture(made, alt)


def test_a_picture_is_a_png_with_its_alt_text_beside_it():
    made, (axes,) = plots.figure(2, 1)
    axes.plot([1, 2])
    alt = 'A "rising" line & more <b>'
    picture = Picture(made, alt)
    assert picture.png.startswith(b"\x89PNG\r\n")
    bundle = picture._repr_mimebundle_(include=None, exclude=None)
    assert set(bundle) == {"text/html", "text/plain"}
    assert bundle["text/plain"] == alt
    page = bundle["text/html"]
    assert page == picture.html()
    assert '<img alt="A &quot;rising&quot; line &amp; more &lt;b&gt;"' in page
    source = re.search(r'src="data:image/png;base64,([^"]+)"', page)[1]
    assert base64.b64decode(source) == picture.png
    assert not re.search(r'(src|href)="(?!data:)', page), "it needs no other file"


def test_a_figure_has_the_panels_that_were_asked_for():
    made, axes = plots.figure(6, 2, columns=3)
    assert len(axes) == len(made.axes) == 3
    assert tuple(made.get_size_inches()) == (6, 2)


def test_every_task_has_a_colour_and_a_shape_of_its_own():
    looks = plots.task_looks(EVERY_TASK)
    assert list(looks) == list(EVERY_TASK)
    for seen in zip(*looks.values(), strict=True):
        assert len(set(seen)) == len(EVERY_TASK), "colour alone says nothing"
    assert looks["sst"] == plots.task_looks(["own", "sst"])["sst"]
    many = plots.task_looks(["sst", *(f"own{number}" for number in range(7))])
    assert len(set(many.values())) == 8
    assert {marker for _, marker in many.values()} == set(plots.MARKER_WORDS)


def test_lines_differ_without_colour_too() -> None:
    colours, markers, strokes = zip(*plots.LINES, strict=True)
    assert len(set(colours)) == len(set(markers)) == len(set(strokes)) == 4


# Layers ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("depth", DEPTHS)
def test_the_freeze_diagram_says_how_many_layers_train(depth):
    alt = plots.freeze_diagram(LAYERS, depth).alt
    assert f"A stack of {LAYERS + 2} boxes" in alt
    if depth is None:
        assert "freeze_depth full: nothing is frozen; 6 encoder layers and the head train." in alt
    else:
        assert f"freeze_depth {depth}: the embeddings and {depth} of 6 encoder layers" in alt
        assert f"frozen; {LAYERS - depth} encoder layers and the head train." in alt


def test_the_freeze_diagram_draws_as_many_trained_boxes_as_it_says():
    """Each box has the same area, so blue pixels count boxes (less the white words on them)."""
    blue = [pixels(plots.freeze_diagram(LAYERS, depth), plots.BLUE) for depth in DEPTHS]
    boxes = [LAYERS + 2, *(LAYERS - depth + 1 for depth in range(LAYERS + 1))]
    one = blue[-1]  # at depth L the head alone
    assert one > 1000
    assert [round(area / one) for area in blue] == boxes


@pytest.mark.parametrize("layers", [1, 12])
def test_the_freeze_diagram_fits_other_backbones(layers):
    assert f"A stack of {layers + 2} boxes" in plots.freeze_diagram(layers, layers).alt


@pytest.mark.parametrize(
    "depths", [{"sst": 2}, {"sst": 0, "sts": 6}, {"sst": 2, "quora": 4, "sts": 2}]
)
def test_the_merged_diagram_has_a_trunk_once_and_a_column_a_task(depths):
    picture = plots.merged_diagram(LAYERS, depths)
    assert f"One frozen trunk of {max(depths.values())} encoder layers" in picture.alt
    assert f"{len(depths)} columns" in picture.alt
    for task, depth in depths.items():
        assert f"{task} at {depth}" in picture.alt
    one = pixels(plots.merged_diagram(LAYERS, {"sst": 0}), plots.BLUE) / (LAYERS + 1)
    boxes = sum(LAYERS - depth + 1 for depth in depths.values())
    assert round(pixels(picture, plots.BLUE) / one) == boxes


# Chapters --------------------------------------------------------------------------------------


PARTS = {
    "build": (("00", "start here"), ("05", "tokens and batches")),
    "fine-tune": (("09", "freeze depth"),),
    "serve": (("11", "merging"),),
    "understand": (),
}


def test_the_chapter_map_says_where_the_reader_is():
    assert plots.chapter_map(PARTS, "05").alt == (
        "Part 1 of 4, build; before 00 start here; now 05 tokens and batches; "
        "next 09 freeze depth. The other parts: fine-tune, serve, understand."
    )
    first, last = plots.chapter_map(PARTS, "00").alt, plots.chapter_map(PARTS, "11").alt
    assert first.startswith("Part 1 of 4, build; now 00 start here; next 05")
    assert last.startswith("Part 3 of 4, serve; before 09 freeze depth; now 11 merging. The")
    with pytest.raises(ValueError, match="'07' is not in list"):
        plots.chapter_map(PARTS, "07")


def test_a_new_chapter_changes_the_maps_of_its_neighbours_only():
    more = PARTS | {"serve": (*PARTS["serve"], ("12", "serving")), "understand": (("16", "in"),)}
    same = {
        number: plots.chapter_map(PARTS, number).png == plots.chapter_map(more, number).png
        for number in ("00", "05", "09", "11")
    }
    assert same == {"00": True, "05": True, "09": True, "11": False}


@pytest.mark.parametrize("now", [chapter for own in PARTS.values() for chapter, _ in own])
def test_the_words_of_the_chapter_map_stay_in_their_boxes(now, monkeypatch):
    drawn = []
    kept = plots.Picture
    monkeypatch.setattr(plots, "Picture", lambda made, alt: drawn.append(made) or kept(made, alt))
    plots.chapter_map(PARTS, now)
    (made,) = drawn
    assert made.get_size_inches()[0] <= 10, "wider than a page, it is shown smaller"
    FigureCanvasAgg(made).draw()
    (axes,) = made.axes
    boxes = [patch.get_window_extent() for patch in axes.patches]
    for first, second in itertools.combinations(boxes, 2):
        assert not first.overlaps(second)
    for text, box in zip(axes.texts, boxes, strict=True):
        inner = text.get_window_extent()
        assert box.x0 < inner.x0 < inner.x1 < box.x1, text.get_text()
        assert box.y0 < inner.y0 < inner.y1 < box.y1, text.get_text()
