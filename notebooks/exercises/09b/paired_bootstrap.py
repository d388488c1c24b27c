"""Exercise 09b.1: is the difference real?"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import torch
from torch import Tensor

from mtslib.evidence.metrics import accuracy
from mtslib.learn.exercise import Exercise, mistakes, styles
from mtslib.learn.inputs import AnswerError, SeededInputs


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


def slow_paired_bootstrap(
    first: np.ndarray,
    second: np.ndarray,
    labels: np.ndarray,
    score: Callable[[np.ndarray, np.ndarray], float],
    random: np.random.Generator,
    rounds: int = 1000,
) -> tuple[float, float, float]:
    """Every drawn dev set written out row by row, and the ends read off the sorted differences."""
    differences = sorted(_differences(first, second, labels, score, random, rounds))

    def at(share: float) -> float:
        place = share * (rounds - 1)
        below = int(place)
        above = min(below + 1, rounds - 1)
        return differences[below] + (place - below) * (differences[above] - differences[below])

    return score(first, labels) - score(second, labels), at(0.025), at(0.975)


def _differences(
    first: np.ndarray,
    second: np.ndarray,
    labels: np.ndarray,
    score: Callable[[np.ndarray, np.ndarray], float],
    random: np.random.Generator,
    rounds: int,
) -> list[float]:
    """score of `first` − score of `second` in each round."""
    found = []
    for _ in range(rounds):
        drawn = random.integers(0, len(labels), size=len(labels))
        wanted = np.array([labels[row] for row in drawn])
        found.append(score(first[drawn], wanted) - score(second[drawn], wanted))
    return found


def _lopsided(predicted: np.ndarray, labels: np.ndarray) -> float:
    """Minus the mean error, in which too low counts three times: not the same from both sides."""
    return -float(np.where(predicted < labels, 3 * (labels - predicted), predicted - labels).mean())


def _end(value: Any, ordered: list[float], place: int) -> Any:
    """The middle between two neighbours for what lies between them: percentiles have many methods.

    place: of the lower neighbour, among the differences in order.
    """
    low, high = ordered[place : place + 2]
    close = 1e-6 + 1e-5 * abs(low)
    try:
        between = low - close <= float(value) <= high + close
    except (TypeError, ValueError):
        return value  # no number; the comparison says so
    return (low + high) / 2 if between else value


def observe(answer: Any, inputs: SeededInputs) -> Mapping[str, Any]:
    """Classes scored by accuracy, then scores by correlation; two models with like mistakes."""

    def three(first: Tensor, second: Tensor, labels: Tensor, score: Any, words: str) -> None:
        arrays = [tensor.numpy() for tensor in (first, second, labels)]
        seeded, rounds = np.random.default_rng, 120
        result = inputs.call(answer, *arrays, score, random=seeded(inputs.seed), rounds=rounds)
        if not isinstance(result, list | tuple | np.ndarray | Tensor) or len(result) != 3:
            raise AnswerError(
                "paired_bootstrap gave back something else than three numbers; expected "
                "(difference, low, high)"
            )
        difference, low, high = result
        ordered = sorted(_differences(*arrays, score, seeded(inputs.seed), rounds))
        found[f"the difference in {words}"] = difference
        found[f"the interval of it, {words}"] = [_end(low, ordered, 2), _end(high, ordered, 116)]

    found: dict[str, Any] = {}
    labels = inputs.randint(0, 5, (60,))
    hard = inputs.randn(60) > 0.3  # what is hard for one is hard for the other
    first = torch.where(hard, (labels + 1) % 5, labels)
    second = torch.where(inputs.randn(60) > 0.8, (labels + 2) % 5, first)
    three(first, second, labels, accuracy, "accuracy")
    three(second, first, labels, accuracy, "accuracy, the two models swapped")
    scores = inputs.randn(45)
    good = scores + 0.7 * inputs.randn(45)
    rough = good + 0.5 * inputs.randn(45)
    rough[-1] -= 9  # an interval without the last row is another
    three(good, rough, scores, _lopsided, "a score in which too low costs three times")
    return found


EXERCISE = Exercise(
    id="09b.1",
    formerly="09.5",
    title="is the difference real?",
    minutes=15,
    difficulty="steady",
    core=True,
    reference=paired_bootstrap,
    specification=slow_paired_bootstrap,
    observe=observe,
    hints=(
        "Give the same predictions twice, first=x and second=x. The difference is 0, and so is "
        "every end of the interval. Is yours?",
        "One round is one dev set that could have come instead of yours: n rows, drawn with "
        "replacement. Both models are scored on those same rows, and only the difference is "
        "kept. The interval holds the middle 95 % of the differences.",
        "for each round:\n    rows = random.integers(0, n, n)\n"
        "    difference of the two scores on these rows, with their labels\n"
        "low, high = the 2.5th and 97.5th percentile of all rounds\n"
        "the difference itself: on all rows, without drawing",
    ),
    mistakes=mistakes(r"""
        models-resampled-apart: each model got rows of its own, so what is hard for both no longer
            cancels, and the interval is far too wide.
          look: inside the loop: one draw per round, used for both models and for the labels.
          - found[place] = score(first
          + others = random.integers(0, n, n)
          +         found[place] = score(first
          - score(second[rows], labels[rows])
          + score(second[others], labels[others])
        one-bootstrap-after-the-other: first all rounds of one model, then all of the other: in no
            round do the two see the same rows.
          look: the loop: one loop, one draw per round, both models.
          def paired_bootstrap(first, second, labels, score, random, rounds=1000):
              n = len(labels)
              found = np.zeros(rounds)
              for predicted, sign in ((first, 1), (second, -1)):
                  for place in range(rounds):
                      rows = random.integers(0, n, n)
                      found[place] += sign * score(predicted[rows], labels[rows])
              low, high = np.percentile(found, [2.5, 97.5])
              return score(first, labels) - score(second, labels), float(low), float(high)
        intervals-subtracted: each model got an interval, and the ends were subtracted; the interval
            of a difference is not the difference of intervals.
          look: what a round keeps: the difference of the two scores.
          def paired_bootstrap(first, second, labels, score, random, rounds=1000):
              n = len(labels)
              one, other = np.empty(rounds), np.empty(rounds)
              for place in range(rounds):
                  rows = random.integers(0, n, n)
                  one[place] = score(first[rows], labels[rows])
                  other[place] = score(second[rows], labels[rows])
              ends = [np.percentile(found, [2.5, 97.5]) for found in (one, other)]
              difference = score(first, labels) - score(second, labels)
              return difference, float(ends[0][0] - ends[1][0]), float(ends[0][1] - ends[1][1])
        labels-not-drawn: the predictions were drawn and the labels were not: predictions meet the
            labels of other rows.
          look: inside the loop: labels[rows] too.
          - score(first[rows], labels[rows]) - score(second[rows], labels[rows])
          + score(first[rows], labels) - score(second[rows], labels)
        drawn-without-replacement: the rows were shuffled, not drawn: every round has every row
            once, and the interval has no width.
          look: the draw: with replacement, random.integers(0, n, n).
          - random.integers(0, n, size=n)
          + random.permutation(n)
        last-row-never-drawn: random.integers already excludes its upper end; n − 1 leaves the last
            row out too.
          look: the draw: random.integers(0, n, n).
          - random.integers(0, n, size=n)
          + random.integers(0, n - 1, size=n)
        ninety-per-cent: 5 % were cut off at each end: that is a 90 % interval.
          look: the percentiles: 2.5 and 97.5.
          - [2.5, 97.5]
          + [5, 95]
        error-of-the-mean: the spread was divided by √rounds: more rounds do not make the dev set
            larger.
          look: the ends: percentiles of the differences themselves.
          - low, high = np.percentile(found, [2.5, 97.5])
          + half = 1.96 * found.std() / rounds**0.5
          +     low, high = found.mean() - half, found.mean() + half
        second-minus-first: the sign is turned round: second minus first came back.
          look: the order: first − second, everywhere.
          - return float(difference), float(low), float(high)
          + return -float(difference), -float(high), -float(low)
        mean-of-the-rounds: the mean over rounds was given as the difference; that is the score on
            drawn sets, not on the set that you have.
          look: the difference: both scores on all rows, once.
          - score(first, labels) - score(second, labels)
          + found.mean()
        sign-taken-off: the size of the difference was kept and its sign was lost, so no interval
            can hold 0.
          look: what a round keeps: the difference, which may be negative.
          - score(first[rows], labels[rows]) - score(second[rows], labels[rows])
          + abs(score(first[rows], labels[rows]) - score(second[rows], labels[rows]))
          - score(first, labels) - score(second, labels)
          + abs(score(first, labels) - score(second, labels))
    """),
    styles=styles(r"""
        all draws at once:
          def paired_bootstrap(first, second, labels, score, random, rounds=1000):
              drawn = random.integers(0, len(labels), (rounds, len(labels)))
              found = [score(first[r], labels[r]) - score(second[r], labels[r]) for r in drawn]
              difference = score(first, labels) - score(second, labels)
              return difference, np.quantile(found, 0.025), np.quantile(found, 0.975)

        choice:
          def paired_bootstrap(first, second, labels, score, random, rounds=1000):
              rows = np.arange(len(labels))

              def difference(rows):
                  wanted = labels[rows]
                  return score(first[rows], wanted) - score(second[rows], wanted)

              found = [difference(random.choice(rows, len(rows))) for _ in range(rounds)]
              return (difference(rows), *np.percentile(found, (2.5, 97.5)))

        trimmed:
          def paired_bootstrap(first, second, labels, score, random, rounds=1000):
              n, found = len(first), []
              for _ in range(rounds):
                  rows = random.integers(n, size=n)
                  found.append(score(first[rows], labels[rows]) - score(second[rows], labels[rows]))
              found.sort()
              cut = int(0.025 * rounds)
              difference = score(first, labels) - score(second, labels)
              return difference, found[cut], found[-1 - cut]

        another method of percentiles:
          def paired_bootstrap(first, second, labels, score, random, rounds=1000):
              def apart(rows):
                  return score(first[rows], labels[rows]) - score(second[rows], labels[rows])

              n = len(labels)
              drawn = np.array([apart(random.integers(0, n, n)) for _ in range(rounds)])
              ends = np.percentile(drawn, [2.5, 97.5], method="nearest")
              return np.array([apart(np.arange(n)), *ends])

        quantiles of a tensor:
          def paired_bootstrap(first, second, labels, score, random, rounds=1000):
              n = len(second)
              apart = torch.zeros(rounds, dtype=torch.float64)
              for i in range(rounds):
                  r = random.integers(low=0, high=n, size=(n,))
                  apart[i] = score(first[r], labels[r]) - score(second[r], labels[r])
              low, high = torch.quantile(apart, torch.tensor([0.025, 0.975], dtype=torch.float64))
              return [score(first, labels) - score(second, labels), low, high]
    """),
)
