"""Chapter 16's pictures: what moved, attention before and after, what a layer is worth."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from torch import Tensor

from mtslib.report import plots
from mtslib.report.plots import GREY, PAPER_WHITE, Picture

STROKES = ("-", "--")  # of the models, in the order in which they come


def change_by_layer(drift: pd.DataFrame, likeness: pd.DataFrame) -> Picture:
    """Left, how far the weights of each layer moved; right, how alike the states stayed.

    drift: task, model, place, value; likeness: the same with low and high. place: the number of
    an encoder layer, or of a hidden state. Up to two models: the second is drawn hollow, dashed.
    """
    made, (left, right) = plots.figure(9.0, 3.3, columns=2)
    said = [_lines(left, drift), _lines(right, likeness)]
    left.set(xlabel="encoder layer", ylabel="|after − before| / |before|")
    left.set_title("how far the weights moved")
    right.set(xlabel="hidden_states[d]", ylabel="debiased CKA with pretrained")
    right.set_title("how alike the states stayed")
    right.axhline(1, color=GREY, linewidth=0.8)
    left.legend(fontsize=8)
    return Picture(
        made,
        f"Left, how far the weights of each encoder layer moved, from layer 0 up. {said[0]}. "
        f"Right, debiased CKA of the states with the pretrained ones, from the embeddings up. "
        f"{said[1]}.",
    )


def _lines(axes: Axes, table: pd.DataFrame) -> str:
    looks, models = plots.task_looks(table.task), list(dict.fromkeys(table.model))
    said = []
    for (task, model), own in table.groupby(["task", "model"], sort=False):
        colour, marker = looks[task]
        second = model != models[0]
        style = {"color": colour, "marker": marker, "linestyle": STROKES[second], "capsize": 2}
        style |= {"markerfacecolor": PAPER_WHITE} if second else {}
        spread = None
        if "low" in own:
            spread = np.abs(own[["low", "high"]].to_numpy().T - own.value.to_numpy())
        axes.errorbar(own.place, own.value, spread, label=f"{task}, {model}", **style)
        said.append(f"{task}, {model}: {', '.join(f'{value:.2f}' for value in own.value)}")
    axes.set_xticks(sorted(set(table.place)))
    return "; ".join(said)


def attention_pair(maps: Mapping[str, Tensor], tokens: Sequence[str], title: str) -> Picture:
    """Who looks at whom in several models: name → weights (T, T), side by side on one scale."""
    made, panels = plots.figure(
        0.36 * len(tokens) * len(maps) + 2.0, 0.34 * len(tokens) + 1.4, len(maps)
    )
    said, most = [], max(float(weights.max()) for weights in maps.values())
    for axes, (name, weights) in zip(panels, maps.items(), strict=True):
        rows = tokens if axes is panels[0] else [""] * len(tokens)
        image = plots.cells(axes, weights.numpy(), rows, tokens, (0, most), turned=60)
        axes.set_title(f"{name}, {title}")
        axes.set_xlabel("looked at")
        strongest = weights.argmax(dim=-1).tolist()
        pairs = "; ".join(f"{tokens[i]} → {tokens[j]}" for i, j in enumerate(strongest))
        said.append(f"{name}: {pairs}")
    panels[0].set_ylabel("looking")
    made.colorbar(image, ax=panels, label="attention, mean of the heads")
    return Picture(
        made, f"Attention, {title}. Each token and the one it looks at most. {'. '.join(said)}."
    )


def score_cells(tables: Mapping[str, pd.DataFrame], quantity: str) -> Picture:
    """Differences in score as cells with their numbers: title → a row for each task, by layer."""
    height = 0.42 * max(map(len, tables.values())) + 1.3
    made, panels = plots.figure(4.6 * len(tables), height, columns=len(tables))
    said, most = [], max(0.1, *(float(table.abs().max(axis=None)) for table in tables.values()))
    for axes, (title, table) in zip(panels, tables.items(), strict=True):
        values = table.to_numpy(dtype=float)
        names = list(table.index), list(table.columns)
        image = plots.cells(axes, values, *names, (-most, most), "PuOr")
        plots.write_cells(axes, values, "+.2f", np.abs(values) > 0.75 * most)
        axes.set_title(title)
        axes.set_xlabel("encoder layer")
        rows = (
            f"{task} {', '.join(f'{v:+.2f}' for v in row)}"
            for task, row in zip(table.index, values, strict=True)
        )
        said.append(f"{title}: {'; '.join(rows)}")
    made.colorbar(image, ax=panels, label=quantity)
    return Picture(made, f"{quantity}, a row for each task, from layer 0 up. {'. '.join(said)}.")
