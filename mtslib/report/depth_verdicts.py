"""Chapter 09: what the recorded runs on the real data say about depths, and how surely.

Their predictions are recorded, the labels are not here. A difference between two runs can be
bounded all the same (`recorded_differences`), and a verdict names backbone and data.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
import pandas as pd

from mtslib.data import tasks
from mtslib.evidence import contrasts, published, results
from mtslib.minbert.config import BertConfig
from mtslib.report import tables
from mtslib.report.depth_evidence import WIDTH, in_order, verdict


def recorded_differences(task: str, backbone: str = "minilm-l6") -> pd.DataFrame:
    """Recorded depths of a task with classes against the most trained one, without the labels.

    Two runs can only differ in score on rows where they differ in answer. With a share q of such
    rows, the difference Δ per row has a variance of at most q − Δ²; more than two classes make it
    smaller, since both may be wrong in two ways. So the interval is at most as wide as given.
    Columns: freeze_depth, reference, seeds, n, difference, differ (q), low, high, verdict.
    """
    columns = ["freeze_depth", "reference", "seeds", "n", "difference", "differ", "low", "high"]
    rows = []
    has_classes = tasks.get(task).metric == "accuracy"
    for depth, reference, *both in _against_most_trained(task, backbone) if has_classes else ():
        own, other = tables.same_seeds(*both)
        if len(own):
            rows.append([depth, reference, len(own), *bounded(own, other)])
    table = pd.DataFrame(rows, columns=columns)
    table["verdict"] = [verdict(r.low, r.high, r.reference) for r in table.itertuples()]
    return table


def _against_most_trained(task: str, backbone: str) -> Iterator[tuple]:
    """Every recorded depth but the most trained one: both names, and the runs of both."""
    runs = tables.recorded_runs(backbone=backbone, task=task)
    reference, *others = in_order(set(runs.freeze_depth)) if len(runs) else [None]
    for name in others:
        yield name, reference, *(runs[runs.freeze_depth == n] for n in (name, reference))


def bounded(own: pd.DataFrame, other: pd.DataFrame) -> list[float]:
    """n, difference, share of rows with different answers, low, high: two sets of recorded runs.

    own, other: rows of `tables.same_seeds` of a task with classes.
    """
    differ = np.mean(
        [
            results.read_predictions(one)[1] != results.read_predictions(two)[1]
            for one, two in zip(own.run_id, other.run_id, strict=True)
        ],
        axis=0,
    )  # (n,), the share of seeds
    n = len(differ)
    value = float((own.value - other.value).mean())
    half = WIDTH * math.sqrt(max(0.0, float(np.mean(differ**2)) - value**2) / n)
    return [n, value, float(differ.mean()), value - half, value + half]


def recorded_verdicts(config: BertConfig, backbone: str = "minilm-l6") -> list[str]:
    """What can be said of depths on the real data, a few lines a task, what is missing included."""
    scores, lines = tables.recorded(backbone=backbone), []
    for task in tasks.TASKS:
        rows = scores[scores.task == task] if len(scores) else scores
        depths = in_order(rows.freeze_depth) if len(rows) else []
        missing = [name for name in tables.depth_names(config.num_layers) if name not in depths]
        where = f"{task}, {backbone}, CS224N dev"
        if len(depths) > 1:
            if tasks.get(task).metric == "accuracy":
                said = _paired_lines(task, backbone)
            else:
                said = _correlation_lines(depths, rows, backbone)
            lines += [f"{where}: {line}" for line in said]
        if missing:
            lines.append(f"{where}: {tables.NOT_MEASURED}: {', '.join(missing)}")
    return lines


def _paired_lines(task: str, backbone: str) -> list[str]:
    return [
        f"freeze_depth {row.freeze_depth} {row.verdict}, {row.difference:+.3f} "
        f"[{row.low:+.3f}, {row.high:+.3f}], {tables.seeds_in_words(row.seeds)}, n = {row.n:,}"
        for row in recorded_differences(task, backbone).itertuples()
    ]


def _correlation_lines(depths: list[str], rows: pd.DataFrame, backbone: str) -> list[str]:
    """Without labels a correlation can only be compared interval by interval.

    Where the labels are, `contrasts` pairs the runs row by row; what it kept is preferred.
    """
    scores = {row.freeze_depth: row for row in rows.itertuples()}
    first, lines = scores[depths[0]], []
    for name, _, *both in _against_most_trained("sts", backbone):
        own, found = scores[name], contrasts.find(contrasts.contrast(*both))
        if found is not None:
            lines.append(
                f"freeze_depth {name} {verdict(found.low, found.high, depths[0])}, {found}"
            )
            continue
        apart = own.high < first.low or own.low > first.high
        words = "intervals apart" if apart else "intervals overlap, not told apart this way"
        lines.append(
            f"freeze_depth {name} {tables.with_interval(own)} against {depths[0]} "
            f"{tables.with_interval(first)}: {words}"
        )
    return lines


def wanted(backbone: str = "minilm-l6") -> list[contrasts.Contrast]:
    """What `record --publish` works out for this chapter."""
    found = [contrasts.contrast(*both) for _, _, *both in _against_most_trained("sts", backbone)]
    return [pair for pair in found if pair is not None]


def spread_by_share(config: BertConfig, backbone: str = "minilm-l6") -> pd.DataFrame:
    """How far scores spread where the paper froze layers: its rows, and ours of the same k/L.

    Columns: task, whose, rows, k/L, lowest, highest, spread. The two are never subtracted.
    """
    paper = published.load("table1")
    lowest, highest = paper.share_trained.min(), paper.share_trained.max()
    scores = tables.recorded(backbone=backbone)
    ours = tables.scores_with_share(config.num_layers, scores) if len(scores) else None
    found = []
    for task in ("sst", "sts", "quora"):
        theirs = paper[paper.task == task]
        found.append(_spread(task, "the paper, bert-base-uncased", theirs))
        own = pd.DataFrame()
        if ours is not None:
            inside = ours.share_trained.between(float(lowest) - 1e-9, float(highest) + 1e-9)
            own = ours[(ours.task == task) & inside]
        found.append(_spread(task, f"recorded here, {backbone}", own))
    return pd.DataFrame(found)


def _spread(task: str, whose: str, rows: pd.DataFrame) -> dict[str, object]:
    said: dict[str, object] = {"task": task, "whose": whose, "rows": len(rows)}
    if len(rows) < 2:
        return said | dict.fromkeys(("k/L", "lowest", "highest", "spread"), tables.NOT_MEASURED)
    shares = f"{rows.share_trained.min():.2f} to {rows.share_trained.max():.2f}"
    low, high = float(rows.value.min()), float(rows.value.max())
    ends = {"lowest": f"{low:.3f}", "highest": f"{high:.3f}", "spread": f"{high - low:.3f}"}
    return said | {"k/L": shares} | ends
