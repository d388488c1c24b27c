"""Chapter 11: at which depth each task taps the merged trunk, and what share of full it reaches.

A depth that was chosen on the dev rows it is then scored on looks better than it is. So the choice
is made on a fifth of train that was held out (`mtslib.data.held_out`), one run for each depth, and
dev sees only what was chosen. A merged branch says what its checkpoint says, to the bit: recorded
runs of single tasks at the chosen depths are the rows of the merged model.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from mtslib.data import held_out
from mtslib.evidence import contrasts, rates, results
from mtslib.evidence.comparison import MARGIN, Difference, weighted
from mtslib.evidence.recorded import recorded_runs, recorded_scores

TASKS = ("sst", "sts", "quora")  # of the paper's table 2
CANDIDATES = ("2", "3", "4", "5")  # freeze depths, of six layers
ALL = "all three"


def tried(backbone: str = "minilm-l6") -> pd.DataFrame:
    """Scores on the held-out fifth of the real data, one row per (task, freeze_depth).

    As `recorded_runs` has them: [CLS], the task's own objective, the preset's rate of that depth.
    """
    known = results.read_runs(results.RESULTS / results.SNAPSHOT)
    sets = {
        dataset
        for dataset, name, task in _of(results.table(), "dataset", "run_id", "task")
        if held_out.SUFFIX in (file := known[name]["data"]["dev"]["file"])
        and rates.which_set(task, file) == f"{task}, CS224N"
    }
    runs = [recorded_runs(dataset, backbone=backbone, seed=0) for dataset in sorted(sets)]
    columns = ["task", "freeze_depth", "value", "low", "high", "n"]
    found = pd.concat([pd.DataFrame(columns=columns), *runs])[columns]
    return found[found.task.isin(TASKS) & found.freeze_depth.isin(CANDIDATES)]


def _of(table: pd.DataFrame, *columns: str) -> list[tuple]:
    return [] if table.empty else list(table[list(columns)].itertuples(index=False))


def deepest(scores: Mapping[str, float]) -> str:
    """Of the depths whose score is within `MARGIN` of the best, the deepest: it shares most."""
    enough = max(scores.values()) - MARGIN
    return max((depth for depth, score in scores.items() if score >= enough), key=int)


def chosen(backbone: str = "minilm-l6") -> dict[str, str]:
    """By task, the freeze depth that the held-out runs choose, where all candidates were tried."""
    found = tried(backbone)
    by_task = {
        task: {row.freeze_depth: row.value for row in own.itertuples()}
        for task, own in found.groupby("task")
    }
    return {
        task: deepest(by_task[task])
        for task in TASKS
        if set(by_task.get(task, ())) == set(CANDIDATES)
    }


def missing(backbone: str = "minilm-l6") -> dict[str, list[str]]:
    """By task, the candidates without a held-out run; a task that has all of them is left out."""
    have = set(_of(tried(backbone), "task", "freeze_depth"))
    lacks = {task: [d for d in CANDIDATES if (task, d) not in have] for task in TASKS}
    return {task: depths for task, depths in lacks.items() if depths}


# What share of full is reached ------------------------------------------------------------------


def over_full(depths: Mapping[str, str], backbone: str = "minilm-l6") -> dict[str, Difference]:
    """(score at this depth − full) / full by task, and their mean, `ALL`, where no task lacks.

    Share of full reached is 1 + that. From the paired differences over rows and seeds
    (`contrasts`), each divided by full's mean score. That full's score has an error of its own is
    left out: it enters times the difference itself, which is a hundredth or two.
    """
    runs, scores = recorded_runs(backbone=backbone), recorded_scores(backbone=backbone)
    by_key = dict(iter(runs.groupby(["task", "freeze_depth"])))
    full = {row.task: row.value for row in scores.itertuples() if row.freeze_depth == "full"}
    found = {}
    for task, depth in depths.items():
        pair = [by_key.get((task, name), runs[:0]) for name in (depth, "full")]
        difference = contrasts.find(contrasts.contrast(*pair))
        if difference is not None:
            found[task] = _scaled(difference, full[task])
    if depths and set(found) == set(depths):
        found[ALL] = mean(list(found.values()))
    return found


def _scaled(found: Difference, by: float) -> Difference:
    value, error = found.value / by, found.error / by
    return Difference.of_error(value, error, found.freedom, found.n, found.seeds)


def mean(found: Sequence[Difference]) -> Difference:
    """The mean of independent differences: of tasks that share neither rows nor runs."""
    return weighted(found, [1 / len(found)] * len(found))
