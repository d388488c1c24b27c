"""Chapter 08's tables: full fine-tuning as it was recorded, and the paper's row by itself."""

from __future__ import annotations

import pandas as pd

from mtslib.data import tasks
from mtslib.evidence import published
from mtslib.evidence.intervals import Interval
from mtslib.evidence.recorded import NOT_MEASURED, recorded_scores

METRIC_WORDS = {"accuracy": "accuracy", "pearson": "Pearson"}


def recorded_full(backbone: str = "minilm-l6") -> pd.DataFrame:
    """One row per task, real data, laptop preset: the untrained head, full, the gain and seeds.

    What was not recorded says so.
    """
    untrained = recorded_scores(backbone=backbone, epochs=0)
    full = recorded_scores(backbone=backbone, freeze_depth="full")
    before, after = ({r.task: r for r in rows.itertuples()} for rows in (untrained, full))
    table = []
    for task in tasks.TASKS.values():
        row = {"task": task.name, "metric": METRIC_WORDS[task.metric], "seeds": "—"}
        row |= dict.fromkeys(("untrained head", "full", "gain"), NOT_MEASURED)
        if base := before.get(task.name):
            row["untrained head"] = f"{base.value:.3f}"
        if own := after.get(task.name):
            row |= {"full": str(Interval.of(own)), "seeds": str(own.seeds)}
        if base and own:
            row["gain"] = f"{own.value - base.value:+.3f}"
        table.append(row)
    return pd.DataFrame(table)[["task", "metric", "untrained head", "full", "gain", "seeds"]]


def paper_full() -> pd.DataFrame:
    """The base and full rows of the paper's table 2: bert-base, a panel of its own."""
    found = published.load("table2")
    wide = found[found.row.isin(("base", "full"))].pivot_table(
        index=["task", "metric"], columns="row", values="value", sort=False
    )
    shown = wide.reset_index().rename_axis(columns=None)
    shown["gain"] = (shown.full - shown.base).map("{:+.3f}".format)
    for column in ("base", "full"):
        shown[column] = shown[column].map("{:.3f}".format)
    shown["metric"] = shown.metric.map(METRIC_WORDS)
    return shown.assign(seeds="not given")


def missing(found: pd.DataFrame) -> str:
    """Which tasks `recorded_full` could not fill, in a sentence."""
    lacking = found[found.full == NOT_MEASURED].task
    if lacking.empty:
        return "every task has a recorded full fine-tuning"
    return f"full fine-tuning {NOT_MEASURED} for {', '.join(lacking)}"


def agreement(found: pd.DataFrame) -> list[str]:
    """For each task of both tables: whether full fine-tuning beats the untrained head in each."""
    ours = found.set_index("task")
    lines = []
    for row in paper_full().itertuples():
        own = ours.gain.get(row.task, NOT_MEASURED)
        here = f"not known, {NOT_MEASURED}" if own == NOT_MEASURED else _beats(own)
        lines.append(f"{row.task}: in the paper {_beats(row.gain)}, here {here}")
    return lines


def _beats(gain: str) -> str:
    place = "above" if float(gain) > 0 else "below"
    return f"full is {gain.lstrip('+-')} {place} its row's first score"
