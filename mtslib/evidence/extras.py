"""Chapter 18: what a term beside the loss, or a training before the task, won over plain training.

Every pair is of one task at one freeze depth: runs with the extra, and the plain ones, all else
alike. They are judged together, so that the verdicts are corrected for how many were tried.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd

from mtslib.data import tasks
from mtslib.evidence import contrasts, results
from mtslib.evidence.comparison import LEVEL, Difference, against, verdicts
from mtslib.evidence.contrasts import Contrast
from mtslib.evidence.recorded import in_order, recorded_runs

TASKS, DEPTHS = ("sts", "sst"), ("3", "full")
# By the name that a recorded run has, the options of `sweep` that make it.
WAYS = {
    "smart": "--regularise smart --regularise-weight 5",
    "r-drop": "--regularise r-drop --regularise-weight 5",
    "contrastive": "--before contrastive",
    "masked-words": "--before masked-words",
}
GRID = ("head_dropout", "encoder_dropout", "batch_size", "epochs")


def way_of(settings: Mapping[str, Any]) -> str:
    """`r-drop × 5`, `masked-words`: the name of a recorded run, and the weight of its term."""
    weight = settings.get("regularise_weight")
    return results.method_of(settings) + (f" × {weight:g}" if weight else "")


def _pairs(backbone: str) -> Iterator[tuple[str, str, str, pd.DataFrame, pd.DataFrame]]:
    """(way, task, freeze_depth, its runs, the plain runs) wherever a way is recorded."""
    plain = recorded_runs(backbone=backbone)
    for name in WAYS:
        runs = recorded_runs(backbone=backbone, method=name)
        if runs.empty:
            continue
        runs = runs.assign(way=runs.settings.map(way_of))
        for task in tasks.TASKS:
            own = runs[runs.task == task]
            for depth in in_order(own.freeze_depth.unique()):
                same = plain[(plain.task == task) & (plain.freeze_depth == depth)]
                for way, one in own[own.freeze_depth == depth].groupby("way", sort=False):
                    yield way, task, depth, one, same


def wanted(backbone: str = "minilm-l6") -> list[Contrast]:
    """What `record --publish` works out for this chapter."""
    found = (contrasts.contrast(own, plain) for *_, own, plain in _pairs(backbone))
    return [one for one in found if one is not None]


def table(backbone: str = "minilm-l6") -> pd.DataFrame:
    """Means over seeds and paired differences, judged together; empty before a run is recorded.

    Columns: way, task, freeze_depth, seeds, plain, with it, difference, verdict.
    """
    rows, found = [], []
    for way, task, depth, own, plain in _pairs(backbone):
        one = contrasts.find(contrasts.contrast(own, plain))
        row = {"way": way, "task": task, "freeze_depth": depth, "seeds": len(own)}
        row |= {"plain": _mean(plain), "with it": _mean(own)}
        row |= {"difference": "no interval worked out yet" if one is None else str(one)}
        rows.append(row)
        found.append(one)
    said = iter(verdicts([one for one in found if one is not None]))
    for row, one in zip(rows, found, strict=True):
        row["verdict"] = "—" if one is None else against("plain", next(said))
    columns = ["way", "task", "freeze_depth", "seeds", "plain", "with it", "difference", "verdict"]
    return pd.DataFrame(rows, columns=columns)


def differences(backbone: str = "minilm-l6") -> list[Difference]:
    """Of all that were worked out, the way minus the plain run."""
    found = (contrasts.find(contrasts.contrast(own, plain)) for *_, own, plain in _pairs(backbone))
    return [one for one in found if one is not None]


def missing(backbone: str = "minilm-l6") -> list[str]:
    """The command of each way of the table that is not recorded for a task and depth."""
    there = {(way.split(" ×")[0], task, depth) for way, task, depth, *_ in _pairs(backbone)}
    return [
        f"python -m mtslib sweep --tasks {task} --depths {depth} --seeds 0-2 {options} "
        f"--data DIR --out runs/{name}"
        for name, options in WAYS.items()
        for task in TASKS
        for depth in DEPTHS
        if (name, task, depth) not in there
    ]


def by_luck(count: int, level: float = LEVEL) -> tuple[float, float]:
    """Of `count` comparisons without any difference: how many look real, and the chance of one.

    Each at `level`, taken as independent.
    """
    return count * level, 1 - (1 - level) ** count


def grid(backbone: str = "minilm-l6") -> pd.DataFrame:
    """Recorded plain runs on the real data that differ from `laptop` in `GRID` alone, best first.

    Columns: task, freeze_depth, those of `GRID`, seeds, value (the mean).
    """
    runs = recorded_runs(backbone=backbone, free=GRID)
    columns = ["task", "freeze_depth", *GRID]
    if runs.empty:
        return pd.DataFrame(columns=[*columns, "seeds", "value"])
    told = runs.assign(**{key: [own[key] for own in runs.settings] for key in GRID})
    found = told.groupby(columns, as_index=False).agg(
        seeds=("seed", "nunique"), value=("value", "mean")
    )
    varied = found.groupby(["task", "freeze_depth"]).value.transform("size") > 1
    return found[varied].sort_values(
        ["task", "freeze_depth", "value"], ascending=[True, True, False]
    )


def _mean(runs: pd.DataFrame) -> str:
    return f"{runs.value.mean():.3f}"
