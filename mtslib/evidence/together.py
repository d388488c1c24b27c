"""Chapter 14: tasks trained together, as recorded, beside the same tasks trained apart.

A joint run left one row per task. Apart means merged: a branch says what its checkpoint says, to
the bit, so runs of single tasks at one freeze depth are the rows of their merged model.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd

from mtslib.evidence import comparison, contrasts, results
from mtslib.evidence.comparison import Difference, over_seeds
from mtslib.evidence.contrasts import Contrast
from mtslib.evidence.intervals import Interval
from mtslib.evidence.recorded import recorded_runs

TASKS = ("sst", "quora", "sts")
IN_TURN = "all layers shared, one task after the other"
DEPTH = 4  # where the trunk ends in the rows at equal serving cost
# What the table at equal cost is to hold; what is not recorded is said to be missing.
EXPECTED = (
    *(f"all layers shared, {s}" for s in ("uniform", "proportional", "sqrt", "annealed")),
    IN_TURN,
    *(f"trunk to {DEPTH}, proportional{more}" for more in ("", ", sum", ", pcgrad")),
    *(
        f"{way}, heads {heads}"
        for way in ("average", "task-arithmetic", "ties", "dare")
        for heads in ("kept", "refitted")
    ),
)


def in_words(method: Mapping[str, Any]) -> str:
    """How tasks were joined: `trunk to 4, sqrt, pcgrad`, or `ties, heads kept`."""
    if method["name"] == "arithmetic":
        return f"{method['way']}, heads {method['heads']}"
    depth, sampling = method["trunk_depth"], method["sampling"]
    words = ["all layers shared" if depth is None else f"trunk to {depth}"]
    words.append("one task after the other" if sampling == "sequential" else sampling)
    words += [] if method["gradients"] == "alternate" else [method["gradients"]]
    weighted = {task: weight for task, weight in method["weights"].items() if weight != 1}
    words += [f"{task} ×{weight:g}" for task, weight in weighted.items()]
    return ", ".join(words)


def joint_runs(
    dataset: str = "cs224n", backbone: str = "minilm-l6", tasks: tuple[str, ...] = TASKS
) -> pd.DataFrame:
    """Rows of `recorded_runs` of exactly these tasks together, with columns `way` and `depth`."""
    names = ("joint", "arithmetic")
    runs = pd.concat([recorded_runs(dataset, backbone, method=name) for name in names])
    if runs.empty:
        return runs.assign(way=[], depth=[])
    methods = runs.settings.map(lambda own: own["method"])
    runs = runs.assign(way=methods.map(in_words), depth=methods.map(lambda m: m["trunk_depth"]))
    return runs[methods.map(lambda method: set(method["tasks"]) == set(tasks))]


def with_fourth(way: str) -> str:
    """The same way of joining with a fourth task among them."""
    return f"{way}, with a fourth task"


def scores(runs: pd.DataFrame) -> dict[tuple[str, str], Interval]:
    """By (way, task), the mean over seeds with its interval over rows and seeds."""
    return {
        key: over_seeds([Interval.of(run) for run in own.itertuples()])
        for key, own in runs.groupby(["way", "task"], sort=False)
    }


def missing(backbone: str = "minilm-l6") -> list[str]:
    """Ways of the table that are not recorded."""
    there = set(joint_runs(backbone=backbone).way)
    return [way for way in EXPECTED if way not in there]


# Against the merged model -----------------------------------------------------------------------


def _pairs(backbone: str) -> Iterator[tuple[tuple[str, str], Contrast | None]]:
    """((way, task), the joint runs and the merged model's), and what a fourth task does."""
    joint = joint_runs(backbone=backbone)
    apart = recorded_runs(backbone=backbone, freeze_depth=str(DEPTH))
    for (way, task), own in joint.groupby(["way", "task"], sort=False):
        yield (way, task), contrasts.contrast(own, apart[apart.task == task])
    four = joint_runs(backbone=backbone, tasks=(*TASKS, "cfimdb"))
    for (way, task), own in four.groupby(["way", "task"], sort=False):
        three = joint[(joint.way == way) & (joint.task == task)]
        yield (with_fourth(way), task), contrasts.contrast(own, three)


def wanted(backbone: str = "minilm-l6") -> list[Contrast]:
    """What `record --publish` works out for this chapter."""
    return [pair for _, pair in _pairs(backbone) if pair is not None]


def differences(backbone: str = "minilm-l6") -> dict[tuple[str, str], Difference]:
    """By (way, task), a joint run minus the merged model, of what was worked out."""
    found = {key: contrasts.find(pair) for key, pair in _pairs(backbone)}
    return {key: one for key, one in found.items() if one is not None}


def verdicts(backbone: str = "minilm-l6") -> pd.DataFrame:
    """`comparison.table` of every way and task, judged together; columns way, task, and so on."""
    found = differences(backbone)
    keys = pd.DataFrame(list(found), columns=["way", "task"])
    judged = comparison.table(found, "key", f"merged at {DEPTH}")
    return pd.concat([keys, judged.drop(columns="key", errors="ignore")], axis=1)


# One after the other, and where tasks disagree --------------------------------------------------


def forgetting(backbone: str = "minilm-l6") -> pd.DataFrame:
    """Score of each task (columns) after each phase (rows), of the first seed that was recorded."""
    runs = joint_runs(backbone=backbone)
    runs = runs[runs.way == IN_TURN]
    runs = runs[runs.seed == runs.seed.min()]
    measured, rows = results.every_metric(), {}
    for run in runs.itertuples():
        order = run.settings["method"]["tasks"]
        own = measured[(measured.run_id == run.run_id) & (measured.metric == run.metric)]
        by_epoch = dict(zip(own.epoch, own.value, strict=True))
        each = run.epochs // len(order)
        for phase, task in enumerate(order, start=1):
            rows.setdefault(f"after {task}", {})[run.task] = by_epoch.get(phase * each)
    found = pd.DataFrame(rows).T
    return found[[phase.removeprefix("after ") for phase in found.index]]


def conflicts(way: str, backbone: str = "minilm-l6") -> pd.DataFrame:
    """The first seed's cosines after its last epoch. Columns: pair, layer, value, low, high."""
    runs = joint_runs(backbone=backbone)
    runs = runs[runs.way == way]
    runs = runs[runs.seed == runs.seed.min()]
    measured, rows = results.every_metric(), []
    for run in runs.itertuples():
        own = measured[(measured.run_id == run.run_id) & measured.metric.str.startswith("cosine ")]
        for one in own[own.epoch == run.epochs].itertuples():
            _, other, layer = one.metric.split(" ")
            row = {"pair": f"{run.task} – {other}", "layer": layer}
            rows.append(row | {"value": one.value, "low": one.low, "high": one.high})
    return pd.DataFrame(rows, columns=["pair", "layer", "value", "low", "high"])
