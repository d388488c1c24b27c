"""Chapter 09: what the recorded runs on the real data say about depths, and how surely.

Their predictions are recorded, the labels are not here. A difference between two runs can be
bounded all the same (`bounded`), and a verdict names backbone and data.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
import pandas as pd

from mtslib.data import tasks
from mtslib.evidence import contrasts, results
from mtslib.evidence.intervals import WIDTH, Interval, verdict_against
from mtslib.evidence.recorded import (
    NOT_MEASURED,
    depth_names,
    in_order,
    recorded_runs,
    recorded_scores,
    same_seeds,
)


def recorded_differences(task: str, backbone: str = "minilm-l6") -> pd.DataFrame:
    """Recorded depths of a task with classes against the most trained one, without the labels.

    Columns: freeze_depth, reference, seeds, n, difference, differ (the share of rows with
    different answers), low, high, verdict.
    """
    columns = ["freeze_depth", "reference", "seeds", "n", "difference", "differ", "low", "high"]
    rows = []
    has_classes = tasks.get(task).metric == "accuracy"
    for depth, reference, *both in _against_most_trained(task, backbone) if has_classes else ():
        own, other = same_seeds(*both)
        if len(own):
            found, differ = bounded(own, other)
            row = [depth, reference, len(own), found.n, found.value, differ, found.low, found.high]
            rows.append([*row, verdict_against(reference, found)])
    return pd.DataFrame(rows, columns=[*columns, "verdict"])


def _against_most_trained(task: str, backbone: str) -> Iterator[tuple]:
    """Every recorded depth but the most trained one: both names, and the runs of both."""
    runs = recorded_runs(backbone=backbone, task=task)
    reference, *others = in_order(set(runs.freeze_depth)) or [None]
    for name in others:
        yield name, reference, *(runs[runs.freeze_depth == n] for n in (name, reference))


def bounded(own: pd.DataFrame, other: pd.DataFrame) -> tuple[Interval, float]:
    """The difference of two sets of recorded runs, and the share of rows with different answers.

    own, other: rows of `same_seeds` of a task with classes.
    Two runs can only differ in score on rows where they differ in answer. With a share q of such
    rows, the difference Δ per row has a variance of at most q − Δ²; more than two classes make it
    smaller, since both may be wrong in two ways. So the interval is at most as wide as given.
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
    return Interval(value, value - half, value + half, n), float(differ.mean())


def recorded_verdicts(num_layers: int, backbone: str = "minilm-l6") -> list[str]:
    """What can be said of depths on the real data, a few lines per task; what is missing too."""
    scores, lines = recorded_scores(backbone=backbone), []
    for task in tasks.TASKS.values():
        rows = scores[scores.task == task.name]
        where = f"{task.name}, {backbone}, CS224N dev"
        judged = _paired_lines if task.metric == "accuracy" else _correlation_lines
        lines += [f"{where}: {line}" for line in judged(task.name, rows, backbone)]
        missing = [name for name in depth_names(num_layers) if name not in set(rows.freeze_depth)]
        if missing:
            lines.append(f"{where}: {NOT_MEASURED}: {', '.join(missing)}")
    return lines


def _paired_lines(task: str, _: pd.DataFrame, backbone: str) -> list[str]:
    return [
        f"freeze_depth {row.freeze_depth} {row.verdict}, "
        + Interval(row.difference, row.low, row.high, row.n).as_difference(row.seeds)
        for row in recorded_differences(task, backbone).itertuples()
    ]


def _correlation_lines(task: str, rows: pd.DataFrame, backbone: str) -> list[str]:
    """Without labels a correlation can only be compared interval by interval.

    Where the labels are, `contrasts` pairs the runs row by row; what it kept is preferred.
    """
    scores = {row.freeze_depth: Interval.of(row) for row in rows.itertuples()}
    lines = []
    for name, reference, *both in _against_most_trained(task, backbone):
        pair = contrasts.contrast(*both)
        found = contrasts.find(pair)
        if found is not None:
            said = f"{verdict_against(reference, found)}, {found.as_difference(len(pair.first))}"
        else:
            own, first = scores[name], scores[reference]
            apart = own.high < first.low or own.low > first.high
            words = "apart" if apart else "overlap, not distinguishable this way"
            said = f"{own} against {reference} {first}: intervals {words}"
        lines.append(f"freeze_depth {name} {said}")
    return lines


def wanted(backbone: str = "minilm-l6") -> list[contrasts.Contrast]:
    """What `record --publish` works out for this chapter."""
    found = [contrasts.contrast(*both) for _, _, *both in _against_most_trained("sts", backbone)]
    return [pair for pair in found if pair is not None]
