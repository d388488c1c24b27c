"""Figures: one palette, alt text on every one, nothing said by colour alone."""

from __future__ import annotations

import base64
import html
import io
import itertools
import textwrap
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import matplotlib
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.image import AxesImage
from matplotlib.patches import Rectangle
from PIL import Image

# Okabe & Ito's colours, distinguishable with every common form of colour blindness.
BLUE, ORANGE, GREEN, PURPLE, GREY = "#0072B2", "#E69F00", "#009E73", "#CC79A7", "#767676"
PAPER_WHITE, INK, PALE, PALE_ORANGE = "#FFFFFF", "#222222", "#E4E4E4", "#FCEFD9"
VERMILION, SKY = "#D55E00", "#56B4E9"
# Colour, marker and stroke of up to four lines: any one of the three tells which is which.
LINES = ((BLUE, "o", "-"), (ORANGE, "s", "--"), (GREEN, "^", ":"), (PURPLE, "D", "-."))
# Colour and marker of a task: the four have their own, any other takes the next that is free.
TASK_LOOKS = {
    "sst": (BLUE, "o"),
    "quora": (ORANGE, "s"),
    "sts": (GREEN, "^"),
    "cfimdb": (PURPLE, "D"),
}
_SPARE = ((VERMILION, "v"), (SKY, "P"), (INK, "X"), (GREY, "*"))
MARKER_WORDS = {
    **{"o": "circles", "s": "squares", "^": "triangles", "D": "diamonds"},
    **{"v": "triangles upside down", "P": "plus signs", "X": "crosses", "*": "stars"},
}
COLOURS = 128  # of a picture's palette
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
        self.png, self.alt = _in_few_colours(stream), alt

    def html(self) -> str:
        """An <img> that needs no other file."""
        source = base64.b64encode(self.png).decode()
        return (
            f'<img alt="{html.escape(self.alt)}" style="max-width: 100%" '
            f'src="data:image/png;base64,{source}">'
        )

    def _repr_mimebundle_(self, **_: object) -> dict[str, str]:
        return {"text/html": self.html(), "text/plain": self.alt}


def _in_few_colours(png: io.BytesIO) -> bytes:
    """The same picture with a palette, a third as large: a page holds many."""
    stream = io.BytesIO()
    image = Image.open(png).convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
    image.save(stream, format="png", optimize=True)
    return stream.getvalue()


def figure(width: float, height: float, columns: int = 1) -> tuple[Figure, list[Axes]]:
    """A figure in the house style with `columns` panels side by side; sizes in inches."""
    with matplotlib.rc_context(STYLE):
        made = Figure(figsize=(width, height), layout="constrained")
        axes = made.subplots(1, columns, squeeze=False)[0]
    return made, list(axes)


def task_looks(tasks: Iterable[str]) -> dict[str, tuple[str, str]]:
    """The colour and marker of each task in a figure; more than eight share them in turn."""
    names = list(dict.fromkeys(tasks))
    free = [look for name, look in TASK_LOOKS.items() if name not in names]
    spare = itertools.cycle((*_SPARE, *free))
    return {name: TASK_LOOKS.get(name) or next(spare) for name in names}


# Pieces that several figures share ---------------------------------------------------------------


@dataclass(frozen=True)
class Look:
    """How a box is drawn: its fill and edge, and how its words stand out from them."""

    fill: str
    edge: str = GREY
    ink: str = INK
    hatch: str | None = None
    line: str | tuple = "-"
    width: float = 1.0


def box(
    axes: Axes, corner: tuple[float, float], size: tuple[float, float], look: Look, words: str = ""
) -> None:
    """A box with words in its middle; on a hatched one they stand on a plate."""
    style = {"facecolor": look.fill, "edgecolor": look.edge, "hatch": look.hatch}
    axes.add_patch(Rectangle(corner, *size, linestyle=look.line, linewidth=look.width, **style))
    plate = {"facecolor": look.fill, "edgecolor": "none", "pad": 1.0} if look.hatch else None
    x, y = corner[0] + size[0] / 2, corner[1] + size[1] / 2
    style = {"ha": "center", "va": "center", "fontsize": 8.5, "bbox": plate}
    axes.text(x, y, words, color=look.ink, **style)


def cells(
    axes: Axes,
    table: np.ndarray,
    rows: Sequence[str],
    columns: Sequence[str],
    limits: tuple[float, float] = (0.0, 1.0),
    colours: str = "cividis",
    turned: float = 0.0,
) -> AxesImage:
    """A table as coloured cells between two limits, with the names of rows and columns.

    turned: by how many degrees the names of columns are turned, where they are long.
    """
    low, high = limits
    image = axes.imshow(table, cmap=colours, vmin=low, vmax=high, aspect="auto")
    side = "right" if turned else "center"
    axes.set_xticks(range(len(columns)), columns, rotation=turned, ha=side)
    axes.set_yticks(range(len(rows)), rows)
    return image


def write_cells(
    axes: Axes, table: np.ndarray, form: str, dark: np.ndarray, bold: np.ndarray | None = None
) -> None:
    """The number of each cell of a table, in white where its ground is dark."""
    for row, column in np.ndindex(*table.shape):
        ink = PAPER_WHITE if dark[row, column] else INK
        weight = "bold" if bold is not None and bold[row, column] else "normal"
        style = {"ha": "center", "va": "center", "fontsize": 8.5, "color": ink, "weight": weight}
        axes.text(column, row, format(table[row, column], form), **style)


def styled(series: Mapping[str, Sequence[float]]) -> Iterator[tuple[Sequence[float], dict]]:
    """Each of up to four series with the keywords of its line: label, colour, marker, stroke."""
    for (name, values), (colour, marker, stroke) in zip(series.items(), LINES, strict=False):
        yield values, {"label": name, "color": colour, "marker": marker, "linestyle": stroke}


# Layers ----------------------------------------------------------------------------------------

FROZEN, TRAINED = Look(PALE, hatch="///"), Look(BLUE, BLUE, PAPER_WHITE)


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
        _layer(axes, 0, height, 4, name, is_frozen)
    if freeze_depth is not None:
        top = frozen + 0.93
        axes.plot([-0.15, 4.15], [top, top], color=INK, linewidth=1.5)
        axes.text(4.2, top, f"hidden_states[{frozen}]", va="center", fontsize=8, color=INK)
    axes.set(xlim=(-0.2, 6.0), ylim=(-0.1, len(rows) + 0.1))
    axes.axis("off")
    still = f"the embeddings and {frozen} of {num_layers} encoder layers are frozen"
    name, still = ("full", "nothing is frozen") if freeze_depth is None else (frozen, still)
    return Picture(
        made,
        f"A stack of {len(rows)} boxes, freeze_depth {name}: {still}; "
        f"{num_layers - frozen} encoder layers and the head train.",
    )


def _layer(axes: Axes, x: float, y: float, width: float, name: str, frozen: bool) -> None:
    look, words = (FROZEN, "frozen") if frozen else (TRAINED, "trains")
    box(axes, (x, y + 0.08), (width, 0.74), look, f"{name}: {words}")


def merged_diagram(
    num_layers: int, depths: Mapping[str, int], lengths: Mapping[str, int] | None = None
) -> Picture:
    """The merged model: the shared trunk once, a column of own layers for each task.

    lengths: how many layers a branch has where it is shorter than L − d, by task.
    """
    ends = {
        task: depth + (lengths or {}).get(task, num_layers - depth)
        for task, depth in depths.items()
    }
    deepest = max(depths.values())
    made, (axes,) = figure(1.9 * (len(depths) + 1), 0.42 * (num_layers + 2) + 0.5)
    _layer(axes, 0, 0, 1.6, "embeddings", True)
    for layer in range(deepest):
        _layer(axes, 0, layer + 1, 1.6, f"layer {layer}", True)
    for column, (task, depth) in enumerate(depths.items(), start=1):
        x = column * 2.0
        for layer in range(depth, ends[task]):
            _layer(axes, x, layer + 1, 1.6, f"layer {layer}", False)
        _layer(axes, x, ends[task] + 1, 1.6, f"{task} head", False)
        # Through the gap between two rows, so that a line never crosses a box.
        gap, middle = depth + 0.95, x + 0.8
        axes.plot([0.8, middle], [gap, gap], color=INK, linewidth=1.2)
        arrow = {"arrowstyle": "-|>", "color": INK, "mutation_scale": 9}
        axes.annotate("", (middle, gap + 0.17), (middle, gap - 0.02), arrowprops=arrow)
    axes.set(xlim=(-0.1, 2.0 * (len(depths) + 1)), ylim=(-0.1, num_layers + 2.1))
    axes.axis("off")
    taps = ", ".join(
        f"{task} at {depth}" + f" with {ends[task] - depth}" * (ends[task] < num_layers)
        for task, depth in depths.items()
    )
    return Picture(
        made,
        f"One frozen trunk of {deepest} encoder layers, hatched, and {len(depths)} columns of "
        f"trained layers that branch off it: {taps}. Each column ends in its own head.",
    )


# Chapters --------------------------------------------------------------------------------------

HERE, ELSEWHERE = Look(BLUE, INK, PAPER_WHITE, width=2.0), Look(PAPER_WHITE)


def chapter_map(parts: Mapping[str, Sequence[tuple[str, str]]], now: str) -> Picture:
    """Where the reader is: the part of the workbook, and the chapters before and after this one.

    parts: the chapters of each part as (number, title). Other chapters are not drawn, so that a
    new one changes the maps of its neighbours only.
    """
    chapters = [chapter for own in parts.values() for chapter in own]
    here = [number for number, _ in chapters].index(now)
    part = next(name for name, own in parts.items() if chapters[here] in own)
    made, (axes,) = figure(7.2, 1.3)
    width = 3.0 / len(parts)
    for place, name in enumerate(parts):
        look = HERE if name == part else ELSEWHERE
        words = f"part {place + 1}: {name}"
        box(axes, (place * width, 1.25), (width - 0.03, 0.4), look, words)
    around = {"before": here - 1, "now": here, "next": here + 1}
    words = [f"Part {list(parts).index(part) + 1} of {len(parts)}, {part}"]
    for column, (state, place) in enumerate(around.items()):
        if 0 <= place < len(chapters):
            number, title = chapters[place]
            look = HERE if state == "now" else ELSEWHERE
            lines = "\n".join([f"{state}: {number}", *textwrap.wrap(title, 24)])
            box(axes, (column, 0.05), (0.97, 1.05), look, lines)
            words.append(f"{state} {number} {title}")
    axes.set(xlim=(-0.02, 3.02), ylim=(0, 1.7))
    axes.axis("off")
    others = ", ".join(name for name in parts if name != part)
    return Picture(made, f"{'; '.join(words)}. The other parts: {others}.")
