"""Chapter 09: what runs at several depths say of our own dev rows, row by row.

Their labels lie with the project, so every resampling can be done here. For the real data, whose
labels do not, see `depth_verdicts`; both judge with `comparison`.
"""

from __future__ import annotations

import itertools
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import pandas as pd

from mtslib.base.errors import DataError
from mtslib.base.files import read_json
from mtslib.data import datasets, known, tasks
from mtslib.data.presets import rate
from mtslib.evidence import results
from mtslib.evidence.comparison import Difference, compare, over_seeds
from mtslib.evidence.intervals import Interval, wilson
from mtslib.evidence.metrics import METRICS
from mtslib.evidence.recorded import NOT_MEASURED, depth_names, in_order, recorded_runs

FILE = datasets.CONTROLLED / "dev-predictions.json"


@dataclass(frozen=True)
class Evidence:
    """What runs at several depths say of the same dev rows.

    labels, phenomena: (n,). said: by depth, (seeds, n), what its runs answer.
    rates: by depth, the learning rate. current: whether the rows are those of the corpus as it
    stands.
    """

    task: str
    labels: np.ndarray
    phenomena: np.ndarray
    said: dict[str, np.ndarray]
    rates: dict[str, float]
    current: bool
    made_with: str

    @property
    def depths(self) -> list[str]:
        """The depths that were run, most trained first."""
        return in_order(self.said)

    @property
    def right(self) -> dict[str, np.ndarray]:
        """By depth, (n,), the share of its seeds that answer the row correctly."""
        return {depth: (said == self.labels).mean(axis=0) for depth, said in self.said.items()}

    def describe(self, num_layers: int) -> list[str]:
        """What the rows are, and what is missing, for people."""
        counts = sorted({len(said) for said in self.said.values()})
        seeds = str(counts[0]) if len(counts) == 1 else f"{counts[0]} to {counts[-1]}"
        missing = [d for d in depth_names(num_layers) if d not in self.said]
        return [
            f"{self.task} on our own sentences, {len(self.labels)} dev rows; {self.made_with}",
            f"depths run: {', '.join(self.depths)}; seeds per depth: {seeds}",
            f"learning rates: {', '.join(f'{d} {self.rates[d]:g}' for d in self.depths)}",
            f"depths {NOT_MEASURED}: {', '.join(missing) or 'none'}",
            "the rows are those of the corpus as it stands"
            if self.current
            else "the rows belong to an earlier version of the corpus",
        ]


def load(task: str = "sst", one_rate: bool = False) -> Evidence:
    """The dev predictions of the runs of a task on our own sentences.

    They are kept in two places: those at the preset's first rate by `data/controlled/build`, those
    at a depth's own rate among the recorded results. one_rate: only the former, at every depth.
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
    chosen = kept["settings"]
    said = {d: np.array(list(seeds.values())) for d, seeds in kept["runs"].items()}
    rates = dict.fromkeys(said, chosen["learning_rate"])
    if not one_rate:
        numbered = {int(depth) for depth in said if depth != "full"}
        rates |= {str(d): rate(chosen["preset"], max(numbered) - d) for d in numbered}
        said = {d: runs for d, runs in said.items() if rates[d] == chosen["learning_rate"]}
        said |= _at_their_own_rate(task, chosen, [depth for depth in rates if depth not in said])
    return Evidence(
        task=task,
        labels=np.array(kept["labels"]),
        phenomena=np.array(kept["phenomena"]),
        said=said,
        rates=rates,
        current=kept["corpus_sha256"] == known.controlled_sha256(own.stems["controlled"]),
        made_with=f"{chosen['backbone']}, {chosen['preset']} preset, {chosen['epochs']} epochs, "
        f"{chosen['pooling']} pooling",
    )


def _at_their_own_rate(
    task: str, chosen: Mapping[str, Any], wanted: Collection[str]
) -> dict[str, np.ndarray]:
    """By depth, (seeds, n), the recorded runs that differ from `chosen` in their rate only."""
    alike = {key: chosen[key] for key in ("backbone", "preset", "pooling", "epochs", "objective")}
    runs = recorded_runs("controlled", task=task, **alike)
    return {
        depth: np.array([results.read_predictions(run)[1] for run in own.run_id])
        for depth, own in runs.groupby("freeze_depth")
        if depth in wanted
    }


# How large must a dev set be? -------------------------------------------------------------------


def drawn_scores(evidence: Evidence, size: int, draws: int = 1000, seed: int = 0) -> np.ndarray:
    """The accuracy of each depth on `draws` dev sets of `size` rows → (draws, depths).

    Rows are drawn with replacement from those we have, the same for every depth.
    """
    shares = evidence.right
    right = np.array([shares[depth] for depth in evidence.depths])  # (depths, n)
    random = np.random.default_rng([seed, size])
    n = len(evidence.labels)
    counts = random.multinomial(size, np.full(n, 1 / n), draws)  # (draws, n)
    return counts @ right.T / size


def wins(scores: np.ndarray) -> np.ndarray:
    """The share of dev sets in which each depth is best, ties shared out → (depths,)."""
    best = np.isclose(scores, scores.max(axis=1, keepdims=True), atol=1e-12)
    return (best / best.sum(axis=1, keepdims=True)).mean(axis=0)


# What is different? -----------------------------------------------------------------------------


def difference(
    evidence: Evidence, first: str, second: str, rows: np.ndarray | None = None
) -> Difference:
    """The score at one depth minus that at another. rows: (n,) which to look at; else all."""
    rows = np.full(len(evidence.labels), True) if rows is None else rows
    said = (evidence.said[depth][:, rows] for depth in (first, second))
    return compare(*said, evidence.labels[rows], METRICS[tasks.get(evidence.task).metric])


def differences(evidence: Evidence) -> dict[str, Difference]:
    """Every depth against the one that trains most, by its name."""
    reference, *others = evidence.depths
    return {depth: difference(evidence, depth, reference) for depth in others}


def by_phenomenon(evidence: Evidence, first: str, second: str) -> dict[str, Difference]:
    """The difference between two depths within each phenomenon, largest first."""
    found = {
        str(name): difference(evidence, first, second, evidence.phenomena == name)
        for name in np.unique(evidence.phenomena)
    }
    return dict(sorted(found.items(), key=lambda item: (-item[1].value, item[0])))


def scores(evidence: Evidence) -> pd.DataFrame:
    """Accuracy of each depth, over all rows and within each phenomenon, with its interval.

    Columns: group (`all` first), freeze_depth, value, low, high, n.
    """
    groups = {"all": np.full(len(evidence.labels), True)}
    groups |= {str(name): evidence.phenomena == name for name in np.unique(evidence.phenomena)}
    rows = []
    for (group, own), depth in itertools.product(groups.items(), evidence.depths):
        labels, said = evidence.labels[own], evidence.said[depth][:, own]
        n, shares = len(labels), (said == labels).mean(axis=1)
        runs = [Interval(share, *wilson(share, n), n) for share in shares]
        rows.append({"group": group, "freeze_depth": depth, **asdict(over_seeds(runs))})
    return pd.DataFrame(rows)
