"""Chapter 14's pictures: where gradients disagree, beside depth curves; schedules by epoch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from mtslib.evidence.recorded import in_order
from mtslib.report import plots
from mtslib.report.plots import GREY, LINES, Picture


def conflict_and_depth(conflicts: pd.DataFrame, by_depth: pd.DataFrame) -> Picture:
    """Left, cosines of gradients by layer; right, scores by freeze depth, as a share of `full`.

    conflicts: pair, layer, value, low, high. by_depth: task, freeze_depth, value; may be empty.
    """
    made, (left, right) = plots.figure(8.2, 3.2, columns=2)
    layers = list(dict.fromkeys(conflicts.layer))
    said = []
    for (pair, own), (colour, marker, line) in zip(
        conflicts.groupby("pair", sort=False), LINES, strict=False
    ):
        places = [layers.index(layer) for layer in own.layer]
        spread = np.abs(own[["low", "high"]].to_numpy().T - own.value.to_numpy())
        style = {"color": colour, "marker": marker, "linestyle": line, "capsize": 3}
        left.errorbar(places, own.value, spread, label=pair, **style)
        said.append(f"{pair} from {own.value.min():+.2f} to {own.value.max():+.2f}")
    left.axhline(0, color=GREY, linewidth=1)
    left.set_xticks(range(len(layers)), [name.replace("embeddings", "emb.") for name in layers])
    left.set_xlabel("encoder layer")
    left.set_ylabel("cosine of gradients")
    left.set_title("do the tasks agree?")
    left.legend(fontsize=8)
    looks = plots.task_looks(by_depth.task)
    for task, own in by_depth.groupby("task", sort=False):
        values = dict(zip(own.freeze_depth, own.value, strict=True))
        names = in_order(values)
        share = [values[name] / values["full"] for name in names]
        colour, marker = looks[task]
        right.plot(names, share, color=colour, marker=marker, label=task)
    right.set_xlabel("freeze_depth")
    right.set_ylabel("share of full")
    right.set_title("what freezing costs")
    if len(by_depth):
        right.legend(fontsize=8)
    words = "Left, cosines between the gradients of two tasks by layer: " + "; ".join(said)
    return Picture(made, f"{words}. Right, dev scores by freeze depth as a share of full.")


def shares_by_epoch(
    schedules: Mapping[str, Sequence[Mapping[str, float]]],
) -> tuple[Picture, list[str]]:
    """Of each schedule, the share of every task epoch by epoch, and the same in words."""
    made, panels = plots.figure(2.4 * len(schedules), 2.8, columns=len(schedules))
    lines = []
    for axes, (name, epochs) in zip(panels, schedules.items(), strict=True):
        looks = plots.task_looks(epochs[0])
        for task, (colour, marker) in looks.items():
            values = [shares[task] for shares in epochs]
            axes.plot(range(1, len(epochs) + 1), values, color=colour, marker=marker, label=task)
            ends = " to ".join(dict.fromkeys(f"{share:.0%}" for share in (values[0], values[-1])))
            lines.append(f"{name}: {task} {ends}")
        axes.set_title(name)
        axes.set_ylim(0, 1)
        axes.set_xlabel("epoch")
    panels[0].set_ylabel("share of the steps")
    panels[-1].legend(fontsize=8)
    return Picture(made, "Shares of the steps by epoch. " + "; ".join(lines)), lines
