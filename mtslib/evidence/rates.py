"""Chapter 09: which learning rate suits how many trained layers; the choice, in the open.

Each was tried with one seed on a fifth of train that was held out (`mtslib.data.held_out`), of the
real data and of our own, so that no dev row takes part. What was chosen stands in
`mtslib.data.presets`; a test compares the two.
"""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from mtslib.data import held_out, tasks
from mtslib.evidence import results
from mtslib.evidence.comparison import MARGIN

KEYS = ["trained layers", "rate"]


def tried() -> pd.DataFrame:
    """One row for each number of trained layers and rate.

    Columns: trained layers, rate, the score on each set (`sst, CS224N`, `sst, ours`, …), mean (over
    the sets on which every rate was tried), chosen (yes or nothing: where the best is the largest
    that was tried, none is chosen yet).
    """
    runs, known = results.table(), results.read_runs(results.RESULTS / results.SNAPSHOT)
    cells = [
        {
            KEYS[0]: run.num_layers - int(run.freeze_depth),
            KEYS[1]: run.settings["learning_rate"],
            "on": which_set(run.task, known[run.run_id]["data"]["dev"]["file"]),
            "value": run.value,
        }
        for run in runs.itertuples()
        if held_out.SUFFIX in known[run.run_id]["data"]["dev"]["file"]
        and run.metric == tasks.get(run.task).metric
        and run.freeze_depth != "full"
        and not run.method
        and not run.encoding
    ]
    if not cells:
        return pd.DataFrame(columns=[*KEYS, "mean", "chosen"])
    whole = pd.DataFrame(cells).pivot_table(index=KEYS, columns="on", values="value")
    parts = []
    for _, rows in whole.groupby(level=0):
        mean = rows.dropna(axis=1).mean(axis=1)
        rate = best({rate: value for (_, rate), value in mean.items()})
        marks = ["yes" if own == rate else "" for _, own in rows.index]
        parts.append(rows.assign(mean=mean, chosen=marks))
    return pd.concat(parts).reset_index().rename_axis(columns=None)


def which_set(task: str, file: str) -> str:
    """`sst, CS224N` or `sst, ours`: what a held-out file was cut from."""
    ours = file.startswith(tasks.get(task).stems["controlled"])
    return f"{task}, {'ours' if ours else 'CS224N'}"


def best(means: Mapping[float, float]) -> float | None:
    """Of the rates whose mean is within `MARGIN` of the best, the smallest.

    One run a cell is a noisy judge: a larger step has to earn its place. None where that is the
    largest that was tried: a still larger one may be better.
    """
    found = min(rate for rate, mean in means.items() if mean > max(means.values()) - MARGIN)
    return None if found == max(means) else found


def chosen() -> dict[int, float]:
    """By how many layers train, the rate that the recorded runs choose."""
    rows = tried()
    return {
        int(layers): rate
        for layers, rate, said in zip(*(rows[c] for c in (*KEYS, "chosen")), strict=True)
        if said
    }
