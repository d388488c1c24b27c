"""Pictures of a classifier's answers: by class, by phenomenon, and from one epoch to the next.

Chapters 07 and 08; the numbers are those of `mtslib.evidence.confusion`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from mtslib.evidence.confusion import LOST, STAYED, WON, WRONG
from mtslib.report import plots
from mtslib.report.plots import BLUE, INK, ORANGE, PAPER_WHITE, Look, Picture


def said_and_labelled(
    predicted: np.ndarray, labels: np.ndarray, class_names: Sequence[str], title: str
) -> Picture:
    """Two bars per class: how often a model says it, and how often it is the label."""
    classes = len(class_names)
    said, true = (
        np.bincount(np.asarray(values, dtype=int), minlength=classes) / len(values)
        for values in (predicted, labels)
    )
    made, (axes,) = plots.figure(4.6, 2.9)
    places = np.arange(classes)
    hatched = {"color": PAPER_WHITE, "edgecolor": INK, "hatch": "///"}
    axes.bar(places - 0.2, said, 0.38, color=BLUE, label="said")
    axes.bar(places + 0.2, true, 0.38, label="labelled", **hatched)
    axes.set_xticks(places, _short(class_names))
    axes.set(ylim=(0, 1), ylabel="share of the texts")
    axes.set_title(title)
    axes.legend(loc="upper right")
    words = ", ".join(
        f"{name}: said {a:.0%}, labelled {b:.0%}"
        for name, a, b in zip(class_names, said, true, strict=True)
    )
    return Picture(
        made, f"{title}. Bars for each class, solid for said, hatched for labelled; {words}."
    )


def _short(class_names: Sequence[str]) -> list[str]:
    return [name.replace("very ", "very\n") for name in class_names]


def confusion_picture(tables: Mapping[str, np.ndarray], class_names: Sequence[str]) -> Picture:
    """A panel for each table of `confusion_shares`, its numbers written into the cells."""
    short = _short(class_names)
    made, panels = plots.figure(4.1 * len(tables), 3.6, columns=len(tables))
    words = []
    for axes, (title, table) in zip(panels, tables.items(), strict=True):
        plots.cells(axes, table, short, short, colours="Blues")
        plots.write_cells(axes, table, ".0%", table > 0.55, np.eye(len(short), dtype=bool))
        axes.tick_params(labelsize=8)
        axes.set_xlabel("said")
        axes.set_title(title)
        axes.spines[:].set_visible(False)
        right = zip(class_names, np.diagonal(table), strict=True)
        words.append(f"{title}: " + ", ".join(f"{name} {share:.0%}" for name, share in right))
    panels[0].set_ylabel("label")
    return Picture(
        made,
        "Tables of labels (rows) and answers (columns), each row in shares of its texts. "
        f"Right by class, {'; '.join(words)}.",
    )


def phenomenon_picture(
    found: pd.DataFrame, overall: float, title: str, marked: str = ""
) -> Picture:
    """A point and its interval for each phenomenon, and a line at the accuracy over all texts.

    marked: the phenomenon on a grey band.
    """
    made, (axes,) = plots.figure(6.2, 0.26 * len(found) + 1.0)
    for place, row in enumerate(found.itertuples()):
        colour, marker = (ORANGE, "D") if row.differs else (BLUE, "o")
        if row.phenomenon == marked:
            axes.axhspan(place - 0.5, place + 0.5, color=plots.PALE, zorder=0)
        axes.plot([row.low, row.high], [place, place], color=colour, linewidth=2)
        axes.plot([row.accuracy], [place], marker=marker, color=colour, markersize=6)
    axes.axvline(overall, color=INK, linewidth=1, linestyle="--")
    axes.set_yticks(range(len(found)), [f"{r.phenomenon} ({r.n})" for r in found.itertuples()])
    axes.invert_yaxis()
    axes.set_xlim(0, 1)
    axes.set_xlabel("accuracy, 95 % interval; dashed: all texts; diamonds differ from all")
    axes.set_title(title)
    words = ", ".join(f"{r.phenomenon} {r.accuracy:.2f}" for r in found.itertuples())
    return Picture(
        made,
        f"{title}. Points with intervals, best first, over all {overall:.2f}: {words}. "
        f"{f'On a grey band: {marked}. ' if marked else ''}"
        "The table beside it holds the intervals.",
    )


# From epoch to epoch -------------------------------------------------------------------------

_SQUARES = {  # how a text is drawn, and the sign in its square
    STAYED: (Look(BLUE, BLUE, PAPER_WHITE), ""),
    WON: (Look(BLUE, BLUE, PAPER_WHITE), "+"),
    LOST: (Look(plots.PALE_ORANGE, ORANGE), "×"),
    WRONG: (Look(PAPER_WHITE), ""),
}


def flip_picture(states: Sequence[str], phenomena: Sequence[str], title: str) -> Picture:
    """A square per text, a row per phenomenon: right, newly right, newly wrong, wrong.

    A text keeps its square from epoch to epoch.
    """
    rows: dict[str, list[str]] = {}
    for state, phenomenon in zip(states, phenomena, strict=True):
        rows.setdefault(phenomenon, []).append(state)
    names = sorted(rows, key=lambda name: (-len(rows[name]), name))
    most = len(rows[names[0]])
    made, (axes,) = plots.figure(0.19 * most + 2.0, 0.26 * len(names) + 1.1)
    squares = [(n, m, s) for m, name in enumerate(names) for n, s in enumerate(rows[name])]
    legend = [(n * max(most / 4, 4.2), len(names) + 0.5, s) for n, s in enumerate(_SQUARES)]
    for x, y, state in [*squares, *legend]:
        plots.box(axes, (x, y), (0.82, 0.82), *_SQUARES[state])
    for x, y, state in legend:
        axes.text(x + 1.2, y + 0.45, state, va="center", fontsize=8.5)
    axes.set_yticks([level + 0.45 for level in range(len(names))], names, fontsize=8.5)
    axes.set(xlim=(-0.3, max(most, 17) + 0.5), ylim=(len(names) + 1.7, -0.2), xticks=[])
    axes.tick_params(length=0)
    axes.spines[:].set_visible(False)
    axes.set_title(title)
    counts = ", ".join(f"{state} {list(states).count(state)}" for state in _SQUARES)
    return Picture(
        made,
        f"{title}. A square for each text, a row for each phenomenon; filled: right, filled with "
        f"a plus: newly right, with a cross: newly wrong, empty: wrong. In all: {counts}.",
    )
