"""Chapter 09: what the recorded runs on the real data say about depths, and how surely.

Their labels are not here: the differences were worked out where they are (`contrasts`). A verdict
names backbone and data, and is corrected for every comparison beside it, those of other tasks too.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pandas as pd

from mtslib.data import tasks
from mtslib.evidence import comparison, contrasts, depths
from mtslib.evidence.comparison import WITHIN, Difference
from mtslib.evidence.contrasts import Contrast
from mtslib.evidence.recorded import in_order, recorded_runs


def differences(
    backbone: str = "minilm-l6", one_rate: bool = False
) -> dict[tuple[str, str], Difference]:
    """By (task, freeze_depth): every depth against `full`, of what was worked out."""
    found = {key: contrasts.find(pair) for key, pair in _pairs(backbone, one_rate)}
    return {key: one for key, one in found.items() if one is not None}


def table(backbone: str = "minilm-l6", one_rate: bool = False) -> pd.DataFrame:
    """`comparison.table` of every recorded depth of every task.

    Columns: task, freeze_depth, and as there.
    """
    found = differences(backbone, one_rate)
    judged = comparison.table(found, "key", "full")
    keys = pd.DataFrame(list(found), columns=["task", "freeze_depth"])
    return pd.concat([keys, judged.drop(columns="key", errors="ignore")], axis=1)


def wanted(backbone: str = "minilm-l6") -> list[Contrast]:
    """What `record --publish` works out for this chapter."""
    return [pair for one_rate in (False, True) for _, pair in _pairs(backbone, one_rate)]


def _pairs(backbone: str, one_rate: bool) -> Iterator[tuple[tuple[str, str], Contrast]]:
    """((task, freeze_depth), its runs and those of `full`), most trained first."""
    runs = recorded_runs(backbone=backbone, one_rate=one_rate)
    for task in tasks.TASKS:
        by_depth = dict(iter(runs[runs.task == task].groupby("freeze_depth")))
        for depth in in_order(by_depth):
            if depth != "full" and "full" in by_depth:
                yield (task, depth), contrasts.contrast(by_depth[depth], by_depth["full"])


def which_layers(
    backbone: str = "minilm-l6", own: Sequence[str] = tuple(tasks.TASKS)
) -> pd.DataFrame:
    """Which layers have to change, on which data: real and own side by side, judged together.

    Columns: data, task, compared (how many depths), n, seeds, and as lists of freeze depths
    `worse than full`, `not distinguishable`, `within 0.01`. own: tasks of which our own sentences
    are asked too.
    """
    found = {("CS224N", *key): one for key, one in differences(backbone).items()}
    for task in own:
        evidence = depths.load(task)
        found |= {("ours", task, d): one for d, one in depths.differences(evidence).items()}
    judged = comparison.table(found, "key", "full")
    rows = []
    for (data, task), lines in judged.groupby(judged.key.map(lambda key: key[:2]), sort=False):
        names = lines.key.map(lambda key: key[2])
        worse = lines.verdict.str.startswith(comparison.WORSE)
        told = lines.verdict.str.startswith((comparison.WORSE, comparison.BETTER))
        sides = {"worse than full": worse, "not distinguishable": ~told}
        sides[WITHIN] = lines[WITHIN] == comparison.HOLDS
        row = {"data": data, "task": task, "compared": len(lines)}
        row |= {"n": lines.n.iloc[0], "seeds": lines.seeds.min()}
        rows.append(
            row | {name: ", ".join(names[which]) or "none" for name, which in sides.items()}
        )
    return pd.DataFrame(rows)
