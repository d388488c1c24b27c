"""Chapter 09's pictures: which depth a dev set calls best, and scores by depth and phenomenon."""

from __future__ import annotations

import matplotlib
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from mtslib.data import datasets, tasks
from mtslib.evidence import depths
from mtslib.evidence.depths import Evidence
from mtslib.evidence.recorded import NOT_MEASURED, depth_names
from mtslib.report import plots
from mtslib.report.plots import BLUE, GREY, INK, ORANGE, Picture

# Sizes that a dev set might have, up to our own: beyond it a draw only repeats our rows.
SIZES = (25, 50, 100, 200, 400, 600)
SHOWN = 6  # drawn dev sets in the left panel
LINES = ("-", "--", "-.", ":", (0, (5, 1)), (0, (1, 1)))


# The size of the dev set -----------------------------------------------------------------------


def best_depth(evidence: Evidence, size: int) -> tuple[Picture, list[str]]:
    """Some drawn dev sets of `size` rows with their best depth, and how often each depth wins."""
    scores = depths.drawn_scores(evidence, size)
    shares, names = depths.wins(scores), evidence.depths
    made, (left, right) = plots.figure(7.2, 3.0, columns=2)
    places = np.arange(len(names))
    for row, line in zip(scores[:SHOWN], LINES, strict=True):
        left.plot(places, row, color=GREY, linestyle=line, linewidth=1)
        left.plot(places[row.argmax()], row.max(), "*", color=ORANGE, markersize=13, mec=INK)
    left.set_title(f"{SHOWN} dev sets of {size:,}; ★ the best")
    left.set_ylabel("dev accuracy")
    left.set_ylim(0, 1)
    right.bar(places, shares, color=BLUE)
    right.set_title(f"how often each wins, of {len(scores):,}")
    right.set_ylabel("share of the draws")
    right.set_ylim(0, 1)
    for axes in (left, right):
        axes.set_xticks(places, names)
        axes.set_xlabel("freeze_depth")
    winners = ", ".join(names[row.argmax()] for row in scores[:SHOWN])
    most = int(shares.argmax())
    lines = [
        f"dev rows = {size:,}",
        f"best depth in {SHOWN} drawn dev sets: {winners}",
        f"most frequent winner: {names[most]}, in {shares[most]:.0%} of {len(scores):,}",
        f"depths that win in at least one of twenty: {', '.join(_contenders(names, shares))}",
    ]
    return Picture(made, "Left, scores by depth in drawn dev sets. " + "; ".join(lines)), lines


def _contenders(names: list[str], shares: np.ndarray) -> list[str]:
    return [name for name, share in zip(names, shares, strict=True) if share >= 0.05]


def best_depth_table(evidence: Evidence) -> pd.DataFrame:
    """Every size of dev set at once: how often each depth wins."""
    rows = []
    for size in SIZES:
        shares = depths.wins(depths.drawn_scores(evidence, size))
        words = dict(zip(evidence.depths, (f"{share:.0%}" for share in shares), strict=True))
        rows.append({"dev rows": f"{size:,}"} | words)
    return pd.DataFrame(rows)


# Scores by phenomenon --------------------------------------------------------------------------

COUNTING = {"sst": "tfidf", "cfimdb": "tfidf", "quora": "tfidf+overlap"}  # as table.py calls them


def counting_words(task: str) -> dict[str, float]:
    """By phenomenon, and for `all` rows: the dev accuracy of a model that counts words."""
    lines = pd.read_csv(datasets.CONTROLLED / "scores.csv", sep="\t", dtype=str)
    own = (lines.task == tasks.get(task).stems["controlled"]) & (lines.split == "dev")
    own &= (lines.model == COUNTING.get(task, "")) & (lines.group_kind != "seen or unseen")
    return dict(zip(lines[own].group, lines[own].value.astype(float), strict=True))


def by_phenomenon(scores: pd.DataFrame, task: str, num_layers: int) -> Picture:
    """A panel for all rows and one for each phenomenon: score by depth with its interval.

    scores: `depths.scores`. The dashed line is a model that counts words. A depth that is not
    recorded has no mark.
    """
    counting, names, columns = counting_words(task), depth_names(num_layers), 4
    groups = list(dict.fromkeys(scores.group))
    rows = -(-len(groups) // columns)
    with matplotlib.rc_context(plots.STYLE):
        made = Figure(figsize=(9.6, 1.75 * rows + 0.4), layout="constrained")
        panels = made.subplots(rows, columns, squeeze=False, sharex=True, sharey=True).flat
    for axes, group in zip(panels, groups, strict=False):
        _panel(axes, scores[scores.group == group], names, _TITLES.get(group, group))
        if group in counting:
            axes.axhline(counting[group], color=GREY, linestyle="--", linewidth=1)
    for axes in list(panels)[len(groups) :]:
        axes.axis("off")
    made.supxlabel("freeze_depth", fontsize=10)
    made.supylabel("dev accuracy, 95 % interval", fontsize=10)
    missing = ", ".join(name for name in names if name not in set(scores.freeze_depth))
    return Picture(
        made,
        f"Dev accuracy of {task} on our own sentences by freeze_depth, in {len(groups)} panels: "
        f"all rows, then {', '.join(groups[1:])}. Points with intervals, a dashed line for a model "
        f"that counts words. Depths {NOT_MEASURED}: {missing or 'none'}. The table below holds "
        "the values.",
    )


_TITLES = {"all": "all rows"}


def _panel(axes: Axes, rows: pd.DataFrame, names: list[str], title: str) -> None:
    axes.set_title(f"{title}, n = {rows.n.iloc[0]}", fontsize=9)
    axes.set(ylim=(0, 1), xlim=(-0.5, len(names) - 0.5))
    axes.set_xticks(range(len(names)), names, fontsize=8)
    for row in rows.itertuples():
        place = names.index(row.freeze_depth)
        axes.plot([place] * 2, [row.low, row.high], color=BLUE, linewidth=1.5)
        axes.plot(place, row.value, "o", color=BLUE, markersize=4)


def phenomenon_table(scores: pd.DataFrame, task: str, num_layers: int) -> pd.DataFrame:
    """The same in words: a row per phenomenon, a column per depth and one for counting words."""
    counting, rows = counting_words(task), []
    for group, lines in scores.groupby("group", sort=False):
        row = {"phenomenon": _TITLES.get(group, group), "n": int(lines.n.iloc[0])}
        row["counting words"] = f"{counting[group]:.2f}" if group in counting else "—"
        row |= dict.fromkeys(depth_names(num_layers), NOT_MEASURED)
        row |= {
            r.freeze_depth: f"{r.value:.2f} [{r.low:.2f}, {r.high:.2f}]" for r in lines.itertuples()
        }
        rows.append(row)
    return pd.DataFrame(rows)


# Beside the paper ----------------------------------------------------------------------------


def scores_by_share(ours: pd.DataFrame, published: pd.DataFrame, backbone: str) -> Picture:
    """Two panels with the same axes: our scores by k/L, and the paper's by its own k/L.

    ours: columns task, share_trained, value, low, high (one row per point). published: task,
    share_trained, value. The panels are apart because the backbones are not the same.
    """
    made, (left, right) = plots.figure(9.2, 3.6, columns=2)
    looks = plots.task_looks(sorted({*ours.task, *published.task}))
    for axes, points, title in (
        (left, ours, f"recorded here: {backbone}"),
        (right, published, "the paper: bert-base-uncased"),
    ):
        for task, rows in points.groupby("task", sort=True):
            rows = rows.sort_values("share_trained")
            colour, marker = looks[task]
            line = "-" if len(rows) > 2 else ""  # two points are no curve
            style = {"color": colour, "marker": marker, "linestyle": line}
            axes.plot(rows.share_trained, rows.value, label=task, **style)
            if "low" in rows:
                axes.vlines(rows.share_trained, rows.low, rows.high, color=colour, alpha=0.5)
        axes.set_title(title)
        axes.set_xlabel("share of encoder layers trained, k/L")
        axes.set_xlim(-0.04, 1.04)
        axes.set_ylim(0, 1)
        axes.legend(loc="lower right")
    left.set_ylabel("dev accuracy (sst, quora), Pearson (sts)")
    shapes = ", ".join(
        f"{task} as {plots.MARKER_WORDS[looks[task][1]]}" for task in sorted(ours.task.unique())
    )
    return Picture(
        made,
        f"Dev scores against the share of encoder layers trained, {shapes}; left {backbone}, "
        "recorded by this project, right the paper's table 1. Tables beside it hold the values.",
    )
