"""Chapter 13: what the split encoding costs in score, beside the pair at the same depth."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from mtslib.data import tasks
from mtslib.evidence import contrasts
from mtslib.evidence.comparison import against, verdicts
from mtslib.evidence.contrasts import Contrast
from mtslib.evidence.recorded import in_order, recorded_runs


def _pairs(backbone: str) -> Iterator[tuple[str, str, pd.DataFrame, pd.DataFrame]]:
    """(task, freeze_depth, its split runs, its pair runs) wherever a split run is recorded."""
    split, pair = (recorded_runs(backbone=backbone, encoding=name) for name in ("split", ""))
    for task in tasks.TASKS:
        own = split[split.task == task]
        for depth in in_order(own.freeze_depth.unique()):
            same = pair[(pair.task == task) & (pair.freeze_depth == depth)]
            yield task, depth, own[own.freeze_depth == depth], same


def wanted(backbone: str = "minilm-l6") -> list[Contrast]:
    """What `record --publish` works out for this table."""
    found = (contrasts.contrast(split, pair) for _, _, split, pair in _pairs(backbone))
    return [one for one in found if one is not None]


def table(backbone: str = "minilm-l6") -> pd.DataFrame:
    """Means over seeds and the paired difference, judged together; empty before a run is recorded.

    Columns: task, freeze_depth, seeds, pair, split, split − pair, verdict.
    """
    rows, found = [], []
    for task, depth, split, pair in _pairs(backbone):
        one = contrasts.find(contrasts.contrast(split, pair))
        row = {"task": task, "freeze_depth": depth, "seeds": len(split)}
        row |= {"pair": f"{pair.value.mean():.3f}", "split": f"{split.value.mean():.3f}"}
        row |= {"split − pair": "no interval worked out yet" if one is None else str(one)}
        rows.append(row)
        found.append(one)
    said = iter(verdicts([one for one in found if one is not None]))
    columns = ["task", "freeze_depth", "seeds", "pair", "split", "split − pair", "verdict"]
    for row, one in zip(rows, found, strict=True):
        row["verdict"] = "—" if one is None else against("pair", next(said))
    return pd.DataFrame(rows, columns=columns)
