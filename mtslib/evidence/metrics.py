"""Metrics, each with its n and a bootstrap 95 % interval. Chapter 07."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy import stats
from sklearn.metrics import f1_score, matthews_corrcoef

from mtslib.evidence.intervals import Interval

RESAMPLES = 1000


@dataclass(frozen=True, kw_only=True)
class Metric(Interval):
    """A score between two lists of `n` numbers, with its interval."""

    name: str

    def __str__(self) -> str:
        return f"{self.name} {self.written} on n = {self.n:,}"


def accuracy(predicted: np.ndarray, labels: np.ndarray) -> float:
    """The share of predictions that equal their label."""
    return float(np.mean(predicted == labels))


def macro_f1(predicted: np.ndarray, labels: np.ndarray) -> float:
    """The mean over classes of F1, each class counting the same however rare it is."""
    return float(f1_score(labels, predicted, average="macro", zero_division=0))


def matthews(predicted: np.ndarray, labels: np.ndarray) -> float:
    """Matthews' correlation of classes: 0 for a constant answer, however frequent its class."""
    return float(matthews_corrcoef(labels, predicted))


def pearson(predicted: np.ndarray, labels: np.ndarray) -> float:
    """Linear correlation; 0 when one side is constant, where it has no value."""
    if np.ptp(predicted) == 0 or np.ptp(labels) == 0:
        return 0.0
    return float(np.corrcoef(predicted, labels)[0, 1])


def spearman(predicted: np.ndarray, labels: np.ndarray) -> float:
    """Correlation of ranks; 0 when one side is constant."""
    if np.ptp(predicted) == 0 or np.ptp(labels) == 0:
        return 0.0
    return float(stats.spearmanr(predicted, labels).statistic)


METRICS: dict[str, Callable[[np.ndarray, np.ndarray], float]] = {
    "accuracy": accuracy,
    "macro_f1": macro_f1,
    "matthews": matthews,
    "pearson": pearson,
    "spearman": spearman,
}
SECONDARY = {
    "accuracy": "macro_f1",
    "macro_f1": "accuracy",
    "matthews": "accuracy",
    "pearson": "spearman",
    "spearman": "pearson",
}


def score(metric: str, predicted: np.ndarray, labels: np.ndarray, seed: int = 0) -> list[Metric]:
    """The task's metric and its companion (accuracy and macro-F1, say, or Pearson and Spearman).

    The interval is the percentile bootstrap over examples (Efron, 1979): it says how much the
    score would move with another dev set of this size, not with another training seed.
    """
    predicted, labels = np.asarray(predicted), np.asarray(labels)
    if len(predicted) != len(labels) or not len(labels):
        raise ValueError(f"{len(predicted)} predictions for {len(labels)} labels")
    found = []
    for name in (metric, SECONDARY[metric]):
        low, high = np.percentile(_resampled(name, predicted, labels, seed), [2.5, 97.5])
        value = METRICS[name](predicted, labels)
        found.append(Metric(value, float(low), float(high), len(labels), name=name))
    return found


def _resampled(name: str, predicted: np.ndarray, labels: np.ndarray, seed: int) -> np.ndarray:
    """The metric on `RESAMPLES` sets drawn with replacement → (RESAMPLES,)."""
    random = np.random.default_rng(seed)
    n = len(labels)
    if name == "accuracy":
        # A resampled accuracy is a mean of n draws from zeros and ones: binomial, exactly.
        return random.binomial(n, accuracy(predicted, labels), RESAMPLES) / n
    if name in ("macro_f1", "matthews"):
        drawn = _resampled_tables(predicted, labels, random)
        return _macro_f1_of(drawn) if name == "macro_f1" else _matthews_of(drawn)
    if name == "spearman":  # ranks are kept from the whole set; redoing them changes nothing much
        predicted, labels = stats.rankdata(predicted), stats.rankdata(labels)
    draws = (random.integers(0, n, n) for _ in range(RESAMPLES))
    return np.array([pearson(predicted[draw], labels[draw]) for draw in draws])


def _resampled_tables(
    predicted: np.ndarray, labels: np.ndarray, random: np.random.Generator
) -> np.ndarray:
    """Confusion tables (RESAMPLES, label, predicted): a resampled table is multinomial, exactly."""
    classes = np.union1d(predicted, labels)
    index = np.searchsorted(classes, labels) * len(classes) + np.searchsorted(classes, predicted)
    table = np.bincount(index, minlength=len(classes) ** 2)
    drawn = random.multinomial(len(labels), table / table.sum(), RESAMPLES)
    return drawn.reshape(RESAMPLES, len(classes), len(classes))


def _macro_f1_of(drawn: np.ndarray) -> np.ndarray:
    """Macro-F1 of each confusion table."""
    hits = np.diagonal(drawn, axis1=1, axis2=2)
    either = drawn.sum(1) + drawn.sum(2)  # 2·true positives + both kinds of errors
    present = either > 0
    f1 = np.divide(2 * hits, either, out=np.zeros_like(hits, dtype=float), where=present)
    return f1.sum(1) / present.sum(1)


def _matthews_of(drawn: np.ndarray) -> np.ndarray:
    """Matthews' correlation of each confusion table (Gorodkin, 2004); 0 for a constant side."""
    n = drawn.sum((1, 2)).astype(float)
    said, true = drawn.sum(1).astype(float), drawn.sum(2).astype(float)
    shared = np.trace(drawn, axis1=1, axis2=2) * n - (said * true).sum(1)
    spread = (n**2 - (said**2).sum(1)) * (n**2 - (true**2).sum(1))
    return np.divide(shared, np.sqrt(spread), out=np.zeros_like(n), where=spread > 0)
