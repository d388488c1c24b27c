"""What a classifier gets wrong: by class, by phenomenon, and from one epoch to the next.

Chapter 08. Tables and pictures of predictions; nothing here trains.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from mtslib.evidence.confusion import LOST, STAYED, WON, WRONG
from mtslib.report import plots


def confusion_picture(
    tables: Mapping[str, np.ndarray], class_names: Sequence[str]
) -> plots.Picture:
    """A panel for each table of `confusion_shares`, its numbers written into the cells."""
    short = [name.replace("very ", "very\n") for name in class_names]
    made, panels = plots.figure(4.1 * len(tables), 3.6, columns=len(tables))
    words = []
    for axes, (title, table) in zip(panels, tables.items(), strict=True):
        axes.imshow(table, cmap="Blues", vmin=0, vmax=1)
        for row, column in np.ndindex(*table.shape):
            dark = table[row, column] > 0.55
            axes.text(
                column,
                row,
                f"{table[row, column]:.0%}",
                ha="center",
                va="center",
                fontsize=8.5,
                color=plots.PAPER_WHITE if dark else plots.INK,
                weight="bold" if row == column else "normal",
            )
        axes.set_xticks(range(len(short)), short, fontsize=8)
        axes.set_yticks(range(len(short)), short, fontsize=8)
        axes.set_xlabel("said")
        axes.set_title(title)
        axes.spines[:].set_visible(False)
        diagonal = ", ".join(
            f"{name} {table[place, place]:.0%}" for place, name in enumerate(class_names)
        )
        words.append(f"{title}: {diagonal}")
    panels[0].set_ylabel("label")
    return plots.Picture(
        made,
        "Tables of labels (rows) and answers (columns), each row in shares of its texts. "
        f"Right by class, {'; '.join(words)}.",
    )


# By phenomenon -------------------------------------------------------------------------------


def phenomenon_picture(found: pd.DataFrame, overall: float, title: str) -> plots.Picture:
    """A point and its interval for each phenomenon, and a line at the accuracy over all texts."""
    made, (axes,) = plots.figure(6.2, 0.26 * len(found) + 1.0)
    for place, row in enumerate(found.itertuples()):
        colour = plots.ORANGE if row.differs else plots.BLUE
        axes.plot([row.low, row.high], [place, place], color=colour, linewidth=2)
        marker = "D" if row.differs else "o"
        axes.plot([row.accuracy], [place], marker=marker, color=colour, markersize=6)
    axes.axvline(overall, color=plots.INK, linewidth=1, linestyle="--")
    axes.set_yticks(range(len(found)), [f"{r.phenomenon} ({r.n})" for r in found.itertuples()])
    axes.invert_yaxis()
    axes.set_xlim(0, 1)
    axes.set_xlabel("accuracy, 95 % interval; dashed: all texts; diamonds differ from all")
    axes.set_title(title)
    words = ", ".join(f"{r.phenomenon} {r.accuracy:.2f}" for r in found.itertuples())
    return plots.Picture(
        made,
        f"{title}. Points with intervals, best first, over all {overall:.2f}: {words}. "
        "The table beside it holds the intervals.",
    )


# From epoch to epoch -------------------------------------------------------------------------


_LOOKS = {
    STAYED: (plots.BLUE, plots.BLUE, "", plots.PAPER_WHITE),
    WON: (plots.BLUE, plots.BLUE, "+", plots.PAPER_WHITE),
    LOST: ("#FCEFD9", plots.ORANGE, "×", plots.INK),
    WRONG: (plots.PAPER_WHITE, plots.GREY, "", plots.INK),
}


def flip_picture(states: Sequence[str], phenomena: Sequence[str], title: str) -> plots.Picture:
    """A square a text, a row a phenomenon: right, newly right, newly wrong, wrong.

    A text keeps its square from epoch to epoch.
    """
    names = sorted(set(phenomena), key=lambda name: (-list(phenomena).count(name), name))
    most = max(list(phenomena).count(name) for name in names)
    made, (axes,) = plots.figure(0.19 * most + 2.0, 0.26 * len(names) + 1.1)
    for level, name in enumerate(names):
        own = [s for s, phenomenon in zip(states, phenomena, strict=True) if phenomenon == name]
        for place, state in enumerate(own):
            _square(axes, place, level, state)
    axes.set_yticks([level + 0.45 for level in range(len(names))], names, fontsize=8.5)
    for place, state in enumerate(_LOOKS):
        x = place * max(most / 4, 4.2)
        _square(axes, x, len(names) + 0.5, state)
        axes.text(x + 1.2, len(names) + 0.95, state, va="center", fontsize=8.5)
    axes.set_xlim(-0.3, max(most, 17) + 0.5)
    axes.set_ylim(len(names) + 1.7, -0.2)
    axes.set_xticks([])
    axes.tick_params(length=0)
    axes.spines[:].set_visible(False)
    axes.set_title(title)
    counts = ", ".join(f"{state} {list(states).count(state)}" for state in _LOOKS)
    return plots.Picture(
        made,
        f"{title}. A square for each text, a row for each phenomenon; filled: right, filled with "
        f"a plus: newly right, with a cross: newly wrong, empty: wrong. In all: {counts}.",
    )


def _square(axes: Axes, x: float, y: float, state: str) -> None:
    fill, edge, sign, ink = _LOOKS[state]
    axes.add_patch(Rectangle((x, y), 0.82, 0.82, facecolor=fill, edgecolor=edge, linewidth=1))
    if sign:
        axes.text(
            x + 0.41, y + 0.43, sign, ha="center", va="center", color=ink, fontsize=9, weight="bold"
        )


def said_and_labelled(
    predicted: np.ndarray, labels: np.ndarray, class_names: Sequence[str], title: str
) -> plots.Picture:
    """Two bars a class: how often a model says it, and how often it is the label."""
    classes = len(class_names)
    said = np.bincount(np.asarray(predicted, dtype=int), minlength=classes) / len(predicted)
    true = np.bincount(np.asarray(labels, dtype=int), minlength=classes) / len(labels)
    made, (axes,) = plots.figure(4.6, 2.9)
    places = np.arange(classes)
    axes.bar(places - 0.2, said, 0.38, color=plots.BLUE, label="said")
    axes.bar(
        places + 0.2,
        true,
        0.38,
        color=plots.PAPER_WHITE,
        edgecolor=plots.INK,
        hatch="///",
        label="labelled",
    )
    axes.set_xticks(places, [name.replace("very ", "very\n") for name in class_names])
    axes.set_ylim(0, 1)
    axes.set_ylabel("share of the texts")
    axes.set_title(title)
    axes.legend(loc="upper right")
    words = ", ".join(
        f"{name}: said {a:.0%}, labelled {b:.0%}"
        for name, a, b in zip(class_names, said, true, strict=True)
    )
    return plots.Picture(
        made, f"{title}. Bars for each class, solid for said, hatched for labelled; {words}."
    )
