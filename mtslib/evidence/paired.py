"""Two models on the same rows: is their difference in score real? Chapter 09."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np


def paired_bootstrap(
    first: np.ndarray,
    second: np.ndarray,
    labels: np.ndarray,
    score: Callable[[np.ndarray, np.ndarray], float],
    random: np.random.Generator,
    rounds: int = 1000,
) -> tuple[float, float, float]:
    """score of `first` − score of `second`, and the ends of its 95 % interval.

    first, second: (n,) what two models say of the same rows. labels: (n,).
    score: (predicted, labels) → a number. random: asked for n row numbers once per round.
    The percentile bootstrap (Efron, 1979), both models scored on the rows that a round draws:
    what makes a row hard for both then cancels.
    """
    n = len(labels)
    found = np.empty(rounds)
    for place in range(rounds):
        rows = random.integers(0, n, size=n)
        found[place] = score(first[rows], labels[rows]) - score(second[rows], labels[rows])
    low, high = np.percentile(found, [2.5, 97.5])
    difference = score(first, labels) - score(second, labels)
    return float(difference), float(low), float(high)
