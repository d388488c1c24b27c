"""Chapter 08's tables: full fine-tuning as it was recorded, and the paper's row by itself."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from mtslib.data import datasets, tasks
from mtslib.evidence import published, results
from mtslib.report import tables
from mtslib.report.tables import NOT_MEASURED

METRIC_WORDS = {"accuracy": "accuracy", "pearson": "Pearson"}


def recorded_full(backbone: str = "minilm-l6") -> pd.DataFrame:
    """A row a task, real data, laptop preset: the untrained head, full, the gain, how many seeds.

    What was not recorded says so.
    """
    base = tables.recorded(backbone=backbone, epochs=0)
    full = tables.recorded(backbone=backbone, freeze_depth="full")
    rows = []
    for task in tasks.TASKS.values():
        before, after = _of(base, task.name), _of(full, task.name)
        gain = NOT_MEASURED
        if before is not None and after is not None:
            gain = f"{after.value - before.value:+.3f}"
        rows.append(
            {
                "task": task.name,
                "metric": METRIC_WORDS[task.metric],
                "untrained head": NOT_MEASURED if before is None else f"{before.value:.3f}",
                "full": NOT_MEASURED if after is None else tables.with_interval(after),
                "gain": gain,
                "seeds": "—" if after is None else str(after.seeds),
            }
        )
    return pd.DataFrame(rows)


def _of(scores: pd.DataFrame, task: str) -> pd.Series | None:
    """The one row of a task, or None."""
    if scores.empty or task not in set(scores.task):
        return None
    return scores[scores.task == task].iloc[0]


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
    return shown.rename(columns={"base": "base (untrained)"}).assign(seeds="not given")


def missing(found: pd.DataFrame) -> str:
    """Which tasks `recorded_full` could not fill, in a sentence."""
    lacking = [row.task for row in found.itertuples() if row.full == NOT_MEASURED]
    if not lacking:
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
    return f"full is {'ahead' if float(gain) > 0 else 'behind'} by {gain.lstrip('+-')}"


def recorded_answers(data: Path | None = None, backbone: str = "minilm-l6") -> pd.DataFrame:
    """What a recorded full fine-tuning on our own sentences said to dev, a row a sentence.

    Columns: label, said, phenomenon; empty where there is no such run on the dev file as it is.
    The first seed of the `laptop` preset, of the runs in the published snapshot.
    """
    dev = datasets.load("sst", "dev", data)
    fitting = [
        (run["settings"]["seed"], name)
        for name, run in results.read_runs(results.RESULTS / results.SNAPSHOT).items()
        if (run["backbone_name"], run["settings"]["task"]) == (backbone, "sst")
        and run["settings"]["freeze_depth"] == "full"
        and run["settings"]["preset"] == "laptop"
        and run["settings"]["epochs"] > 0
        and run["data"]["dev"]["sha256"] == dev.sha256
    ]
    if not fitting:
        return pd.DataFrame(columns=["label", "said", "phenomenon"])
    rows, said = results.read_predictions(min(fitting)[1])
    asked = [dev.examples[row] for row in rows]
    return pd.DataFrame(
        {
            "label": [int(example.label) for example in asked],
            "said": said.astype(int),
            "phenomenon": [example.phenomenon for example in asked],
        }
    )
