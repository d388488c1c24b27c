"""The recorded runs that a table or a verdict is about: one filter, and their means over seeds."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pandas as pd

from mtslib.data import datasets, tasks
from mtslib.data.presets import PRESETS, rate
from mtslib.data.tasks import Task
from mtslib.evidence import results
from mtslib.evidence.comparison import over_seeds
from mtslib.evidence.intervals import Interval

# Of settings, what tells one way to train from another of the same name.
_HOW = ("method", "regularise", "regularise_weight", "radius", "before", "before_epochs")
_HOW += ("before_file",)
NOT_MEASURED = "not measured"


def depth_names(num_layers: int) -> list[str]:
    """Every freeze depth as it is written, from most to least trained: full, 0, 1, …, L."""
    return ["full", *map(str, range(num_layers + 1))]


def in_order(names: Iterable[str]) -> list[str]:
    """Names of depths from most to least trained."""
    return sorted(names, key=lambda name: -1 if name == "full" else int(name))


def recorded_runs(
    dataset: str = "cs224n",
    backbone: str = "minilm-l6",
    preset: str = "laptop",
    one_rate: bool = False,
    free: Collection[str] = (),
    **fixed: object,
) -> pd.DataFrame:
    """Runs of one dataset, backbone and preset, each task's own metric, trained for > 0 epochs.

    A run of the preset's name with other settings (another learning rate, say) is none of them.
    one_rate: those whose rate is the preset's first, whatever trains, and not that of their depth.
    free: settings that may have any value, each of which gives rows of its own.

    One row per (task, freeze_depth, method, seed), as `results.table` has it; of several runs of
    one seed (of different code, say) the last. fixed: other columns held to a value; [CLS]
    pooling, each task's usual objective and that objective's own encoding, and tasks fine-tuned
    alone unless told otherwise.
    """
    runs = results.table()
    if runs.empty:
        return pd.DataFrame(columns=["run_id", "task", "freeze_depth", "seed", "value"])
    told = runs.settings.map(_task_of)
    wanted = runs.metric == told.map(lambda task: task.metric)
    if "objective" not in fixed:
        wanted &= runs.objective == told.map(lambda task: task.objective)
    if "epochs" not in fixed:
        wanted &= runs.epochs > 0
    held = {"dataset": dataset, "backbone": backbone, "preset": preset, "pooling": "cls"}
    held |= {"encoding": "", "method": ""} | fixed
    for column, value in held.items():
        wanted &= runs[column] == value
    # Our own corpora are smaller and were trained for more epochs than a preset says.
    varied = [*fixed, *free, *(["epochs"] if dataset == "controlled" else [])]
    layers = runs.num_layers * (not one_rate)
    wanted &= runs.settings.combine(layers, lambda own, count: _keeps_preset(own, varied, count))
    how = runs.settings.map(lambda own: str([own.get(key) for key in (*_HOW, *free)]))
    chosen = runs[wanted].assign(how=how[wanted])
    return chosen.drop_duplicates(["task", "freeze_depth", "how", "seed"], keep="last")


def _task_of(written: Mapping[str, Any]) -> Task:
    """The task of recorded settings, which describe it; older ones name one of the four."""
    described = written.get("description")
    return Task.from_dict(described) if described else tasks.get(written["task"])


def _keeps_preset(written: Mapping[str, Any], varied: Collection[str], layers: int) -> bool:
    """Whether recorded settings are those of the preset that they name.

    Free are what a table varies from run to run, and the epochs and the rate of an untrained head.
    layers: L, by which a depth has a rate of its own; 0 for one rate.
    """
    free = {*varied, "epochs", "learning_rate"} if written["epochs"] == 0 else set(varied)
    own, depth = PRESETS.get(written["preset"]), written["freeze_depth"]
    if own is None:
        return False
    if layers and depth != "full":
        own = own | {"learning_rate": rate(written["preset"], layers - depth)}
    method = written.get("method", {})
    if method.get("sampling") == "sequential":  # one task after the other, each with its epochs
        own = own | {"epochs": own["epochs"] * len(method["tasks"])}
    seen = written | {"betas": tuple(written["betas"])}
    return all(seen[key] == own[key] for key in own if key not in free)


def recorded_scores(dataset: str = "cs224n", **chosen: Any) -> pd.DataFrame:
    """What `recorded_runs` holds, over seeds.

    One row per (task, freeze_depth): value (mean over seeds), low and high (over dev rows and
    seeds), seeds, lowest and highest of them, n, seconds (of training, the median over seeds) and
    whether they are comparable.
    """
    runs = recorded_runs(dataset, **chosen)
    rows = []
    for (task, depth), own in runs.groupby(["task", "freeze_depth"], sort=False):
        found = over_seeds([Interval.of(run) for run in own.itertuples()])
        row = {"task": task, "freeze_depth": depth, **asdict(found), "seeds": len(own)}
        row |= {"lowest": own.value.min(), "highest": own.value.max()}
        row |= {"seconds": own.train_seconds.median()}
        rows.append(row | {"seconds_comparable": own.seconds_comparable.all()})
    empty = ["task", "freeze_depth", "value", "low", "high", "seeds"]
    return pd.DataFrame(rows, columns=None if rows else empty)


def recorded_answers(data: Path | None = None, backbone: str = "minilm-l6") -> pd.DataFrame:
    """What a recorded full fine-tuning on our own sentences said to dev, one row per sentence.

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
        and not results.method_of(run["settings"])
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
