"""Are two ways of training different, or the same? One answer for every table and sentence.

A score moves with the dev rows that were drawn, and with the seed. `compare` takes both into its
interval, `verdicts` and `within` say what that allows to be said, corrected for how many
comparisons stand side by side. Chapter 09.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats

from mtslib.base.text import counted
from mtslib.evidence.intervals import WIDTH, Interval

LEVEL = 0.05  # how often a sentence may be wrong, over all that are compared
# What a comparison allows to be said; no other words are used.
BETTER, WORSE = "better", "worse"
NOT_DISTINGUISHABLE, EQUIVALENT = "not distinguishable", "equivalent"
_AGAINST = {BETTER: "than", WORSE: "than", NOT_DISTINGUISHABLE: "from", EQUIVALENT: "to"}
# What may be said of the claim that two scores lie within a margin of each other.
HOLDS, FAILS, OPEN = "holds", "does not hold", "cannot be told"
# The paper's “within 1 %”, read as one point: .01 of accuracy or of Pearson's correlation.
MARGIN = 0.01
WITHIN = f"within {MARGIN:g}"  # the column of a table that says so

Score = Callable[[np.ndarray, np.ndarray], float]


@dataclass(frozen=True, kw_only=True)
class Difference(Interval):
    """A difference in score with its 95 % interval, and what that was made of.

    error: the standard error, over rows and seeds. freedom: its degrees of freedom, for Student's
    t. seeds: how many runs stand on the side that has fewer.
    """

    error: float
    freedom: float
    seeds: int

    @classmethod
    def of_error(cls, value: float, error: float, freedom: float, n: int, seeds: int) -> Difference:
        """value ± t · error."""
        half = _t(freedom) * error
        ends = {"low": value - half, "high": value + half}
        return cls(value, **ends, n=n, error=error, freedom=freedom, seeds=seeds)

    @property
    def turned(self) -> Difference:
        """The other minus the one."""
        return Difference.of_error(-self.value, self.error, self.freedom, self.n, self.seeds)

    @property
    def written(self) -> str:
        """`+0.004 [-0.016, +0.022], 3 seeds, n = 1,101`."""
        ends = f"{self.value:+.3f} [{self.low:+.3f}, {self.high:+.3f}]"
        return f"{ends}, {counted(self.seeds, 'seed')}, n = {self.n:,}"

    def p(self, threshold: float = 0.0) -> float:
        """How often chance alone gives one so far from `threshold`, either way.

        Below 0.05 exactly where the interval leaves `threshold` out.
        """
        return self._beyond(abs(self.value - threshold))

    def p_within(self, margin: float) -> float:
        """The same for the claim −margin < difference < margin: two one-sided tests at once.

        Below 0.05 exactly where the interval lies inside (Schuirmann, 1987).
        """
        return self._beyond(margin - abs(self.value))

    def p_outside(self, margin: float) -> float:
        """The same for the claim that the difference is at least the margin."""
        return self._beyond(abs(self.value) - margin)

    def _beyond(self, distance: float) -> float:
        return min(1.0, 2 * float(stats.t.sf(distance / self.error, self.freedom)))


def compare(
    first: np.ndarray, second: np.ndarray, labels: np.ndarray, score: Score, rounds: int = 1000
) -> Difference:
    """The score of `first` − that of `second`, means over seeds.

    first, second: (seeds, n), what the runs of two ways of training say of the same rows.
    labels: (n,). score: (predicted, labels) → a number.

    The standard error is a hierarchical bootstrap's: each round draws the rows anew, the same for
    both sides (what makes a row hard for both cancels), and on each side the seeds, one fewer than
    there are, which makes their share of the variance right on average (Rao and Wu, 1988). With
    one seed it can speak of rows only. Few seeds make few degrees of freedom (Satterthwaite,
    1946). No error is below 1.5 / n: of n rows that all agree, 3 / n could differ by luck.
    """
    random, n = np.random.default_rng(0), len(labels)
    sides = [np.atleast_2d(first), np.atleast_2d(second)]

    def drawn() -> float:
        rows = random.integers(0, n, n)
        means = []
        for runs in sides:
            seeds = random.integers(0, len(runs), max(1, len(runs) - 1))
            means.append(np.mean([score(runs[seed][rows], labels[rows]) for seed in seeds]))
        return means[0] - means[1]

    found = [np.array([score(run, labels) for run in runs]) for runs in sides]
    whole = max(float(np.std([drawn() for _ in range(rounds)], ddof=1)), 1.5 / n)
    value, seeds = float(found[0].mean() - found[1].mean()), min(map(len, found))
    return Difference.of_error(value, whole, _freedom(whole, found, n), n, seeds)


def weighted(found: Sequence[Difference], weights: Sequence[float]) -> Difference:
    """Σ w · difference, of differences that share neither rows nor runs: of several tasks.

    Its variance is Σ w² · variance, its degrees of freedom are Satterthwaite's (1946).
    """
    squares = [(w * one.error) ** 2 for w, one in zip(weights, found, strict=True)]
    pairs = zip(squares, found, strict=True)
    freedom = sum(squares) ** 2 / sum(square**2 / one.freedom for square, one in pairs)
    value = sum(w * one.value for w, one in zip(weights, found, strict=True))
    return Difference.of_error(
        *(value, math.sqrt(sum(squares)), freedom),
        n=sum(one.n for one in found),
        seeds=min(one.seeds for one in found),
    )


def _t(freedom: float) -> float:
    """Standard errors on each side of an interval that is wrong in `LEVEL` of all cases."""
    return float(stats.t.ppf(1 - LEVEL / 2, freedom))


def _freedom(error: float, scores: Sequence[np.ndarray], n: int) -> float:
    """Degrees of freedom of an error that holds the spread of few seeds and of n rows."""
    if not error:
        return max(1, n - 1)
    few = [(float(np.var(s, ddof=1)) / len(s), len(s) - 1) for s in scores if len(s) > 1]
    rows = max(0.0, error**2 - sum(variance for variance, _ in few))
    parts = [*few, (rows, max(1, n - 1))]
    return sum(v for v, _ in parts) ** 2 / sum(v**2 / count for v, count in parts)


def over_seeds(runs: Sequence[Interval]) -> Interval:
    """The mean of one score over runs of several seeds, from each run's own interval.

    What the rows may move is the mean of what they may move each run, as all are scored on the
    same; the spread of the seeds is added to it as independent, with Student's t as in `compare`.
    """
    values, n = np.array([run.value for run in runs]), runs[0].n
    if len(runs) == 1:
        return runs[0]

    def half(ends: list[float]) -> float:
        rows = float(np.mean(np.abs(values - ends))) / WIDTH
        error = math.hypot(rows, float(values.std(ddof=1)) / math.sqrt(len(runs)))
        return _t(_freedom(error, [values], n)) * error

    low, high = half([run.low for run in runs]), half([run.high for run in runs])
    return Interval(float(values.mean()), values.mean() - low, values.mean() + high, n)


def holm(ps: Sequence[float]) -> list[float]:
    """p values corrected for how many there are (Holm, 1979), in the order given.

    The smallest counts as often as there are, the next once less, and none less than one before.
    """
    corrected, most = [0.0] * len(ps), 0.0
    for place, index in enumerate(sorted(range(len(ps)), key=lambda i: ps[i])):
        most = max(most, min(1.0, (len(ps) - place) * ps[index]))
        corrected[index] = most
    return corrected


def verdicts(
    found: Sequence[Difference], margin: float | None = None, threshold: float = 0.0
) -> list[str]:
    """What may be said of each of these comparisons, corrected for how many they are.

    margin: differences smaller than this do not matter; what is surely inside is `equivalent`.
    threshold: what the differences are compared with.
    """
    different = holm([one.p(threshold) for one in found])
    same = holm([one.p_within(margin) for one in found]) if margin else [1.0] * len(found)
    said = []
    for one, p, p_same in zip(found, different, same, strict=True):
        if p_same < LEVEL:
            said.append(EQUIVALENT)
        elif p < LEVEL:
            said.append(BETTER if one.value > threshold else WORSE)
        else:
            said.append(NOT_DISTINGUISHABLE)
    return said


def within(found: Sequence[Difference], margin: float = MARGIN) -> list[str]:
    """Of each comparison, whether its difference is smaller than `margin`, corrected likewise."""
    inside = holm([one.p_within(margin) for one in found])
    outside = holm([one.p_outside(margin) for one in found])
    return [
        HOLDS if p < LEVEL else FAILS if q < LEVEL else OPEN
        for p, q in zip(inside, outside, strict=True)
    ]


def against(reference: str, said: str, margin: float | None = None) -> str:
    """A verdict in words: `better than full`, `not distinguishable from full`."""
    return f"{said} {_AGAINST[said]} {reference}" + (
        f" within {margin:g}" if said == EQUIVALENT else ""
    )


def table(found: Mapping[str, Difference], name: str, reference: str) -> pd.DataFrame:
    """Comparisons with one reference that stand side by side, judged together.

    Columns: `name` (what is compared), difference, low, high, seeds, n, verdict, and whether the
    two lie within `MARGIN` of each other.
    """
    rows = pd.DataFrame(
        {name: key, "difference": one.value}
        | {column: getattr(one, column) for column in ("low", "high", "seeds", "n")}
        for key, one in found.items()
    )
    judged = verdicts(list(found.values()))
    rows["verdict"] = [against(reference, said) for said in judged]
    rows[WITHIN] = within(list(found.values()))
    return rows
