"""What one task may be served by: its score at each freeze depth, and how two of them differ.

Three places know it: our own dev rows (`own`), what was recorded on the real data and worked out
where its labels are (`recorded`), and a sweep of one's own beside its labelled dev file (`swept`).
Chapter 13.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd

from mtslib.base.errors import ResultsError
from mtslib.data import datasets, tasks
from mtslib.data.datasets import Split
from mtslib.data.tasks import Task
from mtslib.evidence import contrasts, depths, results
from mtslib.evidence.baselines import BAG, predictions
from mtslib.evidence.comparison import Difference, compare, over_seeds
from mtslib.evidence.contrasts import Contrast
from mtslib.evidence.intervals import WIDTH, Interval
from mtslib.evidence.metrics import METRICS
from mtslib.evidence.recorded import in_order, recorded_runs

FULL = "full"
_WAY = ("objective", "pooling", "preset", "backbone")


@dataclass(frozen=True)
class Options:
    """One task's options: freeze depths by name, `full`, and a bag of words where it was scored.

    scores: the mean over seeds, by option. difference(first, second): the score of the first minus
    that of the second, paired; None where it was not worked out. source: where the rows come from.
    """

    task: Task
    scores: Mapping[str, float]
    difference: Callable[[str, str], Difference | None]
    source: str

    @property
    def depths(self) -> list[str]:
        """The numbered depths, those that a merged model can tap, most trained first."""
        return in_order(name for name in self.scores if name.isdecimal())


def of_rows(task: Task, labels: np.ndarray, said: Mapping[str, np.ndarray], source: str) -> Options:
    """From what each option's runs, (seeds, n), say of the same labelled rows, (n,)."""
    score = METRICS[task.metric]

    @cache
    def difference(first: str, second: str) -> Difference:
        return compare(said[first], said[second], labels, score)

    means = {
        name: float(np.mean([score(run, labels) for run in np.atleast_2d(runs)]))
        for name, runs in said.items()
    }
    return Options(task, means, difference, source)


def own(task: Task | str, bag: bool = True) -> Options:
    """Of our own dev rows, at each depth's own learning rate. bag: fit a bag of words too."""
    chosen = tasks.get(task)
    evidence = depths.load(chosen.name)
    said = dict(evidence.said)
    if bag:
        said |= _bag(chosen, *(datasets.load(chosen, split) for split in ("train", "dev")))
    return of_rows(chosen, evidence.labels, said, f"our own {chosen.name}, {len(said)} options")


def _bag(task: Task, train: Split, dev: Split) -> dict[str, np.ndarray]:
    """What a bag of words says of dev; nothing where there are no words to count."""
    found = predictions(task, train.labelled, dev.labelled)
    return {BAG: found[BAG]} if BAG in found else {}


def recorded(names: Sequence[Task | str], backbone: str = "minilm-l6") -> list[Options]:
    """Of the published runs on the real data, whose labels are not here."""
    return [_of_runs(task, own, backbone) for task, own in _by_depth(names, backbone).items()]


def _of_runs(task: Task, by_depth: Mapping[str, pd.DataFrame], backbone: str) -> Options:
    scores = {depth: float(runs.value.mean()) for depth, runs in by_depth.items()}

    @cache
    def difference(first: str, second: str) -> Difference:
        one, other = by_depth[first], by_depth[second]
        found = contrasts.find(contrasts.contrast(one, other))
        back = None if found else contrasts.find(contrasts.contrast(other, one))
        return found or (back.turned if back else _apart(one, other))

    return Options(task, scores, difference, f"{task.name} of CS224N, recorded with {backbone}")


def _apart(first: pd.DataFrame, second: pd.DataFrame) -> Difference:
    """Before the two were compared row by row: as if scored on other rows each, which is wider."""
    sides = [over_seeds([Interval.of(run) for run in own.itertuples()]) for own in (first, second)]
    error = math.hypot(*((side.high - side.low) / 2 / WIDTH for side in sides))
    value, n = sides[0].value - sides[1].value, sides[0].n
    return Difference.of_error(value, error, n - 1, n, min(len(first), len(second)))


def _by_depth(names: Sequence[Task | str], backbone: str) -> dict[Task, dict[str, pd.DataFrame]]:
    """The runs of each task by depth, most trained first; tasks without any left out."""
    runs, found = recorded_runs(backbone=backbone), {}
    for task in map(tasks.get, names):
        by_depth = dict(iter(runs[runs.task == task.name].groupby("freeze_depth")))
        if by_depth:
            found[task] = {depth: by_depth[depth] for depth in in_order(by_depth)}
    return found


def wanted(backbone: str = "minilm-l6") -> list[Contrast]:
    """What `record --publish` works out for this chapter: every depth against every other one."""
    return [
        contrasts.contrast(own[second], own[first])
        for own in _by_depth(tuple(tasks.TASKS), backbone).values()
        for first, second in itertools.combinations(own, 2)
    ]


def swept(task: Task | str, folder: Path, data: Path | str | None = None) -> Options:
    """Of the runs of a task that `sweep --results FOLDER` recorded, beside its labelled dev file.

    Raises ResultsError where the folder has no run of the task on that file, or runs of several
    ways to train it.
    """
    chosen = tasks.get(task)
    dev = datasets.load(chosen, "dev", data)
    said: dict[str, dict[int, np.ndarray]] = {}
    ways = set()
    for name, run in results.read_runs(folder).items():
        settings = run["settings"]
        alone = not results.method_of(settings) and settings["epochs"] > 0
        if alone and (settings["task"], run["data"]["dev"]["sha256"]) == (chosen.name, dev.sha256):
            ways.add((*(settings[key] for key in _WAY), settings.get("encoding", "")))
            depth = str(settings["freeze_depth"])
            said.setdefault(depth, {})[settings["seed"]] = results.read_predictions(name, folder)[1]
    if not said:
        raise ResultsError(
            f"{folder} holds no run of {chosen.name} that was scored on {dev.path.name} "
            f"(sha256 {dev.sha256[:8]}…); `python -m mtslib sweep --tasks … --results DIR` records "
            "them"
        )
    if len(ways) > 1:
        first, second = (" ".join(filter(None, way)) for way in sorted(ways)[:2])
        raise ResultsError(
            f"{folder} holds runs of {chosen.name} that differ in more than depth and seed "
            f"({first}; {second}); a plan compares depths of one way to train: sweep the others "
            "into another --results"
        )
    labels = np.array([float(example.label) for example in dev.labelled])
    runs = {depth: np.array(list(said[depth].values())) for depth in in_order(said)}
    bag = _bag(chosen, datasets.load(chosen, "train", data), dev)
    return of_rows(chosen, labels, runs | bag, f"{chosen.name}, {dev.path.name}")
