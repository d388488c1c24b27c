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


def controlled_scores(task: str) -> pd.DataFrame:
    """Lines of `data/controlled/scores.csv` on dev: fine-tuned means over seeds, and one model
    that counts words. Columns as in the file, numbers read."""
    file = datasets.CONTROLLED / "scores.csv"
    lines = pd.read_csv(file, sep="\t", dtype=str, keep_default_na=False)
    own = (lines.task == tasks.get(task).stems["controlled"]) & (lines.split == "dev")
    means = (lines.model == "fine-tuned") & (lines.seed == "mean")
    lines = lines[own & (means | (lines.model == COUNTING.get(task, "")))]
    numbers = {"n": int, "value": float, "low": float, "high": float}
    return lines.astype(numbers).reset_index(drop=True)


def by_phenomenon(scores: pd.DataFrame, task: str, num_layers: int) -> Picture:
    """A panel for all rows and one for each phenomenon: score by depth with its interval.

    scores: `controlled_scores`. The dashed line is a model that counts words. A depth that is not
    recorded has no mark, and a panel without any says so.
    """
    groups = sorted(set(scores[scores.group_kind != "all"].group) - {"seen", "unseen"})
    columns = 4
    rows = -(-(len(groups) + 1) // columns)
    with matplotlib.rc_context(plots.STYLE):
        made = Figure(figsize=(9.6, 1.75 * rows + 0.4), layout="constrained")
        panels = made.subplots(rows, columns, squeeze=False, sharex=True, sharey=True).flat
    names = depth_names(num_layers)
    everything = scores[scores.group_kind == "all"]
    shown = {"all rows": everything}
    shown |= {g: scores[(scores.group_kind == "phenomenon") & (scores.group == g)] for g in groups}
    for axes, (title, chosen) in zip(panels, shown.items(), strict=False):
        _panel(axes, chosen, names, title)
    for axes in list(panels)[len(shown) :]:
        axes.axis("off")
    made.supxlabel("freeze_depth", fontsize=10)
    made.supylabel("dev accuracy, 95 % interval", fontsize=10)
    recorded = set(scores[scores.model == "fine-tuned"].freeze_depth)
    missing = ", ".join(name for name in names if name not in recorded)
    return Picture(
        made,
        f"Dev accuracy of {task} on our own sentences by freeze_depth, in {len(shown)} panels: "
        f"all rows, then {', '.join(groups)}. Points with intervals, a dashed line for a model "
        f"that counts words. Depths {NOT_MEASURED}: {missing or 'none'}. The table below holds "
        "the values.",
    )


def _panel(axes: Axes, rows: pd.DataFrame, names: list[str], title: str) -> None:
    tuned, counting = rows[rows.model == "fine-tuned"], rows[rows.model != "fine-tuned"]
    axes.set_title(f"{title}, n = {rows.n.iloc[0]}" if len(rows) else title, fontsize=9)
    axes.set(ylim=(0, 1), xlim=(-0.5, len(names) - 0.5))
    axes.set_xticks(range(len(names)), names, fontsize=8)
    if len(counting):
        axes.axhline(counting.value.iloc[0], color=GREY, linestyle="--", linewidth=1)
    if tuned.empty:
        axes.text(0.5, 0.08, NOT_MEASURED, transform=axes.transAxes, ha="center", fontsize=9)
    for row in tuned.itertuples():
        place = names.index(row.freeze_depth)
        axes.plot([place] * 2, [row.low, row.high], color=BLUE, linewidth=1.5)
        axes.plot(place, row.value, "o", color=BLUE, markersize=4)


def phenomenon_table(scores: pd.DataFrame, num_layers: int) -> pd.DataFrame:
    """The same in words: a row per phenomenon, a column per depth and one for counting words."""
    rows = []
    kinds = scores[scores.group_kind != "seen or unseen"]
    for group, lines in kinds.groupby("group", sort=True):
        row = {"phenomenon": "all rows" if group == "all" else group, "n": int(lines.n.iloc[0])}
        row |= {"counting words": "—"} | dict.fromkeys(depth_names(num_layers), NOT_MEASURED)
        for line in lines.itertuples():
            if line.model == "fine-tuned":
                row[line.freeze_depth] = f"{line.value:.2f} [{line.low:.2f}, {line.high:.2f}]"
            else:
                row["counting words"] = f"{line.value:.2f}"
        rows.append(row)
    return pd.DataFrame(rows)


# Beside the paper ----------------------------------------------------------------------------


def scores_by_share(ours: pd.DataFrame, published: pd.DataFrame, backbone: str) -> Picture:
    """Two panels with the same axes: our scores by k/L, and the paper's by its own k/L.

    ours: columns task, share_trained, value, low, high (one row per point). published: task,
    share_trained, value. The panels are apart because the backbones are not the same.
    """
    made, (left, right) = plots.figure(9.2, 3.6, columns=2)
    for axes, points, title in (
        (left, ours, f"recorded here: {backbone}"),
        (right, published, "the paper: bert-base-uncased"),
    ):
        for task, rows in points.groupby("task", sort=True):
            rows = rows.sort_values("share_trained")
            colour, marker = plots.TASK_COLOURS[task], plots.TASK_MARKERS[task]
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
        f"{task} as {plots.MARKER_WORDS[plots.TASK_MARKERS[task]]}"
        for task in sorted(ours.task.unique())
    )
    return Picture(
        made,
        f"Dev scores against the share of encoder layers trained, {shapes}; left {backbone}, "
        "recorded by this project, right the paper's table 1. Tables beside it hold the values.",
    )
