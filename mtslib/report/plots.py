"""Figures: one palette, alt text on every one, nothing said by colour alone."""

from __future__ import annotations

import base64
import html
import io
import math
import textwrap
from collections.abc import Mapping, Sequence

import matplotlib
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import FancyBboxPatch, Rectangle

# Okabe & Ito's colours, told apart with every common form of colour blindness.
BLUE, ORANGE, GREEN, PURPLE, SKY, GREY = (
    "#0072B2",
    "#E69F00",
    "#009E73",
    "#CC79A7",
    "#56B4E9",
    "#767676",
)
PAPER_WHITE, INK = "#FFFFFF", "#222222"
TASK_COLOURS = {"sst": BLUE, "quora": ORANGE, "sts": GREEN, "cfimdb": PURPLE}
TASK_MARKERS = {"sst": "o", "quora": "s", "sts": "^", "cfimdb": "D"}
MARKER_WORDS = {"o": "circles", "s": "squares", "^": "triangles", "D": "diamonds"}
STYLE = {
    "axes.spines.right": False,
    "axes.spines.top": False,
    "axes.titlelocation": "left",
    "axes.titlesize": 11,
    "font.size": 10,
    "legend.frameon": False,
}


class Picture:
    """A figure as a notebook shows it: a PNG with alt text, and the alt text as plain text."""

    def __init__(self, figure: Figure, alt: str) -> None:
        if not alt.strip():
            raise ValueError("a picture needs alt text that says what it shows")
        stream = io.BytesIO()
        figure.savefig(stream, format="png", dpi=110, bbox_inches="tight", facecolor=PAPER_WHITE)
        self.png, self.alt = stream.getvalue(), alt

    def html(self) -> str:
        """An <img> that needs no other file."""
        source = base64.b64encode(self.png).decode()
        return (
            f'<img alt="{html.escape(self.alt)}" style="max-width: 100%" '
            f'src="data:image/png;base64,{source}">'
        )

    def _repr_mimebundle_(self, **_: object) -> dict[str, str]:
        return {"text/html": self.html(), "text/plain": self.alt}


def figure(width: float, height: float, columns: int = 1) -> tuple[Figure, list[Axes]]:
    """A figure in the house style with `columns` panels side by side; sizes in inches."""
    with matplotlib.rc_context(STYLE):
        made = Figure(figsize=(width, height), layout="constrained")
        axes = made.subplots(1, columns, squeeze=False)[0]
    return made, list(axes)


# Layers ----------------------------------------------------------------------------------------


def freeze_diagram(num_layers: int, freeze_depth: int | None) -> Picture:
    """Which layers train: embeddings below, encoder layers above them, the head on top.

    Frozen boxes are grey, hatched and say "frozen"; trained ones are blue and say "trains".
    """
    frozen = 0 if freeze_depth is None else freeze_depth
    rows = [("embeddings", freeze_depth is not None)]
    rows += [(f"encoder layer {n}", n < frozen) for n in range(num_layers)]
    rows.append(("head", False))
    made, (axes,) = figure(3.6, 0.42 * len(rows) + 0.5)
    for height, (name, is_frozen) in enumerate(rows):
        _box(axes, 0, height, 4, name, is_frozen)
        if freeze_depth is not None and height == frozen:
            axes.plot([-0.15, 4.15], [height + 0.93] * 2, color=INK, linewidth=1.5)
            axes.text(
                4.2, height + 0.93, f"hidden_states[{frozen}]", va="center", fontsize=8, color=INK
            )
    axes.set_xlim(-0.2, 6.0)
    axes.set_ylim(-0.1, len(rows) + 0.1)
    axes.axis("off")
    trained = num_layers - frozen
    name = "full" if freeze_depth is None else freeze_depth
    return Picture(
        made,
        f"A stack of {len(rows)} boxes, freeze_depth {name}: "
        + ("nothing is frozen; " if freeze_depth is None else "the embeddings and ")
        + ("" if freeze_depth is None else f"{frozen} of {num_layers} encoder layers are frozen; ")
        + f"{trained} encoder layers and the head train.",
    )


def _box(axes: Axes, x: float, y: float, width: float, name: str, frozen: bool) -> None:
    axes.add_patch(
        FancyBboxPatch(
            (x, y + 0.08),
            width,
            0.74,
            boxstyle="round,pad=0.02",
            facecolor="#E4E4E4" if frozen else BLUE,
            edgecolor=GREY if frozen else BLUE,
            hatch="///" if frozen else None,
            linewidth=1,
        )
    )
    label = f"{name}: {'frozen' if frozen else 'trains'}"
    style = {"facecolor": "#E4E4E4", "edgecolor": "none", "pad": 1.5} if frozen else None
    axes.text(
        x + width / 2,
        y + 0.45,
        label,
        ha="center",
        va="center",
        fontsize=8.5,
        color=INK if frozen else PAPER_WHITE,
        bbox=style,
    )


def merged_diagram(num_layers: int, depths: Mapping[str, int]) -> Picture:
    """The merged model: the shared trunk once, a column of own layers for each task."""
    deepest = max(depths.values())
    made, (axes,) = figure(1.9 * (len(depths) + 1), 0.42 * (num_layers + 2) + 0.5)
    _box(axes, 0, 0, 1.6, "embeddings", True)
    for layer in range(deepest):
        _box(axes, 0, layer + 1, 1.6, f"layer {layer}", True)
    for column, (task, depth) in enumerate(depths.items(), start=1):
        x = column * 2.0
        for layer in range(depth, num_layers):
            _box(axes, x, layer + 1, 1.6, f"layer {layer}", False)
        _box(axes, x, num_layers + 1, 1.6, f"{task} head", False)
        # Through the gap between two rows, so that a line never crosses a box.
        gap = depth + 0.95
        axes.plot([0.8, x + 0.8], [gap, gap], color=INK, linewidth=1.2)
        axes.annotate(
            "",
            xy=(x + 0.8, gap + 0.17),
            xytext=(x + 0.8, gap - 0.02),
            arrowprops={"arrowstyle": "-|>", "color": INK, "mutation_scale": 9},
        )
    axes.set_xlim(-0.1, 2.0 * (len(depths) + 1))
    axes.set_ylim(-0.1, num_layers + 2.1)
    axes.axis("off")
    taps = ", ".join(f"{task} at {depth}" for task, depth in depths.items())
    return Picture(
        made,
        f"One frozen trunk of {deepest} encoder layers, hatched, and {len(depths)} columns of "
        f"trained layers that branch off it: {taps}. Each column ends in its own head.",
    )


# Chapters --------------------------------------------------------------------------------------


def chapter_map(chapters: Sequence[tuple[str, str]], now: str) -> Picture:
    """Where the reader is: (number, title) of each chapter, the current one marked "now".

    Row by row, as one reads, with rows of equal length and at most seven boxes in each.
    """
    numbers = [number for number, _ in chapters]
    here = numbers.index(now)
    rows = math.ceil(len(chapters) / 7)
    columns = math.ceil(len(chapters) / rows)
    made, (axes,) = figure(1.4 * columns, 0.78 * rows)
    for place, chapter in enumerate(chapters):
        state = "done" if place < here else "now" if place == here else "next"
        _chapter_box(axes, place % columns, -(place // columns), chapter, state)
    axes.set_xlim(-0.02, columns)
    axes.set_ylim(1.06 - rows, 1.0)
    axes.axis("off")
    words = ", ".join(f"{number} {title}" for number, title in chapters)
    return Picture(made, f"The chapters in order: {words}. You are in chapter {now}.")


def _chapter_box(axes: Axes, x: float, y: float, chapter: tuple[str, str], state: str) -> None:
    """One box of the map: number and state above, the title below, over two lines if need be."""
    number, title = chapter
    is_now = state == "now"
    fill = {"done": "#E4E4E4", "now": BLUE, "next": PAPER_WHITE}[state]
    ink = PAPER_WHITE if is_now else INK
    axes.add_patch(
        Rectangle(
            (x, y + 0.12),
            0.93,
            0.84,
            facecolor=fill,
            edgecolor=INK if is_now else GREY,
            linewidth=2 if is_now else 1,
        )
    )
    axes.text(x + 0.06, y + 0.79, number, va="center", fontsize=9, weight="bold", color=ink)
    axes.text(x + 0.87, y + 0.79, state, ha="right", va="center", fontsize=8, color=ink)
    lines = "\n".join(textwrap.wrap(title, 15))
    axes.text(x + 0.06, y + 0.4, lines, va="center", fontsize=9, linespacing=1.1, color=ink)
