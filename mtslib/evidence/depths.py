"""Chapter 09: which depth is best, and how sure is that? From the controlled runs, row by row.

Their dev predictions lie with the project, labels included, so every resampling can be done on
them. For the real data, whose labels are not here, see `depth_verdicts`.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd

from mtslib.base.errors import DataError
from mtslib.base.files import read_json
from mtslib.data import datasets, known, tasks
from mtslib.evidence.intervals import WIDTH, Interval, verdict_against
from mtslib.evidence.paired import paired_bootstrap
from mtslib.evidence.recorded import NOT_MEASURED, depth_names, in_order

FILE = datasets.CONTROLLED / "dev-predictions.json"


@dataclass(frozen=True)
class Evidence:
    """What runs at several depths say of the same dev rows.

    labels, phenomena: (n,). right: by depth, (n,), the share of its seeds that answer the row
    correctly.
    seeds: by depth, how many. current: whether the rows are those of the corpus as it stands.
    """

    task: str
    labels: np.ndarray
    phenomena: np.ndarray
    right: dict[str, np.ndarray]
    seeds: dict[str, int]
    current: bool
    made_with: str

    @property
    def depths(self) -> list[str]:
        """The depths that were run, most trained first."""
        return in_order(self.right)

    def describe(self, num_layers: int) -> list[str]:
        """What the rows are, and what is missing, for people."""
        counts = sorted(set(self.seeds.values()))
        seeds = str(counts[0]) if len(counts) == 1 else f"{counts[0]} to {counts[-1]}"
        missing = [d for d in depth_names(num_layers) if d not in self.right]
        return [
            f"{self.task} on our own sentences, {len(self.labels)} dev rows; {self.made_with}",
            f"depths run: {', '.join(self.depths)}; seeds per depth: {seeds}",
            f"depths {NOT_MEASURED}: {', '.join(missing) or 'none'}",
            "the rows are those of the corpus as it stands"
            if self.current
            else "the rows belong to an earlier version of the corpus",
        ]


def load(task: str = "sst") -> Evidence:
    """The dev predictions of the controlled runs of a task with classes.

    Raises DataError where none are kept.
    """
    own = tasks.get(task)
    try:
        kept = read_json(FILE)[task]
    except (OSError, ValueError, KeyError) as error:
        raise DataError(
            f"{FILE.name} holds no dev predictions of {task} ({type(error).__name__}); "
            "data/controlled/build/table.py writes them"
        ) from error
    if not own.has_classes:
        raise DataError(f"{task} has scores and no classes, so no row is right or wrong")
    labels = np.array(kept["labels"])
    runs = {d: np.array(list(seeds.values())) for d, seeds in kept["runs"].items()}
    chosen = kept["settings"]
    return Evidence(
        task=task,
        labels=labels,
        phenomena=np.array(kept["phenomena"]),
        right={d: (predicted == labels).mean(axis=0) for d, predicted in runs.items()},
        seeds={d: len(predicted) for d, predicted in runs.items()},
        current=kept["corpus_sha256"] == known.controlled_sha256(own.stems["controlled"]),
        made_with=f"{chosen['backbone']}, {chosen['preset']} preset, {chosen['epochs']} epochs, "
        f"{chosen['pooling']} pooling",
    )


def drawn_scores(evidence: Evidence, size: int, draws: int = 1000, seed: int = 0) -> np.ndarray:
    """The accuracy of each depth on `draws` dev sets of `size` rows → (draws, depths).

    Rows are drawn with replacement from those we have, the same for every depth.
    """
    right = np.array([evidence.right[depth] for depth in evidence.depths])  # (depths, n)
    random = np.random.default_rng([seed, size])
    n = len(evidence.labels)
    counts = random.multinomial(size, np.full(n, 1 / n), draws)  # (draws, n)
    return counts @ right.T / size


def wins(scores: np.ndarray) -> np.ndarray:
    """The share of dev sets in which each depth is best, ties shared out → (depths,)."""
    best = np.isclose(scores, scores.max(axis=1, keepdims=True), atol=1e-12)
    return (best / best.sum(axis=1, keepdims=True)).mean(axis=0)


def difference(
    evidence: Evidence, first: str, second: str, rows: np.ndarray | None = None
) -> Interval:
    """Accuracy at one depth minus at another, with its paired interval.

    rows: (n,) which rows to look at; all unless told otherwise.
    """
    rows = np.full(len(evidence.labels), True) if rows is None else rows
    found = paired_bootstrap(
        evidence.right[first][rows],
        evidence.right[second][rows],
        evidence.labels[rows],
        lambda right, labels: float(np.mean(right)),
        np.random.default_rng(0),
    )
    return Interval(*found, n=int(rows.sum()))


def differences(evidence: Evidence, reference: str | None = None) -> pd.DataFrame:
    """Every depth against one, paired and as if the two had been scored on different rows.

    Columns: freeze_depth, difference, low, high, apart (half the width of the unpaired interval),
    verdict. reference: `full` where it was run, else the depth that trains most.
    """
    reference = reference or evidence.depths[0]
    n = len(evidence.labels)
    rows = []
    for depth in evidence.depths:
        if depth == reference:
            continue
        found = difference(evidence, depth, reference)
        both = [evidence.right[d].var() / n for d in (depth, reference)]
        rows.append({"freeze_depth": depth, **_judged(found, reference)})
        rows[-1]["apart"] = WIDTH * math.sqrt(sum(both))
    return pd.DataFrame(rows)


def by_phenomenon(evidence: Evidence, first: str, second: str) -> pd.DataFrame:
    """The difference between two depths within each phenomenon, largest first.

    Columns: phenomenon, n, difference, low, high, verdict.
    """
    rows = []
    for name in np.unique(evidence.phenomena):
        found = difference(evidence, first, second, evidence.phenomena == name)
        rows.append({"phenomenon": str(name), "n": found.n, **_judged(found, second)})
    return pd.DataFrame(rows).sort_values(["difference", "phenomenon"], ascending=[False, True])


def _judged(found: Interval, reference: str) -> dict[str, object]:
    """The columns of a difference and its verdict."""
    return {
        "difference": found.value,
        "low": found.low,
        "high": found.high,
        "verdict": verdict_against(reference, found),
    }
